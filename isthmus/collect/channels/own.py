"""Which hosts are one site: shop.acme.co.uk and www.acme.co.uk are, a.github.io and b.github.io are not."""

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

_NUMBERS = re.compile(r"[\d.]+|.*:.*")


@lru_cache(maxsize=50_000)
def is_own(host: str, other: str) -> bool:
    """Whether both lie under one name that somebody registered; numbers are only the same as themselves."""
    return bool(host) and _registered(host) == _registered(other)


@lru_cache(maxsize=50_000)
def _registered(host: str) -> str:
    host = host.lower().rstrip(".").removeprefix("www.")
    if _NUMBERS.fullmatch(host):
        return host
    return _endings().privatesuffix(host) or host


@cache
def _endings() -> "PublicSuffixList":
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList()
