"""Any-of groups of filters: `1.country=SE&1.owner=me` is either; all groups and plain filters must hold."""

import re
from collections.abc import Callable, Mapping, Sequence

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _

from isthmus.web.lists.filters import Filter, Unusable

MOST = 9
_NAME = re.compile(r"([1-9])\.(\w+)")


def groups_of(query: QueryDict) -> dict[str, QueryDict]:
    """The groups of an address by their number, each as the address of its own filters."""
    groups: dict[str, QueryDict] = {}
    for name in query:
        found = _NAME.fullmatch(name)
        values = [value for value in query.getlist(name) if value]
        if found and values:
            groups.setdefault(found[1], QueryDict(mutable=True)).setlist(found[2], values)
    return dict(sorted(groups.items()))


def prefixed(number: str, names: Sequence[str]) -> list[str]:
    """Names of a group's filters as the address carries them."""
    return [f"{number}.{name}" for name in names]


def either(filters: Sequence[Filter], query: QueryDict, say: Callable[[str], None]) -> Q:
    """One of the group's filters must hold; what cannot be used is said and left out."""
    union = Q()
    for one in filters:
        if one.is_asked(query):
            try:
                union |= one.condition(query)
            except Unusable as problem:
                say(str(problem))
    return union


def spoken(filters: Sequence[Filter], query: QueryDict) -> str:
    """The group in words: `Country SE or Owner Me`."""
    said = [f"{one.label} {one.spoken(query)}" for one in filters if one.is_asked(query)]
    return _(" or ").join(said)


def next_number(groups: Mapping[str, QueryDict]) -> str:
    """The number of a new group; empty when there are as many as an address may have."""
    return next((str(number) for number in range(1, MOST + 1) if str(number) not in groups), "")
