"""Signing, and when to try again, as pure functions."""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from datetime import timedelta

PREFIX = "whsec_"
SECRET_BYTES = 32
# After the first, second … try that failed; the tenth is the last, three days after the first.
WAITS = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
)  # fmt: skip
MAX_TRIES = len(WAITS) + 1
LONGEST_WAIT = timedelta(days=1)
SHORTEST_PAUSE, LONGEST_PAUSE = timedelta(seconds=2), timedelta(hours=1)
FAILING_FOR = sum(WAITS, timedelta())  # After so long of nothing an endpoint is left.
GONE = 410


def written_secret(random: bytes) -> str:
    """A secret as it is shown."""
    return PREFIX + base64.b64encode(random).decode()


def signatures(secrets: Iterable[str], message_id: str, timestamp: int, body: str) -> str:
    """The header `webhook-signature`: one for each secret, so that either side can change it in peace."""
    signed = f"{message_id}.{timestamp}.{body}".encode()
    return " ".join(
        "v1," + base64.b64encode(hmac.new(_key(secret), signed, hashlib.sha256).digest()).decode()
        for secret in secrets
    )


def wait_after(tries: int, *, jitter: float, asked: str = "") -> timedelta | None:
    """How long to wait after so many tries that failed; None when it was the last.

    `jitter`, 0 to 1, adds up to a fifth, so that what failed together does not return together. `asked` is
    the header Retry-After, which is kept to when it asks for more.
    """
    if tries >= MAX_TRIES:
        return None
    wait = WAITS[max(tries, 1) - 1] * (1 + jitter / 5)
    if asked.isascii() and asked.isdigit() and len(asked) <= 9:
        wait = max(wait, min(timedelta(seconds=int(asked)), LONGEST_WAIT))
    return wait


def pause(failing_for: timedelta) -> timedelta:
    """How long after a failed try no other message goes to an endpoint that fails: half as long as it fails.

    A message's own waits are longer, so one alone is never held up; many do not keep the worker busy waiting
    for an answer that does not come.
    """
    return max(SHORTEST_PAUSE, min(failing_for / 2, LONGEST_PAUSE))


def is_delivered(status: int) -> bool:
    """Any answer of 2xx. A redirect is none: nobody is sent on."""
    return 200 <= status < 300


def _key(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix(PREFIX))
