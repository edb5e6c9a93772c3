"""Getting the overview ready before somebody waits for it."""

from isthmus.core import clock
from isthmus.core.actors import SYSTEM, Actor, Scope
from isthmus.web.filters import read_filters
from isthmus.web.overview.asking import ask_everything
from isthmus.workspace.models import Company

# Whoever sees only a part of the rows is asked for by other queries; "own" and "team" share them.
_IN_PART = Actor(
    kind="system",
    grants={
        "metrics.view": Scope.ALL,
        "media.view": Scope.ALL,
        "leads.view": Scope.OWN,
        "deals.view": Scope.OWN,
        "orders.view": Scope.OWN,
    },
)


def warm_overview(*, also_in_part: bool = False) -> None:
    """Ask what the overview asks, so that its queries are compiled and kept in the data folder.

    A query's text is made once for each version of the definitions, and takes a part of a second.
    `also_in_part` does the same for people who see only their own rows or their team's.
    """
    now = clock.now()
    filters = read_filters({}, now, Company.current().zone)
    for actor in (SYSTEM, _IN_PART) if also_in_part else (SYSTEM,):
        ask_everything(actor, filters, now)
