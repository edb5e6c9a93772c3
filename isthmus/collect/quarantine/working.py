"""Working through a repair part by part: sending again, or throwing away."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from isthmus.collect.models import Quarantined, Repair
from isthmus.collect.quarantine.again import try_rules
from isthmus.collect.quarantine.rules import read_rules
from isthmus.core import queue
from isthmus.core.clock import now
from isthmus.core.crash import crash_point
from isthmus.core.refusals import Refusal
from isthmus.ledger.segments import writer

TASK = "collect.repair"
PART = 200
AT_ONCE = 500  # more events than that are worked through in the background
State = Quarantined.State


class NotWritten(Refusal):
    """The events could not be put on the disk again."""


def waiting_in(reason: str, source_id: int, event: str) -> "QuerySet[Quarantined]":
    """The events of a group that wait."""
    return Quarantined.objects.filter(source_id=source_id, state=State.WAITING, reason=reason, event=event)


def work_in_background(repair_id: int) -> None:
    """Take a repair's parts one after the other, each in a transaction, until it ends or is stopped."""
    while True:
        with transaction.atomic():
            queue.confirm_lease()
            repair = Repair.objects.select_for_update().get(pk=repair_id)
            goes_on = repair.is_under_way and work_part(repair, now())
        queue.progress(repair.through, repair.total)
        if not goes_on:
            return


def work_now(repair: Repair, at: datetime) -> None:
    """Take all parts in the caller's transaction. Raises NotWritten when the disk does not take them."""
    try:
        while work_part(repair, at):
            pass
    except writer.SegmentFailed:
        raise NotWritten(
            _("The disk did not take the events, so all of them wait as before. Make room and try again.")
        ) from None


def work_part(repair: Repair, at: datetime) -> bool:
    """Take the next events of a repair; whether there are more."""
    rows = list(_next(repair)[:PART])
    if not rows:
        repair.ended_at = at
        repair.save(update_fields=["ended_at"])
        return False
    done = [row.pk for row in rows] if repair.act == Repair.Act.DISCARD else _send_again(repair, rows)
    state = State.DISCARDED if repair.act == Repair.Act.DISCARD else State.REPLAYED
    Quarantined.objects.filter(pk__in=done).update(state=state, state_at=at)
    repair.after = rows[-1].pk
    repair.done += len(done)
    repair.left += len(rows) - len(done)
    repair.save(update_fields=["after", "done", "left"])
    return True


def _next(repair: Repair) -> "QuerySet[Quarantined]":
    rows = waiting_in(repair.reason, repair.source_id, repair.event)
    rows = rows.filter(pk__gt=repair.after, pk__lte=repair.upto)
    if repair.chosen is not None:
        rows = rows.filter(pk__in=repair.chosen)
    return rows.select_for_update().order_by("pk")


def _send_again(repair: Repair, rows: Sequence[Quarantined]) -> list[int]:
    """Put those that can be read now into a segment, and say which they were.

    On the disk before they are marked: dying between the two, they are sent once more and are one fact all
    the same, by their message ids.
    """
    readable = [one for one in try_rules(rows, read_rules(repair.rules)) if one.batch and not one.reason]
    writer.append_all([one.batch for one in readable if one.batch])
    crash_point("collect.repair.after_append")
    return [one.row.pk for one in readable]
