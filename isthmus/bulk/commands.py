"""The acts on many records: plan a change, start it, stop it and go on, take it back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.bulk.kinds import KINDS, NAMED, Kind
from isthmus.bulk.models import BulkEdit, BulkPart, BulkState
from isthmus.bulk.running import PART, on_preparing, work
from isthmus.core import inputs, queue
from isthmus.core.actors import Actor
from isthmus.core.commands import command, current_batch, find
from isthmus.core.refusals import InvalidInput, NotFound, NotPermitted, Refusal
from isthmus.ledger.facts import Fact
from isthmus.people.models import Account

Lists = Literal["people", "accounts", "leads", "deals"]
WORKING = (BulkState.PREPARING, BulkState.TRYING, BulkState.CHANGING, BulkState.RESTORING)
AT_ONCE = 2 * PART  # more records than that are worked through in the background
MOST = 1_000_000


class NotReady(Refusal):
    """The bulk edit is not where this act could follow."""


@command(permission="records.change_many", label=gettext_lazy("Plan a change of many records"))
def plan_bulk_edit(
    *, list: Lists, ids: list[int], changes: dict[str, Any], by: Actor, at: datetime
) -> BulkEdit:
    """Try one change on many records: what it would change, what it would refuse and why. Nothing is changed.

    `changes` are arguments of the list's edit command, `clear` and `custom` among them. There is nothing to
    take back.
    """
    kind = KINDS[list]
    if by.id is None or not by.allows(kind.permission):
        raise NotPermitted(_("Your role does not allow to change these records. Ask an administrator."))
    wanted = [*dict.fromkeys(ids)]
    if not 0 < len(wanted) <= MOST:
        raise InvalidInput({"ids": _("Choose between one record and a million.")})
    _check(kind, changes, by)
    edit = BulkEdit.objects.create(list=list, changes=changes, total=len(wanted), actor_id=by.id, at=at)
    BulkPart.objects.bulk_create(
        (
            BulkPart(edit=edit, number=number, ids=wanted[start : start + PART])
            for number, start in enumerate(range(0, len(wanted), PART))
        ),
        batch_size=500,
    )
    _record("bulk_edit.planned", edit, by, at)
    return go_on(edit, by)


@command(
    permission="records.change_many",
    label=gettext_lazy("Change many records"),
    undo="take_back_bulk_edit",
)
def start_bulk_edit(*, edit_id: int, by: Actor, at: datetime) -> BulkEdit:
    """Make a planned change: of some hundred records at once, of more in the background."""
    edit = _held(edit_id, by)
    if edit.state != BulkState.TRIED:
        raise _not_ready(edit)
    edit.state, edit.at, edit.started_batch = BulkState.CHANGING, at, current_batch()
    edit.save(update_fields=["state", "at", "started_batch"])
    _record("bulk_edit.started", edit, by, at)
    return go_on(edit, by)


@command(permission="records.change_many", label=gettext_lazy("Take back a change of many records"))
def take_back_bulk_edit(*, edit_id: int, by: Actor, at: datetime) -> BulkEdit:
    """Put back what a change of many records replaced; what was changed once more since stays.

    One that is under way ends there and is taken back as far as it came. To take that back, plan it anew.
    """
    edit = _held(edit_id, by)
    if not edit.can_be_taken_back:
        raise _not_ready(edit)
    edit.state, edit.at, edit.stopped_at = BulkState.RESTORING, at, None
    edit.save(update_fields=["state", "at", "stopped_at"])
    _record("bulk_edit.taken_back", edit, by, at)
    return go_on(edit, by)


@command(permission="records.change_many", label=gettext_lazy("Stop a change of many records"))
def stop_bulk_edit(*, edit_id: int, by: Actor, at: datetime) -> BulkEdit:
    """Let a change of many records stand still after the records that are under way; what is changed stays.

    It can go on later, or be taken back as far as it came.
    """
    edit = _held(edit_id, by)
    if edit.state not in WORKING or edit.stopped_at is not None:
        raise NotReady(_("This change of many records is not under way, so there is nothing to stop."))
    edit.stopped_at = at
    edit.save(update_fields=["stopped_at"])
    _record("bulk_edit.stopped", edit, by, at)
    return edit


@command(permission="records.change_many", label=gettext_lazy("Go on with a change of many records"))
def go_on_with_bulk_edit(*, edit_id: int, by: Actor, at: datetime) -> BulkEdit:
    """Go on with a change of many records that was stopped, where it stopped."""
    edit = _held(edit_id, by)
    if edit.state not in WORKING or edit.stopped_at is None:
        raise NotReady(_("This change of many records was not stopped, so it cannot go on."))
    edit.stopped_at = None
    edit.save(update_fields=["stopped_at"])
    _record("bulk_edit.went_on", edit, by, at)
    return go_on(edit, by)


def go_on(edit: BulkEdit, by: Actor) -> BulkEdit:
    """Take an edit through the phase that it is in: at once, or in the background where it is large."""
    if edit.state == BulkState.PREPARING:
        for prepare in on_preparing:
            prepare(edit, by)
        edit.refresh_from_db()
    elif edit.total > AT_ONCE:
        # Each start is a job of its own: the one before a stop has ended, or ends at its next part.
        queue.enqueue("bulk.work", {"edit_id": edit.pk}, key=f"bulk:{edit.pk}:{edit.state}:{current_batch()}")
    else:
        work(edit, by)
        edit.refresh_from_db()
    return edit


def _held(edit_id: int, by: Actor) -> BulkEdit:
    edit = BulkEdit.objects.visible_to(by).select_for_update().filter(pk=edit_id).first()
    if edit is None:
        raise NotFound(_("There is no such change of many records, or it is somebody else's."))
    return edit


def _not_ready(edit: BulkEdit) -> NotReady:
    return NotReady(
        _("This change of many records is “%(state)s”. Look at its page, then decide.")
        % {"state": edit.get_state_display()}
    )


def _check(kind: Kind, changes: Mapping[str, Any], by: Actor) -> None:
    """Refuse what could not be said of many, before any record is touched."""
    named = [*(name for name in changes if name not in ("clear", "custom")), *_texts(changes.get("clear"))]
    if not named and not changes.get("custom"):
        raise InvalidInput({"changes": _("Say what is to be changed.")})
    for name in named:
        if name not in kind.fields:
            can = ", ".join(sorted(kind.fields))
            raise InvalidInput(
                {
                    name: _("%(name)s is not changed for many. These are: %(can)s.")
                    % {"name": name, "can": can}
                }
            )
    values = inputs.read(find(kind.command).input_model, {kind.target: 0, **changes})
    for name in set(values) & set(NAMED):
        model = NAMED[name]
        found = Account.objects.visible_to(by).present() if model is Account else model.objects.all()
        if values[name] is not None and not found.filter(pk=values[name]).exists():
            raise InvalidInput({name: _("What this names is not here. Choose another.")})


def _texts(value: Any) -> Sequence[str]:
    return [str(one) for one in value] if isinstance(value, list) else []


def _record(kind: str, edit: BulkEdit, by: Actor, at: datetime) -> None:
    # Values stay out of it: each record's own fact holds them, sealed where they are personal.
    fields = sorted({*edit.changes, *edit.changes.get("custom", {}), *edit.changes.get("clear", [])})
    told = {"list": edit.list, "bulk_edit": edit.pk, "fields": fields}
    ledger.record(Fact(kind=kind, at=at, quantity=edit.total, props=told), by=by)
