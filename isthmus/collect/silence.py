"""When a source is too long silent."""

from datetime import datetime, timedelta

from isthmus.collect.models import Source
from isthmus.core.clock import from_us


def silent_since(source: Source, last_us: int, at: datetime) -> datetime | None:
    """When a source was last heard of that is missed by now; None when it is not, or nobody watches it.

    `last_us`: when its last event was received; one that never sent is not missed.
    """
    if not source.is_on or source.alarm_hours is None or not last_us:
        return None
    last = from_us(last_us)
    return last if at - last > timedelta(hours=source.alarm_hours) else None
