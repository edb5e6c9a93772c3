"""Whether the leads of those whom one leads are answered in time: fetched after the page of one's own day."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from isthmus.core import clock
from isthmus.core.actors import Actor, Scope
from isthmus.core.refusals import Refusal
from isthmus.core.window import Window
from isthmus.metrics import queries as metrics
from isthmus.metrics.catalogue import catalogue
from isthmus.metrics.question import Question, Row
from isthmus.web import figures, formats
from isthmus.web.access import actor_of, needs
from isthmus.web.explore.addresses import metric_address, rows_address
from isthmus.web.explore.definitions import definition_of
from isthmus.workspace.models import Company

_METRIC, _WINDOW = "answered_in_time", "last_28_days"


def leads_a_team(actor: Actor) -> bool:
    """Whether somebody sees the leads of others whose days they also see, and may read figures of them."""
    permissions = ("tasks.view", "leads.view")
    return actor.allows("metrics.view") and all(
        actor.scope(one) in (Scope.TEAM, Scope.ALL) for one in permissions
    )


@needs("tasks.view")
def answered(request: HttpRequest) -> HttpResponse:
    """The card of the last four weeks; nothing at all for whoever leads nobody."""
    actor = actor_of(request)
    if not leads_a_team(actor):
        return HttpResponse()
    window = Window.named(_WINDOW, clock.now(), Company.current().zone)
    (answer,) = metrics.ask_many([Question(metric=_METRIC, window=window, actor=actor)])
    refusal = answer if isinstance(answer, Refusal) else None
    total = None if isinstance(answer, Refusal) else answer.total
    context = {
        "refusal": refusal,
        "finding": _finding(total) if total else "",
        "total": total,
        "range": figures.write_range(total, "share", None) if total else "",
        "notes": [] if isinstance(answer, Refusal) else answer.notes,
        "rows": rows_address(_METRIC, {"window": _WINDOW}),
        "by_seller": metric_address(_METRIC, {"window": _WINDOW}, by=("owner",)),
        "compares": actor.allows("metrics.leaderboard"),
        "definition": definition_of(catalogue()[_METRIC]),
    }
    return render(request, "day/answered.html", context)


def _finding(total: Row) -> str:
    if not total.n:
        return _("No lead with a clock was handed over")
    words = {"share": formats.percent(total.value), "count": formats.number(total.n)}
    return _("%(share)s of %(count)s leads were answered in time") % words
