"""How an import shares the database: small chunks and pauses beside others, patience while it is busy."""

from collections.abc import Callable
from time import monotonic, sleep
from typing import Protocol, TypeVar

from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.utils.translation import gettext as _

from isthmus.core.contention import waits
from isthmus.core.refusals import Refusal
from isthmus.core.sqlite.log import write_log_back

# Rows of the first chunk, and the fewest of a later one: a chunk has a price of its own.
ALONE, BESIDE_OTHERS = 100, 25
MOST = 1000
# Seconds that a chunk may take: as long may somebody wait who wants to write meanwhile.
LONGEST_ALONE, LONGEST_BESIDE_OTHERS = 0.1, 0.03
BREATH = 0.005  # Seconds for others, after a chunk that nobody was seen waiting for.
OTHERS_LAST = 5.0  # Seconds for which others are expected to write again.
LOG_WAITS = 1.0  # Seconds after which what was written is brought from the log into the database.
PATIENCE = 60.0
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 5.0

T = TypeVar("T")


class DatabaseStayedBusy(Refusal):
    """The database could not be written to for longer than an import waits."""


class Audience(Protocol):
    """Whoever is told that an import waits."""

    def say(self, sentence: str) -> None:
        """Something that the user should know."""


class Turns:
    """The turns that one import takes at writing."""

    def __init__(self, audience: Audience) -> None:
        self._audience = audience
        self._others_until = 0.0
        self._pace = 0.0  # rows a second, of the last turn
        self._log_due = monotonic() + LOG_WAITS

    @property
    def rows(self) -> int:
        """How many rows to bring in with one turn: by how quickly the last ones came in."""
        beside = self._beside_others()
        least, longest = (BESIDE_OTHERS, LONGEST_BESIDE_OTHERS) if beside else (ALONE, LONGEST_ALONE)
        return max(least, min(MOST, int(self._pace * longest)))

    def write(self, act: Callable[[bool], T], *, rows: int = 0) -> T:
        """Do an act of one transaction (for so many rows), then leave the database to others for a moment.

        While the database is busy or away the act is tried again; it is told whether it may have been done by
        then. Raises DatabaseStayedBusy in the end.
        """
        end, pause, again, before = monotonic() + PATIENCE, FIRST_PAUSE, False, waits()
        while True:
            began = monotonic()
            try:
                done = act(again)
            except (OperationalError, InterfaceError) as error:
                self._wait(error, pause, end)
                pause, again = min(pause * 2, LONGEST_PAUSE), True
                continue
            took = monotonic() - began
            self._pace = rows / max(took, 0.001) if rows else self._pace
            if waits() > before:
                self._others_until = monotonic() + OTHERS_LAST
            self._rest(took)
            return done

    def _rest(self, took: float) -> None:
        """Leave the database to others: beside some for half as long as it took."""
        end = monotonic() + max(BREATH, took / 2 if self._beside_others() else 0)
        if monotonic() > self._log_due:
            write_log_back()
            self._log_due = monotonic() + LOG_WAITS
        sleep(max(0, end - monotonic()))

    def _beside_others(self) -> bool:
        return monotonic() < self._others_until

    def _wait(self, error: DatabaseError | InterfaceError, pause: float, end: float) -> None:
        if not passes(error) or monotonic() + pause > end:
            raise stopped(error) from error
        if pause == FIRST_PAUSE:
            self._audience.say(_("The database is busy; the import waits and tries again."))
        connection.close_if_unusable_or_obsolete()
        sleep(pause)


def stopped(error: DatabaseError | InterfaceError) -> DatabaseStayedBusy:
    """What an import says when the database ends it."""
    return DatabaseStayedBusy(
        _(
            "The import stopped, because the database could not be written to (%(why)s). What came in so far "
            "stays. Give the same command again: it goes on where it stopped."
        )
        % {"why": str(error).strip().partition("\n")[0] or type(error).__name__}
    )


def passes(error: DatabaseError | InterfaceError) -> bool:
    """Whether it may go by itself: another writes, a deadlock, a server that starts again."""
    cause = error.__cause__
    if (code := getattr(cause, "sqlite_errorcode", None)) is not None:
        return code & 0xFF in (5, 6)  # SQLITE_BUSY, SQLITE_LOCKED
    state = getattr(cause, "sqlstate", None)
    # No state: the connection broke. Classes 08 connection, 40 deadlock, 53 full, 55 lock, 57 server stops.
    return state is None or state[:2] in ("08", "40", "53", "55", "57")
