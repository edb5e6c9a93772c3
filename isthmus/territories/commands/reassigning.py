"""Giving customers and what is open with them to others: planned, tried, with exceptions."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.bulk.commands import go_on
from isthmus.bulk.giving import begin_edit, leave_out
from isthmus.bulk.models import BulkEdit, BulkState
from isthmus.core.actors import Actor
from isthmus.core.automations import read_choice
from isthmus.core.commands import command
from isthmus.core.refusals import InvalidInput, NotFound, NotPermitted, Refusal
from isthmus.ledger.facts import Fact
from isthmus.territories import selecting
from isthmus.territories.figures import left_out_figures
from isthmus.territories.models import Reassignment
from isthmus.territories.planning import Planner, To
from isthmus.territories.selecting import LISTS, Listed
from isthmus.territories.working import BEGINNING, finding, wanted
from isthmus.workspace.models import Territory, User
from isthmus.workspace.reassigning import MAY

What = Literal["seller", "territory", "rules", "records"]
MOST = 1_000_000
# What stays with a record that is left out, and by which of its fields it names that record.
_WITH: Sequence[tuple[str, Sequence[str]]] = (
    ("accounts", LISTS[1:]),
    ("people", ("leads", "deals", "tasks")),
    ("leads", ("tasks",)),
    ("deals", ("tasks",)),
)
_NAMED = {"accounts": "account", "people": "person", "leads": "lead", "deals": "deal"}


class NothingToReassign(Refusal):
    """Nothing would go anywhere."""


class NotTriedAnyMore(Refusal):
    """Exceptions are made before it is started."""


@command(permission=MAY, label=gettext_lazy("Plan a reassignment"), trade="sales")
def plan_reassignment(
    *,
    what: What,
    to: To,
    by: Actor,
    at: datetime,
    seller_id: int | None = None,
    territory_id: int | None = None,
    list: Literal["accounts", "leads", "deals"] = "accounts",
    ids: list[int] | None = None,
    kinds: list[Listed] | None = None,
    to_ids: list[int] | None = None,
    weights: list[int] | None = None,
    place_id: int | None = None,
    also_by_hand: bool = False,
    why: str = "",
    automations: list[str] | None = None,
) -> Reassignment:
    """Work out who would get what: a seller's, a territory's, what rules place elsewhere, or chosen records.

    They go to one, to several by shares or by turn, or as the rules say, each customer with all that is open
    with them. It is tried on every record, of more than a thousand in the background, where it can be stopped
    and gone on with; nothing is changed until it is started. There is nothing to take back.
    """
    asked = {
        name: value
        for name, value in locals().items()
        if name not in ("by", "at") and value not in (None, "", [], False)
    }
    if by.id is None:
        raise NotPermitted(_("A reassignment is somebody's: sign in to plan it."))
    choice = read_choice(automations or ["none"])
    _check(to_ids or [], weights, place_id, seller_id)
    _check_what(asked)
    planner = Planner(wanted(asked), at)
    total = finding(asked, by, at, planner).total()
    edit = begin_edit(total, automations=choice.kept(), by=by, at=at)
    row = Reassignment.objects.create(
        edit=edit, asked=asked, why=why.strip()[:200], planning=BEGINNING, figures={}
    )
    _record("reassignment.planned", edit, row, by, at)
    go_on(edit, by)
    row.refresh_from_db()
    if row.edit.state != BulkState.PREPARING and not row.edit.total:
        raise NothingToReassign(
            _("Nothing would go to anybody else: choose other records, or others to have it.")
        )
    return row


@command(
    permission=MAY,
    label=gettext_lazy("Leave records out of a reassignment"),
    trade="sales",
    undo="leave_out_of_reassignment",
    undo_arguments=lambda row, _: {"reassignment_id": row.pk, "records": row.before},
)
def leave_out_of_reassignment(
    *, reassignment_id: int, records: dict[str, list[int]], by: Actor, at: datetime
) -> Reassignment:
    """Say which records stay as they are, by list, with what is open about each.

    An account stays with its people, leads, deals and tasks, a person with theirs, a lead or deal with its
    tasks. It takes the place of what was said before.
    """
    row = Reassignment.objects.visible_to(by).filter(pk=reassignment_id).first()
    if row is None:
        raise NotFound(_("There is no such reassignment, or it is somebody else's."))
    edit = BulkEdit.objects.select_for_update().get(pk=row.pk)
    if edit.state != BulkState.TRIED:
        raise NotTriedAnyMore(_("It was started, or is being tried: records are left out before it starts."))
    if set(records) - set(LISTS):
        raise InvalidInput({"records": _("The lists are: %(lists)s.") % {"lists": ", ".join(LISTS)}})
    before = edit.left_out.get("said", {})
    said = {name: [int(pk) for pk in ids] for name, ids in records.items() if ids}
    out = {name: set(ids) for name, ids in said.items()}
    for about, names in _WITH:
        for some in selecting.some_at_once(out.get(about, ())):
            for name in names:
                rows = selecting.rows_of(name, by).filter(**{f"{_NAMED[about]}__in": some})
                out.setdefault(name, set()).update(rows.values_list("pk", flat=True))
    leave_out(edit, out)
    edit.left_out = {**edit.left_out, "said": said}
    edit.save(update_fields=["left_out"])
    row.edit = edit
    row.figures["out"] = left_out_figures(row, out, by, edit.at)
    row.save(update_fields=["figures"])
    _record("reassignment.exceptions_made", edit, row, by, at)
    row.before = before
    return row


def _check_what(asked: Mapping[str, Any]) -> None:
    what = asked["what"]
    if what == "seller" and asked.get("seller_id") is None:
        raise InvalidInput({"seller_id": _("Say whose customers are to be given to others.")})
    if what == "territory" and not Territory.objects.filter(pk=asked.get("territory_id")).exists():
        raise InvalidInput({"territory_id": _("Say which territory is to be given to others.")})
    if what == "records" and not 0 < len(asked.get("ids", ())) <= MOST:
        raise InvalidInput({"ids": _("Choose the records that are to be given to others.")})


def _check(
    to_ids: Sequence[int], weights: Sequence[int] | None, place_id: int | None, seller_id: int | None
) -> None:
    here = set(User.objects.filter(pk__in=to_ids, is_active=True).values_list("pk", flat=True))
    if set(to_ids) - here:
        raise InvalidInput({"to_ids": _("One of those who are to have it does not work here any more.")})
    if seller_id is not None and seller_id in here:
        raise InvalidInput({"to_ids": _("Whoever gives it away cannot be among those who get it.")})
    if weights and len(weights) != len(to_ids):
        raise InvalidInput({"weights": _("Give everybody a share, or nobody.")})
    if place_id is not None and not Territory.objects.filter(pk=place_id).exists():
        raise InvalidInput({"place_id": _("There is no such territory. Choose another.")})


def _record(kind: str, edit: BulkEdit, row: Reassignment, by: Actor, at: datetime) -> None:
    told = {"reassignment": row.pk, "what": row.asked["what"], "to": row.asked["to"]}
    ledger.record(Fact(kind=kind, at=at, quantity=edit.total, props=told), by=by)
