"""Erasing what was received of somebody: noted with the command, taken out of the files right after it."""

from datetime import datetime, timedelta
from functools import partial

from isthmus.collect.forgetting.batches import without
from isthmus.collect.forgetting.marks import marks_of
from isthmus.collect.forgetting.theirs import Theirs
from isthmus.collect.models import Erased
from isthmus.core.clock import to_us, written_now
from isthmus.core.crash import crash_point
from isthmus.core.personal_stores import Whom
from isthmus.ledger.segments.rewriting import rewrite_received

# An event is dated before it is written: one that was under way meanwhile is found by a second look.
SECOND_LOOK = timedelta(hours=1)


def note_erased(whom: Whom) -> int:
    """Note the marks of persons, in the caller's transaction: what was received until now is theirs."""
    # The clock of the storage, whatever time the act is about: received events are dated by it.
    until_us = to_us(written_now())
    rows = [Erased(mark=mark, until_us=until_us) for mark in sorted(marks_of(whom))]
    Erased.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["mark"],
        update_fields=["until_us", "done_at"],
        batch_size=300,
    )
    return len(rows)


def erased_theirs() -> Theirs | None:
    """The events of all who are erased; None while there are none, as almost always."""
    marks = {bytes(mark): until for mark, until in Erased.objects.values_list("mark", "until_us")}
    return Theirs(marks) if marks else None


def take_out_erased(*, at: datetime) -> int:
    """Take the events of the erased out of every file with any; how many files were written anew."""
    last = Erased.objects.filter(done_at=None).order_by("-pk").values_list("pk", flat=True).first()
    if last is None:
        return 0
    changed = _rewritten()
    crash_point("collect.erased.after_files")
    Erased.objects.filter(pk__lte=last, done_at=None).update(done_at=at)
    return changed


def look_again(*, at: datetime) -> int:
    """Look through the files once more an hour later; then the marks themselves are forgotten."""
    done = Erased.objects.filter(done_at__lt=at - SECOND_LOOK)
    if not done.exists():
        return 0
    numbers = list(done.values_list("pk", flat=True))
    changed = _rewritten()
    for start in range(0, len(numbers), 500):
        Erased.objects.filter(pk__in=numbers[start : start + 500], done_at__lt=at - SECOND_LOOK).delete()
    return changed


def _rewritten() -> int:
    theirs = erased_theirs()
    if theirs is None:
        return 0
    return rewrite_received(partial(without, theirs=theirs))
