"""Who is named in a text: `@` and the name of a user. Pure rules over names."""

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Mention:
    """Where a text names users: from `start` up to `end`, with the `@`; several when they share a name."""

    start: int
    end: int
    users: tuple[int, ...]


def mentions_in(text: str, names: Iterable[tuple[int, str]]) -> list[Mention]:
    """Every place that names a user, in order. Of names that begin alike the longest is meant."""
    known: dict[str, tuple[int, ...]] = {}
    for number, name in names:
        if name:
            known[name.casefold()] = (*known.get(name.casefold(), ()), number)
    if not known:
        return []
    longest_first = sorted(known, key=len, reverse=True)
    named = re.compile(rf"(?<!\w)@({'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE)
    return [
        Mention(found.start(), found.end(), known[found[1].casefold()])
        for found in named.finditer(text)
        if found[1].casefold() in known
    ]


def users_named(text: str, names: Iterable[tuple[int, str]]) -> list[int]:
    """The users that a text names, each once, in order."""
    return list(dict.fromkeys(number for one in mentions_in(text, names) for number in one.users))
