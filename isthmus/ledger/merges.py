"""Two subjects turn out to be one, or not to be: rows that readers apply, facts stay as they are."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.core.actors import Actor
from isthmus.core.clock import now, to_us
from isthmus.core.refusals import Refusal
from isthmus.ledger.models import Subject, SubjectMerge

_CHUNK = 500


class CannotMerge(Refusal):
    """The two subjects are one already, or one of them was merged into another."""


class CannotUnmerge(Refusal):
    """The two subjects are not merged."""


def merge_subjects(
    loser: int, winner: int, by: Actor, at: datetime, *, accounts: tuple[int, int] | None = None
) -> int:
    """From now on all facts of `loser` count as the winner's. Both must be standing on their own.

    `accounts` are the numbers of the same two as facts carry them in `account_id`. Answers when it was
    received, in microseconds: facts of later acts were received no sooner.
    """
    if loser == winner:
        raise CannotMerge(_("These two are one already. There is nothing to merge."))
    with transaction.atomic():
        # Locked in order, so that merging A into B and B into A at once cannot make a circle.
        list(Subject.objects.select_for_update().filter(pk__in=[loser, winner]).order_by("pk"))
        if SubjectMerge.objects.filter(loser_id__in=[loser, winner], undone_us=None).exists():
            raise CannotMerge(
                _("One of these two was merged into another already. Merge the one that remains.")
            )
        received_us = to_us(now())
        SubjectMerge.objects.create(
            loser_id=loser,
            winner_id=winner,
            at=at,
            received_us=received_us,
            loser_account=accounts[0] if accounts else None,
            winner_account=accounts[1] if accounts else None,
            actor_kind=by.kind,
            actor_id=by.id,
        )
        return received_us


def join_visitors(pairs: Iterable[tuple[int, int]], *, by: Actor, at: datetime) -> list[tuple[int, int]]:
    """From now on the facts of each visitor (first) count as those of another subject (second).

    The first to claim a visitor keeps it. Answers the pairs that were refused, since the visitor belongs to
    somebody else. In the caller's transaction, under the sealer's lock or the matcher's: one at a time.
    """
    wanted = [pair for pair in dict.fromkeys(pairs) if pair[0] != pair[1]]
    into = _standing({subject for pair in wanted for subject in pair})
    received_us = to_us(now())
    rows: list[SubjectMerge] = []
    refused = []
    for visitor, other in wanted:
        if _end(other, into) == _end(visitor, into):
            continue  # One already.
        if visitor in into:
            refused.append((visitor, other))
            continue
        into[visitor] = other
        rows.append(
            SubjectMerge(
                loser_id=visitor,
                winner_id=other,
                at=at,
                received_us=received_us,
                actor_kind=by.kind,
                actor_id=by.id,
            )
        )
    SubjectMerge.objects.bulk_create(rows, batch_size=500)
    return refused


def standing_for(subjects: Iterable[int]) -> dict[int, int]:
    """For each of these subjects the one that stands for it now; itself when it was not merged."""
    wanted = set(subjects)
    into = _standing(wanted)
    return {subject: _end(subject, into) for subject in wanted}


def _standing(subjects: set[int]) -> dict[int, int]:
    """The standing merges of these subjects, of those that they were merged into, and so on."""
    into: dict[int, int] = {}
    fresh = sorted(subjects)
    while fresh:
        found: dict[int, int] = {}
        for start in range(0, len(fresh), _CHUNK):
            rows = SubjectMerge.objects.filter(loser_id__in=fresh[start : start + _CHUNK], undone_us=None)
            found.update(rows.values_list("loser_id", "winner_id"))
        into |= found
        fresh = sorted(set(found.values()) - set(into))
    return into


def _end(subject: int, into: Mapping[int, int]) -> int:
    while subject in into:
        subject = into[subject]
    return subject


def unmerge_subjects(loser: int, winner: int, by: Actor, at: datetime) -> None:
    """Take a merge back: the loser's facts count as its own again."""
    undone = SubjectMerge.objects.filter(loser_id=loser, winner_id=winner, undone_us=None).update(
        undone_us=to_us(now())
    )
    if not undone:
        raise CannotUnmerge(_("These two are not merged, so they cannot be taken apart."))


def times_as_two(subjects: Sequence[int]) -> Mapping[int, Sequence[tuple[int, int]]]:
    """Of each subject from when till when it stood for another one too and no longer does (microseconds)."""
    found: dict[int, list[tuple[int, int]]] = {}
    undone = SubjectMerge.objects.filter(winner_id__in=subjects, undone_us__isnull=False)
    for subject, since_us, until_us in undone.values_list("winner_id", "received_us", "undone_us"):
        found.setdefault(subject, []).append((since_us, until_us))  # type: ignore[arg-type]
    return found


class MergeRow(NamedTuple):
    """A merge as readers need it; times in microseconds."""

    loser: int
    winner: int
    received_us: int
    undone_us: int | None
    loser_account: int | None = None
    winner_account: int | None = None


def read_merges(after: int = 0) -> tuple[MergeRow, ...]:
    """All merges, undone ones too, or those with a greater number than `after`."""
    rows = SubjectMerge.objects.filter(pk__gt=after).values_list(
        "loser_id", "winner_id", "received_us", "undone_us", "loser_account", "winner_account"
    )
    return tuple(MergeRow(*row) for row in rows.iterator(chunk_size=20_000))


def surviving_accounts(merges: Iterable[MergeRow], *, known_us: int | None = None) -> dict[int, int]:
    """The same for the numbers of accounts."""
    of_accounts = [
        merge._replace(loser=merge.loser_account, winner=merge.winner_account)
        for merge in merges
        if merge.loser_account is not None and merge.winner_account is not None
    ]
    return survivors(of_accounts, known_us=known_us)


def survivors(merges: Iterable[MergeRow], *, known_us: int | None = None) -> dict[int, int]:
    """For each merged subject the one that stands for it in the end, as known at a time (None: now)."""
    into = {
        merge.loser: merge.winner
        for merge in merges
        if (known_us is None or merge.received_us < known_us)
        and (merge.undone_us is None or (known_us is not None and merge.undone_us >= known_us))
    }
    final: dict[int, int] = {}
    for loser in into:
        subject = loser
        path = []
        while subject in into and subject not in final:
            path.append(subject)
            subject = into[subject]
        subject = final.get(subject, subject)
        final.update(dict.fromkeys(path, subject))
    return final
