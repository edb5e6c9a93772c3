"""The page Quality: what is missing, invalid, stale and unreachable, each with its rows and its mend."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from isthmus.core.actors import Actor
from isthmus.core.queue.models import Job, JobState
from isthmus.quality.checks import CHECKS, GROUPS, Check
from isthmus.quality.commands import TASK
from isthmus.web.access import actor_of, needs
from isthmus.web.acts.acting import Act, act_now
from isthmus.web.lists import counting
from isthmus.web.lists.asked import Asked
from isthmus.web.lists.every import LISTS


@dataclass(frozen=True)
class Line:
    """One flaw: how many records have it, where they are listed, and where all of them are mended at once."""

    check: Check
    records: str
    count: int
    written: str
    rows: str
    mend: str = ""
    one_by_one: bool = False


@login_required
def quality(request: HttpRequest) -> HttpResponse:
    """The page, or the lines of one of its groups, which are counted when the page is there."""
    actor = actor_of(request)
    if request.GET.get("part") in dict(GROUPS):
        lines = _lines(actor, request.GET["part"])
        found, clear = [line for line in lines if line.count], [line for line in lines if not line.count]
        part = {"group": request.GET["part"], "found": found, "clear": clear}
        return render(request, "quality/quality.html#lines", part)
    context = {
        "groups": [
            {"key": key, "title": title, "duplicates": key == "invalid" and actor.allows("people.merge")}
            for key, title in GROUPS
        ],
        "search": _search(),
        "may_look": actor.allows("records.change_many"),
    }
    return render(request, "quality/quality.html", context)


@needs("records.change_many")
@require_POST
def look(request: HttpRequest) -> HttpResponse:
    """Have flaws looked for now."""
    back = reverse("quality")
    done = _("The search began. What it finds stands here when it ends.")
    return act_now(request, Act("look_for_flaws", _("Look for flawed records"), done, back, {}, back))


def _search() -> dict[str, Any]:
    """How the search stands: running, or when it ended last."""
    jobs = Job.objects.filter(name=TASK).order_by()
    running = jobs.filter(state__in=[JobState.READY, JobState.RUNNING]).order_by("pk").first()
    done = jobs.filter(state=JobState.DONE).order_by("-finished_at").first()
    return {"running": running, "ended_at": done.finished_at if done else None}


def _lines(actor: Actor, group: str) -> Sequence[Line]:
    """The flaws of a group in the lists that the actor may open."""
    checks = [check for check in CHECKS if check.group == group]
    return [_line(check, actor) for check in checks if actor.allows(LISTS[check.of].permission)]


def _line(check: Check, actor: Actor) -> Line:
    spec = LISTS[check.of]
    query = f"flaw={check.key}"
    # Counted as the list itself would: by its rows, through its filter.
    count, more = counting.capped(Asked(spec, QueryDict(query), actor).rows())
    shown = urlencode([("columns", column) for column in check.columns])
    rows = f"{reverse(spec.name)}?{query}" + (f"&{shown}" if shown else "")
    editing = spec.editing
    may_edit = editing is not None and actor.allows(editing.permission)
    mend = ""
    if check.field and may_edit and actor.allows("records.change_many"):
        mend = f"{reverse('new-bulk-edit', args=[spec.name])}?{query}&field={check.field}"
    elif check.key == "no_rate" and actor.allows("settings.edit"):
        mend = reverse("settings-currencies")
    one_by_one = bool(check.columns) and may_edit
    return Line(check, str(spec.title), count, counting.written(count, more), rows, mend, one_by_one)
