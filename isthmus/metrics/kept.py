"""Results kept in memory by what they depend on, the least used forgotten first."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from django.db import connection

T = TypeVar("T")


class Kept:
    """A bounded memory. Keys hold everything that the result depends on, so nothing is ever stale."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._results: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The result kept under the key, or a new one. Two threads may both make it; either serves.

        Inside a transaction nothing is kept: what it has seen may be rolled back, and the ledger's position
        with it.
        """
        if connection.in_atomic_block:
            return make()
        with self._lock:
            if key in self._results:
                self._results.move_to_end(key)
                kept: T = self._results[key]
                return kept
        result = make()
        with self._lock:
            self._results[key] = result
            while len(self._results) > self._size:
                self._results.popitem(last=False)
        return result

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._results.clear()


answers = Kept(512)
lookups = Kept(512)
parties = Kept(32)  # each a byte for every person there is


def forget_all(**_signal: Any) -> None:
    """Forget everything: the database was migrated or emptied."""
    answers.clear()
    lookups.clear()
    parties.clear()
