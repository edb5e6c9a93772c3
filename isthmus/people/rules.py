"""Decisions about identity, as pure functions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

# Which identifier decides when two disagree, strongest first, and how many of each one person may hold.
RANKS = ("user_id", "external", "email", "phone", "anonymous_id")
LIMITS = {"user_id": 5, "external": 20, "email": 20, "phone": 10, "anonymous_id": 200}

Key = tuple[str, str]


@dataclass(frozen=True)
class Match:
    """Who a row is (None: nobody known), which keys are new to them, and which belong to somebody else.

    `decided_by` is the key that told who it is.
    """

    holder: int | None
    new: tuple[Key, ...]
    conflicting: tuple[tuple[Key, int], ...]
    decided_by: Key | None = None


def decide(keys: Sequence[Key], holders: Mapping[Key, int], has_email: Callable[[int], bool]) -> Match:
    """The strongest known identifier decides; a weaker one that is somebody else's stays with them.

    A telephone is shared more easily than an address: it does not decide for somebody who comes with an
    e-mail of their own when its holder is known by another one.
    """
    ranked = sorted(dict.fromkeys(keys), key=lambda key: RANKS.index(key[0]))
    comes_with_email = any(kind == "email" for kind, _ in ranked)
    holder = decided_by = None
    for key in ranked:
        if key not in holders:
            continue
        if key[0] == "phone" and comes_with_email and has_email(holders[key]):
            continue
        holder, decided_by = holders[key], key
        break
    new = tuple(key for key in ranked if key not in holders)
    conflicting = tuple((key, holders[key]) for key in ranked if key in holders and holders[key] != holder)
    return Match(holder, new, conflicting, decided_by)
