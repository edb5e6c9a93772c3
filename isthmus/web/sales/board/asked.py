"""What an address asks of the board: which pipeline, whose deals, in which order, which column on a phone."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.core.actors import Actor
from isthmus.sales.models import Pipeline, Stage
from isthmus.web.access import actor_of
from isthmus.web.lists import choices
from isthmus.web.lists.asked import Asked
from isthmus.web.lists.filters import Filter
from isthmus.web.lists.keyset import Order
from isthmus.web.pieces import Choice
from isthmus.web.sales.listing import DEALS

ORDERS = {
    "-stage_since": gettext_lazy("Newest in stage"),
    "stage_since": gettext_lazy("Longest in stage"),
    "-amount": gettext_lazy("Largest"),
}
NEWEST = "-stage_since"


def _filters(actor: Actor) -> Sequence[Filter]:
    return [choices.owner_filter(actor), choices.team_filter(), choices.territory_filter()]


BOARD = replace(DEALS, name="deals-board", filters=_filters, views=())


@dataclass
class AskedBoard:
    """A board as one address asks for it, for one actor."""

    asked: Asked
    pipelines: Sequence[Pipeline]
    pipeline: Pipeline | None
    stages: Sequence[Stage]

    @property
    def open_stages(self) -> list[Stage]:
        """The stages in which deals are worked on."""
        return [stage for stage in self.stages if stage.kind == "open"]

    @property
    def ends(self) -> list[Stage]:
        """Won and lost."""
        return [stage for stage in self.stages if stage.kind != "open"]

    @property
    def sort(self) -> str:
        """In which order cards stand."""
        asked = self.asked.query.get("sort", NEWEST)
        return asked if asked in ORDERS else NEWEST

    @property
    def order(self) -> Order:
        """The same as pages of rows want it."""
        return Order(self.sort.lstrip("-"), self.sort.startswith("-"))

    @cached_property
    def rows(self) -> Any:
        """The deals that the actor may see and the address asks for; their stages say of which pipeline."""
        return self.asked.rows()

    def address(self, **changes: Any) -> str:
        """The board's address with changes, from the start of every column."""
        return reverse("deals-board") + self.asked.address(**{"stage": None, "seen": None, **changes})

    def orders(self) -> list[Choice]:
        """The orders that cards can stand in."""
        return [
            Choice(str(text), self.address(sort=None if key == NEWEST else key), key == self.sort)
            for key, text in ORDERS.items()
        ]

    def tabs(self) -> list[Choice]:
        """The pipelines."""
        return [
            Choice(one.name, self.address(pipeline=one.pk, lane=None), one == self.pipeline)
            for one in self.pipelines
        ]

    def lane(self) -> int:
        """The column that a narrow screen shows."""
        asked = self.asked.query.get("lane", "")
        known = [stage.pk for stage in self.stages]
        return int(asked) if asked.isdigit() and int(asked) in known else known[0] if known else 0


def asked_of(request: HttpRequest, pipeline_id: int | None = None) -> AskedBoard:
    """The board that a request asks for; the default pipeline where it names none."""
    query = request.GET.copy()
    if query.get("territory") == "all":
        del query["territory"]
    asked = Asked(BOARD, query, actor_of(request))
    pipelines = list(Pipeline.objects.all())
    wanted = str(pipeline_id or query.get("pipeline", ""))
    pipeline = next((one for one in pipelines if str(one.pk) == wanted), None)
    if pipeline is None and wanted:
        asked.problems.append(_("There is no such pipeline. This is the usual one."))
    pipeline = pipeline or next(iter(pipelines), None)
    stages = list(Stage.objects.filter(pipeline=pipeline).order_by("position")) if pipeline else []
    return AskedBoard(asked, pipelines, pipeline, stages)
