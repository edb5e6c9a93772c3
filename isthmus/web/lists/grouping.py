"""A list in groups, by owner, stage or another field of few values: each counted, and opened by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from isthmus.web import formats
from isthmus.web.lists.asked import Asked
from isthmus.web.lists.filters import OneOf
from isthmus.web.pieces import Choice

MOST = 200  # groups shown; what is beyond is said
OPEN = 5  # groups that show their rows at once
ROWS = 10  # rows of a group before more are asked for
NONE = "none"  # the group of the rows without a value, in an address


@dataclass(frozen=True)
class Group:
    """The rows of one value: how many, where they are read, and the list of them alone (where it has one)."""

    text: str
    count: str
    rows_href: str
    alone_href: str
    is_open: bool


@dataclass(frozen=True)
class Groups:
    """The groups of a list, those with a value in the order of its choices; how many more there are."""

    shown: Sequence[Group]
    beyond: int


def ways(asked: Asked) -> list[OneOf]:
    """By what the list can be grouped."""
    return [one for one in asked.filters if isinstance(one, OneOf) and one.by]


def way_of(asked: Asked) -> OneOf | None:
    """By what the address groups the list; what it cannot be grouped by is said among the problems."""
    key = asked.query.get("group", "")
    found = next((one for one in ways(asked) if one.key == key), None) if key else None
    if key and found is None:
        asked.problems.append(_("The list cannot be grouped by “%(key)s”.") % {"key": key[:40]})
    return found


def choices(asked: Asked, way: OneOf | None) -> list[Choice]:
    """The menu of ways, plain rows first."""
    plain = Choice(_("No groups"), asked.address(group=None), way is None)
    return [
        plain,
        *(Choice(str(one.label), asked.address(group=one.key), one is way) for one in ways(asked)),
    ]


def groups_of(asked: Asked, way: OneOf) -> Groups:
    """Which groups there are, in two queries at most: the rows counted by value, and names of the values."""
    counted: dict[Any, int] = {}
    for value, rows in asked.rows().order_by().values_list(way.by).annotate(rows=Count("pk")):
        key = None if value == "" else value
        counted[key] = counted.get(key, 0) + rows
    without = counted.pop(None, 0)
    names = _names(way, list(counted))
    found = [(name, counted[value], value) for value, name in names.items()]
    if without:
        found.append((_("%(label)s: none") % {"label": way.label}, without, None))
    shown = [
        Group(
            text,
            formats.number(rows),
            asked.address(part="within", of=NONE if value is None else str(value)),
            _alone(asked, way, value),
            number < OPEN,
        )
        for number, (text, rows, value) in enumerate(found[:MOST])
    ]
    return Groups(shown, len(found) - len(shown))


def within(way: OneOf, text: str) -> Q:
    """What a row of the group is that an address names."""
    numbered = way.by.endswith("_id")
    if text == NONE:
        nothing = Q(**{f"{way.by}__isnull": True})
        return nothing if numbered else nothing | Q(**{way.by: ""})
    if numbered:
        return Q(**{f"{way.by}__in": [int(text)] if text.isdecimal() else []})
    return Q(**{way.by: text})


def _names(way: OneOf, values: Sequence[Any]) -> dict[Any, str]:
    """The values by name, in the order of their choices; those that are no choice any more come last."""
    if way.named is not None:
        return way.named(values)
    texts = {value: text.strip() for value, text in way.options()}
    places = {value: place for place, value in enumerate(texts)}
    ordered = sorted(values, key=lambda value: (places.get(str(value), len(places)), str(value)))
    return {value: texts.get(str(value), str(value)) for value in ordered}


def _alone(asked: Asked, way: OneOf, value: Any) -> str:
    """The list of a group alone: only where the filter means exactly these rows."""
    if not way.exact:
        return ""
    choice = way.choice_of(value)
    known = dict(way.options())
    return asked.address(**{"group": None, way.key: choice}) if choice in known else ""
