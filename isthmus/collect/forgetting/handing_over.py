"""What was received of somebody, as it came: for an export."""

from collections.abc import Iterator

from isthmus.collect.forgetting.batches import Found, events_of
from isthmus.collect.forgetting.marks import marks_of
from isthmus.collect.forgetting.theirs import FOR_EVER, Theirs
from isthmus.core.personal_stores import Whom
from isthmus.ledger.segments.archive import archived, read_archived
from isthmus.ledger.segments.files import CLOSED, unsealed_segments
from isthmus.ledger.segments.frames import Batch, read_frames


def theirs_now(whom: Whom) -> Theirs:
    """Events of these persons, whenever they were received."""
    return Theirs(dict.fromkeys(marks_of(whom), FOR_EVER))


def received_of(whom: Whom) -> list[Found]:
    """Every event of theirs that is kept as it was received, oldest first."""
    theirs = theirs_now(whom)
    return sorted(one for batch in _batches() for one in events_of(batch, theirs))


def _batches() -> Iterator[Batch]:
    """All that is kept. First what is not sealed: what is sealed meanwhile is in the archive by then."""
    read: set[str] = set()
    for path in unsealed_segments():
        for place in (path, path.with_suffix(CLOSED)):
            if path.stem not in read and place.exists():
                read.add(path.stem)
                yield from read_frames(place)
    for packed in archived():
        if packed.stem.partition("-")[2] not in read and packed.exists():
            yield from read_archived(packed)
