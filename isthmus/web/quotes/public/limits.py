"""How often one address may ask: a page without sign-in must not be a way to keep the server busy."""

import ipaddress
import threading
import time
from collections import OrderedDict

_REMEMBERED = 5000  # addresses; whoever was silent longest is forgotten first


class Budget:
    """So many calls of one address within a minute; what was spent comes back evenly."""

    def __init__(self, most: int) -> None:
        self._most = float(most)
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def spend(self, address: str, now: float | None = None) -> int:
        """Take one call: 0, or after how many seconds there is one again."""
        at, key = time.monotonic() if now is None else now, _neighbours(address)
        with self._lock:
            left, since = self._left.pop(key, (self._most, at))
            left = min(self._most, left + (at - since) * self._most / 60)
            self._left[key] = (left - 1 if left >= 1 else left, at)
            if len(self._left) > _REMEMBERED:
                self._left.popitem(last=False)
        return 0 if left >= 1 else int((1 - left) * 60 / self._most) + 1

    def forget(self) -> None:
        """Begin anew with everybody."""
        with self._lock:
            self._left.clear()


def _neighbours(address: str) -> str:
    """Whoever has an address of the sixth version has billions: the network counts."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address[:60]
    return str(ipaddress.ip_network((known, 64), strict=False)) if known.version == 6 else str(known)


LOOKS, ANSWERS, PAPERS = Budget(90), Budget(12), Budget(20)
