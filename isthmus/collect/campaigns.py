"""Which campaign a `utm_campaign` is: a room above knows (`tell_campaigns`), the translator asks."""

from collections.abc import Callable, Collection

_lookup: Callable[[Collection[str]], dict[str, int]] | None = None


def tell_campaigns(lookup: Callable[[Collection[str]], dict[str, int]]) -> None:
    """Name who answers, for texts of `utm_campaign`, the numbers of those that are campaigns."""
    global _lookup
    _lookup = lookup


def campaigns_named(names: Collection[str]) -> dict[str, int]:
    """The numbers of those texts that are campaigns."""
    return _lookup(names) if _lookup is not None and names else {}
