"""Whether an act fits a record as it stands. The command asks again; this keeps useless offers away."""

from collections.abc import Callable, Mapping
from typing import Any

from isthmus.leads.models import LeadState
from isthmus.sales.models import DealState

S = LeadState
_GONE = (S.MERGED, S.ERASED)
Fits = Callable[[Any], bool]


def _in(*states: str) -> Fits:
    return lambda row: row.state in states


def _not_in(*states: str) -> Fits:
    return lambda row: row.state not in states


_FITS: Mapping[tuple[str, str], Fits] = {
    ("deal", "lose_deal"): _in(DealState.OPEN),
    ("deal", "move_deal"): _in(DealState.OPEN),
    ("deal", "place_order"): _not_in(DealState.LOST),
    ("deal", "reopen_deal"): _not_in(DealState.OPEN),
    ("deal", "win_deal"): _in(DealState.OPEN),
    ("lead", "accept_lead"): _in(S.HANDED_OVER),
    ("lead", "disqualify_lead"): _not_in(S.ACCEPTED, S.DISQUALIFIED, *_GONE),
    ("lead", "edit_lead"): _not_in(*_GONE),
    ("lead", "hand_over_lead"): _in(S.QUALIFIED),
    ("lead", "log_activity"): _not_in(*_GONE),
    # A deal comes of a lead by accepting it.
    ("lead", "open_deal"): lambda row: False,
    ("lead", "qualify_lead"): _in(S.CAPTURED, S.NURTURING, S.RETURNED, S.EXPIRED),
    ("lead", "recycle_lead"): _in(S.RETURNED, S.DISQUALIFIED, S.EXPIRED, S.CAPTURED, S.QUALIFIED),
    ("lead", "reopen_lead"): _in(S.ACCEPTED, S.RETURNED),
    ("lead", "return_lead"): _in(S.HANDED_OVER),
    ("lead", "take_back_lead"): _in(S.HANDED_OVER),
    ("lead", "unqualify_lead"): _in(S.QUALIFIED),
    ("lead", "withdraw_lead"): _in(S.CAPTURED, S.NURTURING),
}


def fits(kind: str, command: str, row: Any) -> bool:
    """Whether a record of this kind can have this done to it as it stands."""
    known = _FITS.get((kind, command))
    return known is None or known(row)
