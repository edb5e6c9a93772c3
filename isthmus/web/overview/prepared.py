"""The overview's figures, kept until the ledger moves, and a little longer where counting is slow."""

import threading
import time
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.utils.safestring import SafeString

from isthmus.core import clock
from isthmus.ledger.position import Position, read_position

MOST_KEPT = 64
# Figures may be as many times older than it took to count them: then at most a twentieth of a process's time
# goes into counting them anew, however fast facts come in.
PATIENCE, LONGEST = 20, timedelta(minutes=5)


@dataclass(frozen=True)
class Prepared:
    """Figures as a piece of a page; which state of the ledger they tell, and since when."""

    html: SafeString
    position: Position
    counted_at: datetime
    took: timedelta

    def serves(self, position: Position, now: datetime) -> bool:
        """Whether they need no counting anew: nothing has happened since, or hardly any time has passed."""
        return self.position == position or now - self.counted_at <= min(self.took * PATIENCE, LONGEST)


class Shelf:
    """What was prepared lately, by all that it depends on but the ledger. One thread counts one thing."""

    def __init__(self) -> None:
        self._prepared: OrderedDict[Hashable, Prepared] = OrderedDict()
        self._lock = threading.Lock()
        self._counting: defaultdict[Hashable, threading.Lock] = defaultdict(threading.Lock)

    def find(self, key: Hashable) -> Prepared | None:
        """The last that was prepared for the key, however old."""
        with self._lock:
            if key in self._prepared:
                self._prepared.move_to_end(key)
            return self._prepared.get(key)

    def prepare(self, key: Hashable, count: Callable[[], str], *, patiently: bool) -> Prepared:
        """The figures, counted now unless there are some of this position, or some that serve the patient.

        Who asks for the same meanwhile waits and gets the same.
        """
        with self._lock:
            counting = self._counting[key]
        with counting:
            at = read_position()
            found = self.find(key)
            if found is None or not (found.position == at or (patiently and found.serves(at, clock.now()))):
                found = _counted(at, count)
                self._keep(key, found)
            return found

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._prepared.clear()

    def _keep(self, key: Hashable, prepared: Prepared) -> None:
        if connection.in_atomic_block:
            return  # What a transaction has seen may be rolled back.
        with self._lock:
            self._prepared[key] = prepared
            while len(self._prepared) > MOST_KEPT:
                gone, _prepared = self._prepared.popitem(last=False)
                self._counting.pop(gone, None)


shelf = Shelf()


def forget_all(**_signal: object) -> None:
    """Forget everything: the database was migrated or emptied."""
    shelf.clear()


def _counted(at: Position, count: Callable[[], str]) -> Prepared:
    began, counted_at = time.perf_counter(), clock.now()
    html = SafeString(count())
    return Prepared(html, at, counted_at, timedelta(seconds=time.perf_counter() - began))
