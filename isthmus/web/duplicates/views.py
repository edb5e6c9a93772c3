"""The pages of duplicates."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from isthmus.core import clock, commands
from isthmus.core.actors import Scope
from isthmus.core.queue.models import Job, JobState
from isthmus.core.refusals import Refusal
from isthmus.people.duplicates.commands import TASKS
from isthmus.people.merging.preview import would_move
from isthmus.web.access import actor_of, needs
from isthmus.web.acts.acting import Act, act_now, refused
from isthmus.web.duplicates import pairs
from isthmus.web.duplicates.kinds import ACCOUNTS, KINDS, PEOPLE, Kind
from isthmus.web.duplicates.moving import moving_lines
from isthmus.web.duplicates.sides import lines_of

CHOICE = "choose-"


@needs("people.merge")
def people(request: HttpRequest) -> HttpResponse:
    """Pairs of people that may be one."""
    return _pairs(request, PEOPLE)


@needs("accounts.merge")
def accounts(request: HttpRequest) -> HttpResponse:
    """Pairs of accounts that may be one."""
    return _pairs(request, ACCOUNTS)


def _pairs(request: HttpRequest, kind: Kind) -> HttpResponse:
    after = request.GET.get("after", "")
    shown, onward = pairs.page_of(kind, actor_of(request), after)
    context = {
        "kind": kind,
        "shown": shown,
        "next": f"?after={onward}" if onward else "",
        "first": not after,
        "search": _search(kind),
        "here": request.get_full_path(),
        "tabs": _tabs(request, kind),
    }
    return render(request, "duplicates/pairs.html", context)


def _tabs(request: HttpRequest, here: Kind) -> list[dict[str, Any]]:
    actor = actor_of(request)
    names = {"people": _("People"), "accounts": _("Accounts")}
    return [
        {"text": names[kind.of], "href": reverse(f"{kind.of}-duplicates"), "current": kind is here}
        for kind in KINDS.values()
        if actor.allows(kind.right)
    ]


def _search(kind: Kind) -> dict[str, Any]:
    """How the search for duplicates stands: running, or when it ended last."""
    jobs = Job.objects.filter(name=TASKS[kind.of]).order_by()
    running = jobs.filter(state__in=[JobState.READY, JobState.RUNNING]).order_by("pk").first()
    done = jobs.filter(state=JobState.DONE).order_by("-finished_at").first()
    return {"running": running, "ended_at": done.finished_at if done else None}


def merge(request: HttpRequest, of: str) -> HttpResponse:
    """What a merge of two would make, field by field; sent, it is done."""
    return needs(KINDS[of].right)(_merge)(request, KINDS[of])  # type: ignore[return-value]


def _merge(request: HttpRequest, kind: Kind) -> HttpResponse:
    asked = request.POST if request.method == "POST" else request.GET
    kept, lost = _row(request, kind, asked.get("keep")), _row(request, kind, asked.get("lose"))
    if kept.pk == lost.pk:
        raise Http404
    home = reverse(kind.record, args=[kept.pk])
    if request.method == "POST":
        chosen = {
            name.removeprefix(CHOICE): value for name, value in asked.items() if name.startswith(CHOICE)
        }
        done = _("%(lost)s is part of %(kept)s now.") % {"lost": lost, "kept": kept}
        arguments = {"keep_id": kept.pk, "lose_id": lost.pk, "choices": chosen}
        return act_now(request, Act(f"merge_{kind.of}", _("Merge"), done, home, arguments, home))
    actor = actor_of(request)
    context = {
        "kind": kind,
        "kept": kept,
        "lost": lost,
        "lines": lines_of(kind, kept, lost),
        "moving": moving_lines(would_move(lost, actor)),
        "others_too": actor.scope(kind.model.view_permission) is not Scope.ALL,
        "back": reverse(f"{kind.of}-duplicates"),
        "swapped": f"?keep={lost.pk}&lose={kept.pk}",
        "choice": CHOICE,
    }
    return render(request, "duplicates/merge.html", context)


@require_POST
def apart(request: HttpRequest, of: str) -> HttpResponse:
    """Two are not the same: remembered, with a way back in the place of the pair."""
    return needs(KINDS[of].right)(_apart)(request, KINDS[of])  # type: ignore[return-value]


def _apart(request: HttpRequest, kind: Kind) -> HttpResponse:
    one, other = (_row(request, kind, request.POST.get(name)) for name in ("one", "other"))
    back = reverse(f"{kind.of}-duplicates")
    done = _("%(one)s and %(other)s stay two.") % {"one": one, "other": other}
    arguments = {"one_id": one.pk, "other_id": other.pk}
    act = Act(f"tell_{kind.of}_apart", _("Not the same"), done, back, arguments, back)
    if not request.htmx:  # type: ignore[attr-defined]
        return act_now(request, act)
    try:
        result = commands.run(act.command, arguments, by=actor_of(request), at=clock.now())
    except Refusal as refusal:
        return refused(request, refusal, back)
    return render(request, "duplicates/pairs.html#apart", {"done": done, "batch": result.batch, "back": back})


@require_POST
def look(request: HttpRequest, of: str) -> HttpResponse:
    """Have duplicates looked for now."""
    return needs(KINDS[of].right)(_look)(request, KINDS[of])  # type: ignore[return-value]


def _look(request: HttpRequest, kind: Kind) -> HttpResponse:
    back = reverse(f"{kind.of}-duplicates")
    done = _("The search began. What it finds stands here when it ends.")
    return act_now(
        request, Act("look_for_duplicates", _("Look for duplicates"), done, back, {"of": kind.of}, back)
    )


def _row(request: HttpRequest, kind: Kind, number: str | None) -> Any:
    if number is None or not number.isdecimal() or len(number) > 18:
        raise Http404
    return get_object_or_404(kind.reachable(actor_of(request)), pk=int(number))
