"""Events that could not be read: sent again by rules, or thrown away; stopped and gone on with."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.collect.models import Repair, Source
from isthmus.collect.quarantine.rules import read_rules
from isthmus.collect.quarantine.working import AT_ONCE, TASK, waiting_in, work_now
from isthmus.core import queue
from isthmus.core.actors import Actor
from isthmus.core.commands import command, current_batch
from isthmus.core.refusals import InvalidInput, NotFound, Refusal
from isthmus.ledger.facts import Fact


class NothingWaits(Refusal):
    """No event of the group waits any more."""


class RepairNotUnderWay(Refusal):
    """There is nothing to stop, or nothing to go on with."""


@command(permission="sources.edit", label=gettext_lazy("Send again what could not be read"))
def replay_quarantined(
    *,
    source_id: int,
    reason: str,
    by: Actor,
    at: datetime,
    event: str = "",
    rules: list[dict[str, Any]] | None = None,
    ids: list[int] | None = None,
) -> Repair:
    """Change a group's events by rules and send them again, as if they had just come, with their own times.

    A group is of one source, reason and event; `ids` names some of it. A rule is `{"act": "rename" | "set" |
    "remove" | "text" | "number" | "event", "field": "properties.revenue", "value": "…"}`. What still cannot
    be read stays. More than 500 are worked through in the background. There is nothing to take back.
    """
    plain = [rule._asdict() for rule in read_rules(rules or [])]
    return _begun(Repair.Act.REPLAY, source_id, reason, event, plain, ids, by, at)


@command(permission="sources.edit", label=gettext_lazy("Throw away what could not be read"))
def discard_quarantined(
    *, source_id: int, reason: str, by: Actor, at: datetime, event: str = "", ids: list[int] | None = None
) -> Repair:
    """Throw a group's events away, or some of them: they never become facts. This cannot be undone."""
    return _begun(Repair.Act.DISCARD, source_id, reason, event, [], ids, by, at)


@command(permission="sources.edit", label=gettext_lazy("Stop a repair"))
def stop_repair(*, repair_id: int, by: Actor, at: datetime) -> Repair:
    """Let a repair stand still after the events that are under way. It can go on later."""
    repair = _held(repair_id)
    if not repair.is_under_way:
        raise RepairNotUnderWay(_("This repair is not under way, so there is nothing to stop."))
    repair.stopped_at = at
    repair.save(update_fields=["stopped_at"])
    _record("repair.stopped", repair, by, at)
    return repair


@command(permission="sources.edit", label=gettext_lazy("Go on with a repair"))
def go_on_with_repair(*, repair_id: int, by: Actor, at: datetime) -> Repair:
    """Go on with a repair that was stopped, where it stopped."""
    repair = _held(repair_id)
    if repair.ended_at is not None or repair.stopped_at is None:
        raise RepairNotUnderWay(_("This repair was not stopped, so it cannot go on."))
    repair.stopped_at = None
    repair.save(update_fields=["stopped_at"])
    _record("repair.went_on", repair, by, at)
    _enqueue(repair)
    return repair


def _begun(
    act: Repair.Act,
    source_id: int,
    reason: str,
    event: str,
    rules: Sequence[dict[str, Any]],
    ids: list[int] | None,
    by: Actor,
    at: datetime,
) -> Repair:
    if not Source.objects.filter(pk=source_id, removed_at=None).exists():
        raise NotFound(_("There is no such source any more."))
    if ids is not None and len(ids) > AT_ONCE:
        raise InvalidInput({"ids": _("Choose at most %d events, or all of the group.") % AT_ONCE})
    rows = waiting_in(reason, source_id, event)
    meant = rows if ids is None else rows.filter(pk__in=ids)
    counted = meant.aggregate(total=Count("pk"), upto=Max("pk"))
    if not counted["total"]:
        raise NothingWaits(_("None of these events waits any more: they were sent again or thrown away."))
    repair = Repair.objects.create(
        source_id=source_id, reason=reason, event=event, act=act, rules=list(rules), chosen=ids,
        total=counted["total"], upto=counted["upto"], made_at=at,
        made_by_id=by.id if by.kind == "user" else None,
    )  # fmt: skip
    _record("repair.begun", repair, by, at)
    if repair.total > AT_ONCE:
        _enqueue(repair)
    else:
        work_now(repair, at)
    return repair


def _enqueue(repair: Repair) -> None:
    # Each start is a job of its own: the one before a stop has ended, or ends at its next part.
    queue.enqueue(TASK, {"repair_id": repair.pk}, key=f"repair:{repair.pk}:{current_batch()}")


def _held(repair_id: int) -> Repair:
    repair = Repair.objects.select_for_update().filter(pk=repair_id).first()
    if repair is None:
        raise NotFound(_("There is no such repair."))
    return repair


def _record(kind: str, repair: Repair, by: Actor, at: datetime) -> None:
    about = {"repair_id": repair.pk, "source_id": repair.source_id, "act": repair.act, "total": repair.total}
    ledger.record(Fact(kind=kind, at=at, props=about), by=by)
