"""Where a deal stands: what a move needs to be true, and what is remembered for whoever takes it back."""

from typing import Any

from django.utils.translation import gettext as _

from isthmus.core.refusals import Refusal
from isthmus.sales.models import Deal, DealState

END_FIELDS = ["state", "stage", "stage_since", "closed_at"]


class DealClosed(Refusal):
    """A deal that ended cannot be worked on until it is reopened."""


class DealStillOpen(Refusal):
    """Only a deal that ended can be reopened."""


class DealMovedMeanwhile(Refusal):
    """The deal is no longer where whoever moves it saw it."""


def leave(deal: Deal) -> None:
    # Where it stood, for whoever takes the act back; as text, which keeps the microseconds.
    deal.left = {"stage_id": deal.stage_id, "since": deal.stage_since.isoformat()}


def came_from(deal: Deal) -> dict[str, Any]:
    now_there = {"from_stage_id": deal.stage_id, "moved_at": deal.stage_since.isoformat()}
    return {"deal_id": deal.pk, **now_there, **(deal.left or {})}


def need_here(deal: Deal, stage_id: int | None) -> None:
    if stage_id is not None and deal.stage_id != stage_id:
        raise DealMovedMeanwhile(
            _("Somebody moved this deal to %(stage)s meanwhile. It stays there; look again before moving it.")
            % {"stage": deal.stage.name}
        )


def need_open(deal: Deal) -> None:
    if deal.state != DealState.OPEN:
        raise DealClosed(
            _("This deal is %(state)s already. Reopen it first.")
            % {"state": deal.get_state_display().lower()}
        )
