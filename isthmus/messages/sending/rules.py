"""Decisions of sending as pure functions: what an answer means, when to try again, when to give up."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from django.conf import settings

Verdict = Literal["sent", "failed", "later", "unknown"]
_WAITS = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60, 120, 240)]
GIVES_UP = timedelta(days=3)  # after the first try; greylisting lets in much sooner


@dataclass(frozen=True)
class Outcome:
    """How one try went for one recipient, what the server said, and by what id a provider knows it."""

    verdict: Verdict
    said: str = ""
    esp_id: str = ""


def meaning(code: int, *, after_the_end: bool) -> Verdict:
    """What an answer's code means. After the end of the message only a clear answer is one."""
    if 200 <= code < 300:
        return "sent"
    if 400 <= code < 500:
        return "later"
    if 500 <= code < 600:
        return "failed"
    return "unknown" if after_the_end else "later"


def wait_after(tries: int, *, jitter: float) -> timedelta:
    """The wait after the n-th try that came to nothing; `jitter`, 0 to 1, adds up to a fifth."""
    wait = _WAITS[min(max(tries, 1), len(_WAITS)) - 1]
    return wait * (1 + jitter / 5) * (settings.MAIL_WAIT_SECONDS / 60)
