"""The rows of programs: made and judged when a text is seen for the first time, remembered afterwards."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from hashlib import blake2b

from django.db import transaction

from isthmus.collect.agents.judging import judge
from isthmus.collect.models import Agent
from isthmus.ledger.machines import judge_agents

LONGEST = 500
_MOST_REMEMBERED = 200_000
_CHUNK = 500
# How fine it is known when a program was last seen: rows are not written for each event.
_SEEN = timedelta(days=1)

_remembered: dict[bytes, tuple[int, datetime]] = {}  # by hash: the row, and when it was last seen


def known_agents(texts: set[str], at: datetime) -> dict[str, int]:
    """The row of each program, by the text that it calls itself; new ones are made and judged.

    The ledger hears at once of those that are machines, before a fact of theirs is sealed.
    """
    # In one order, whatever that of the set is: the same events give the same numbers.
    hashes = {text: hash_of(text) for text in sorted(texts)}
    _forget_what_is_gone()
    found = {one: _remembered[one] for one in hashes.values() if one in _remembered}
    found |= _rows(one for one in hashes.values() if one not in found)
    new = {one: _cut(text) for text, one in hashes.items() if one not in found}
    if new:
        found |= _make(new, at)
    _see(found, at)
    transaction.on_commit(lambda: _remember(found))
    return {text: found[one][0] for text, one in hashes.items()}


def hash_of(text: str) -> bytes:
    """What a program's row is found by."""
    return blake2b(_cut(text).encode("utf-8", "replace"), digest_size=16).digest()


@transaction.atomic
def _make(texts: Mapping[bytes, str], at: datetime) -> dict[bytes, tuple[int, datetime]]:
    verdicts = {one: judge(text) for one, text in texts.items()}
    Agent.objects.bulk_create(
        (
            Agent(
                text_hash=one,
                text=text,
                machine=verdicts[one].machine,
                reason=verdicts[one].reason,
                seen_at=at,
            )
            for one, text in texts.items()
        ),
        batch_size=_CHUNK,
        ignore_conflicts=True,
    )
    made = _rows(texts)
    judge_agents({made[one][0]: True for one, verdict in verdicts.items() if verdict.machine})
    return made


def _rows(hashes: Iterable[bytes]) -> dict[bytes, tuple[int, datetime]]:
    return {
        bytes(one): (number, seen_at)
        for chunk in _chunks(hashes)
        for one, number, seen_at in Agent.objects.filter(text_hash__in=chunk).values_list(
            "text_hash", "pk", "seen_at"
        )
    }


def _see(found: dict[bytes, tuple[int, datetime]], at: datetime) -> None:
    """Note that these were seen, where that is news."""
    stale = [one for one, (_number, seen_at) in found.items() if at - seen_at >= _SEEN]
    for chunk in _chunks(stale):
        Agent.objects.filter(text_hash__in=chunk, seen_at__lt=at).update(seen_at=at)
    found |= {one: (found[one][0], at) for one in stale}


def _remember(found: Mapping[bytes, tuple[int, datetime]]) -> None:
    if len(_remembered) + len(found) > _MOST_REMEMBERED:
        _remembered.clear()
    _remembered.update(found)


def _forget_what_is_gone() -> None:
    """What is remembered belongs to one database; when that was put back, rows have other numbers."""
    if not _remembered:
        return
    last = next(reversed(_remembered))
    if not Agent.objects.filter(pk=_remembered[last][0], text_hash=last).exists():
        _remembered.clear()


def _cut(text: str) -> str:
    return text.replace("\x00", "")[:LONGEST]


def _chunks(hashes: Iterable[bytes]) -> Iterator[list[bytes]]:
    every = list(hashes)
    return (every[start : start + _CHUNK] for start in range(0, len(every), _CHUNK))
