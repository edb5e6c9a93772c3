"""Time: aware UTC in Python, whole microseconds in facts. Only faces ask what time it is."""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


def written_now() -> datetime:
    """The storage's own clock, for `updated_at`: when a row was last written, whatever time its act is about.

    Consumers that follow changes (the mirror, incremental reads of the API) go by it, so an act that is
    recorded later than it happened must not hide behind its own past.
    """
    return now()


def to_us(at: datetime) -> int:
    """Whole microseconds since 1970 UTC. Raises ValueError for a time without a zone."""
    if at.tzinfo is None:
        raise ValueError("A fact's time needs a zone; this one has none.")
    return (at - EPOCH) // _MICROSECOND


def from_us(microseconds: int) -> datetime:
    """The aware UTC instant of `to_us`."""
    return EPOCH + timedelta(microseconds=microseconds)
