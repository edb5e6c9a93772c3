"""When an event happened: what its client says, set right by how its clock differs from ours."""

from datetime import UTC, datetime

from isthmus.collect.translating.wire import Text
from isthmus.core.clock import EPOCH

_EARLIEST_US = int((datetime(2000, 1, 1, tzinfo=UTC) - EPOCH).total_seconds()) * 1_000_000
_MILLISECONDS_FROM = 100_000_000_000  # numbers from here on count milliseconds, smaller ones seconds


class TimeError(ValueError):
    """A time that cannot be read."""


def occurred_us(happened: Text, sent: Text, received_us: int) -> int:
    """Microseconds since 1970: received - (sent - happened), as the specification has it.

    Without `sent` the client's clock is believed; without `happened` it was when it was received. What would
    lie in the future is taken as received now. Raises TimeError.
    """
    if happened is None or happened == "":
        return received_us
    at = instant_us(happened)
    if sent is not None and sent != "":
        at = received_us - (instant_us(sent) - at)
    at = min(at, received_us)
    if at < _EARLIEST_US:
        raise TimeError(str(happened)[:100])
    return at


def instant_us(value: Text) -> int:
    """A time as text (ISO 8601, UTC where it names no zone) or as a number of seconds or milliseconds."""
    if isinstance(value, str):
        try:
            at = datetime.fromisoformat(value)
        except ValueError:
            return _of_number(value)
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        since = at - EPOCH
        return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
    return _of_number(value)


def _of_number(value: Text) -> int:
    try:
        number = float(value or 0)
        seconds = number / 1000 if abs(number) >= _MILLISECONDS_FROM else number
        return int(seconds * 1_000_000)
    except (ValueError, OverflowError):
        raise TimeError(str(value)[:100]) from None
