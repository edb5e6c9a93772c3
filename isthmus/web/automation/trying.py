"""A rule tried on the last 90 days: how far that is, and what would have been done."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from isthmus.automation.knowing import Knowing, load
from isthmus.automation.models import DryRun
from isthmus.automation.queries import MAY, dry_runs_for
from isthmus.automation.rehearsing import DAYS, what_it_means
from isthmus.automation.sentences import act_in_words, written
from isthmus.core import clock
from isthmus.core.actors import Actor
from isthmus.flows.filling import filled
from isthmus.web.access import actor_of, needs
from isthmus.web.acts.acting import Act, act_now
from isthmus.web.automation.words import named_records
from isthmus.web.settings.frame import show
from isthmus.workspace.calendars import calendar_for

HOME = "settings-automation"
SHOWN = 25


@needs(MAY)
@require_POST
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    """Try a rule; its page tells how far that is."""
    page = reverse("rule", args=[pk])

    def there(result: Any) -> str:
        return reverse("rule-try", args=[result.value.pk])

    done = _("It is tried on the last %(days)d days. Nothing is done meanwhile.") % {"days": DAYS}
    return act_now(request, Act("rehearse_rule", "", done, there, {"rule_id": pk}, page))


@needs(MAY)
def dry_run(request: HttpRequest, pk: int) -> HttpResponse:
    """What would have happened; while it is being counted, how far that is."""
    row = get_object_or_404(dry_runs_for(actor_of(request)), pk=pk)
    context: dict[str, Any] = {
        "title": _("“%(name)s” on the past") % {"name": row.version.flow.name},
        "one": row,
        "rule": row.version.flow,
        "finding": what_it_means(row),
        "words": written(row.spec),
        "days": DAYS,
        "by_clock": bool(row.spec["when"].get("every")),
        "is_draft": row.version.state == "draft" and row.version.spec == row.spec,
    }
    if row.state == DryRun.State.DONE:
        context |= {"lines": _lines(row, actor_of(request)), "weeks": _weeks(row)}
    if request.htmx and request.GET.get("part") == "live":  # type: ignore[attr-defined]
        return render(request, "automation/try.html#live", context)
    return show(request, HOME, "automation/try.html", context)


def _lines(row: DryRun, actor: Actor) -> list[tuple[datetime, Any, list[str]]]:
    """The latest occasions: when, about what, and what would have been done, as far as the reader sees it."""
    found, kind = row.result["shown"][:SHOWN], row.result["kind"]
    numbers = [one["record"] for one in found]
    names, rows = named_records(kind, numbers, actor), load(kind, numbers, actor)
    knowing, calendar = Knowing(clock.now().date()), calendar_for()
    lines = []
    for one in found:
        record = rows.get(one["record"])
        if record is None or one["record"] not in names:
            continue
        at = datetime.fromisoformat(one["at"])
        values = knowing.values(kind, record, one["fact"])
        done = [
            act_in_words(step["command"], filled(step["arguments"], values, at, calendar), kind)
            for step in row.spec["steps"]
            if step["kind"] == "act"
        ]
        lines.append((at, names[one["record"]], done))
    return lines


def _weeks(row: DryRun) -> list[tuple[date, int, int]]:
    """Each week with how often, and that in hundredths of the most."""
    weeks = [(date.fromisoformat(day), number) for day, number in row.result["weeks"]]
    most = max((number for _day, number in weeks), default=1)
    return [(day, number, max(1, number * 100 // most)) for day, number in weeks]
