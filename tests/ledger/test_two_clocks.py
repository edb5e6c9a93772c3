"""As of and as known on any day: the ledger against a naive replay of everything that was written."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from unittest import mock

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from isthmus import ledger
from isthmus.core.actors import SYSTEM
from isthmus.core.clock import to_us
from isthmus.ledger import Fact, recording, state
from isthmus.ledger.file_merging import merge_files
from isthmus.ledger.sealing import seal
from tests.ledger.writing import day, rows, take_back, write

DAYS = 8
SUBJECTS = 4
SEEN = "SELECT amount, subject FROM facts ORDER BY amount"


@dataclass
class Written:
    """A fact as the naive replay remembers it; `amount` is its number in the order of writing."""

    amount: int
    occurred: datetime
    received: datetime
    subject: int
    key: str | None
    revision: int
    batch: str
    id: bytes = b""


@dataclass
class Replay:
    """Everything that was done, replayed from the start for each question."""

    subjects: list[int]
    facts: list[Written] = field(default_factory=list)
    retractions: list[tuple[datetime, set[bytes]]] = field(default_factory=list)
    merges: list[list[Any]] = field(default_factory=list)  # loser, winner, received, undone

    def seen(self, as_of: datetime | None, known_on: datetime | None) -> list[tuple[int, int]]:
        """What should count: known, not retracted, the latest of its key, happened; under its survivor."""
        known = [fact for fact in self.facts if known_on is None or fact.received < known_on]
        gone = {one for at, ids in self.retractions if known_on is None or at < known_on for one in ids}
        counting = [fact for fact in known if fact.id not in gone]
        latest = {
            fact.key: fact
            for fact in sorted(counting, key=lambda fact: (fact.revision, fact.received, fact.id))
            if fact.key
        }
        return [
            (fact.amount, self._survivor(fact.subject, known_on))
            for fact in counting
            if (fact.key is None or latest[fact.key] is fact) and (as_of is None or fact.occurred < as_of)
        ]

    def _survivor(self, subject: int, known_on: datetime | None) -> int:
        for loser, winner, received, undone in self.merges:
            if loser == subject and self._standing(received, undone, known_on):
                return self._survivor(winner, known_on)
        return subject

    def _standing(self, received: datetime, undone: datetime | None, known_on: datetime | None) -> bool:
        if known_on is None:
            return undone is None
        return received < known_on and (undone is None or undone >= known_on)

    def standing(self, subject: int) -> bool:
        """Whether the subject is not merged into another now."""
        return self._survivor(subject, None) == subject


numbers = st.integers(0, 3)
STEPS = st.one_of(
    st.tuples(st.just("write"), st.integers(0, DAYS), numbers, st.sampled_from([None, "a", "b"]), numbers),
    st.tuples(st.just("retract"), st.sampled_from(["fact_id", "batch", "natural_key"]), st.integers(0, 30)),
    st.tuples(st.just("merge"), numbers, numbers),
    st.tuples(st.just("unmerge"), numbers),
    st.tuples(st.just("seal")),
    st.tuples(st.just("tidy")),
)
HISTORIES = st.lists(st.tuples(st.integers(0, 1), STEPS), min_size=1, max_size=25)


@contextmanager
def _received(at: datetime, number: int) -> Iterator[None]:
    """Let everything written inside be received at a time, in a batch of its own."""
    with (
        mock.patch("isthmus.ledger.recording.now", lambda: at),
        mock.patch("isthmus.ledger.retraction.now", lambda: at),
        mock.patch("isthmus.ledger.merges.now", lambda: at),
        mock.patch.object(recording, "current_batch", lambda: f"batch {number}"),
    ):
        yield


def _play(replay: Replay, history: list[tuple[int, Any]]) -> Iterator[datetime]:
    """Do one step after the other, to the ledger and to the replay; time never goes back."""
    received = day(0)
    for number, (wait, step) in enumerate(history):
        received = max(day(round((received - day(0)).total_seconds() / 86400) + wait), received)
        received = received.replace(microsecond=number)
        with _received(received, number):
            _STEPS[step[0]](replay, received, number, *step[1:])
        yield received


def _write(
    replay: Replay, at: datetime, number: int, on: int, who: int, key: str | None, revision: int
) -> None:
    fact = Written(number, day(on), at, replay.subjects[who], key, revision if key else 0, f"batch {number}")
    (fact.id,) = write(
        Fact(
            kind="order.paid",
            at=fact.occurred,
            amount=number,
            subject=fact.subject,
            natural_key=key,
            revision=fact.revision,
        )
    )
    replay.facts.append(fact)


def _retract(replay: Replay, at: datetime, number: int, what: str, which: int) -> None:
    if not replay.facts:
        return
    fact = replay.facts[which % len(replay.facts)]
    value = {"fact_id": fact.id, "batch": fact.batch, "natural_key": fact.key}[what]
    if value is None:
        return
    take_back(**{what: value})
    ids = {other.id for other in replay.facts if what == "natural_key" and other.key == fact.key}
    replay.retractions.append((at, ids or {fact.id}))


def _merge(replay: Replay, at: datetime, number: int, one: int, other: int) -> None:
    loser, winner = replay.subjects[one], replay.subjects[other]
    if loser != winner and replay.standing(loser) and replay.standing(winner):
        ledger.merge_subjects(loser, winner, SYSTEM, at)
        replay.merges.append([loser, winner, at, None])


def _unmerge(replay: Replay, at: datetime, number: int, one: int) -> None:
    for merge in replay.merges:
        if merge[0] == replay.subjects[one] and merge[3] is None:
            ledger.unmerge_subjects(merge[0], merge[1], SYSTEM, at)
            merge[3] = at


def _seal(replay: Replay, at: datetime, number: int) -> None:
    seal(unit_rows=3)


def _tidy(replay: Replay, at: datetime, number: int) -> None:
    merge_files(thoroughly=True)


_STEPS: dict[str, Any] = {
    "write": _write, "retract": _retract, "merge": _merge, "unmerge": _unmerge, "seal": _seal, "tidy": _tidy,
}  # fmt: skip


def _questions() -> list[tuple[datetime | None, datetime | None]]:
    """Every day by each clock alone, and some pairs."""
    days = [day(number + 0.5) for number in range(-1, DAYS + 1)]
    alone = [(None, None), *((one, None) for one in days), *((None, one) for one in days)]
    return [*alone, *zip(days, reversed(days), strict=True), *zip(days, days, strict=True)]


def _given(as_of: datetime | None, known_on: datetime | None) -> dict[str, datetime]:
    clocks = {"as_of": as_of, "known_on": known_on}
    return {name: at for name, at in clocks.items() if at is not None}


@pytest.mark.django_db
@pytest.mark.both_databases
@hypothesis_settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(history=HISTORIES)
def test_any_day_by_either_clock_equals_a_naive_replay(history: list[tuple[int, Any]]) -> None:
    with transaction.atomic():
        replay = Replay(ledger.new_subjects(SUBJECTS))
        for _received_at in _play(replay, history):
            pass
        for as_of, known_on in _questions():
            assert rows(SEEN, **_given(as_of, known_on)) == replay.seen(as_of, known_on), (as_of, known_on)
        transaction.set_rollback(True)
    state.forget()


@pytest.mark.django_db(transaction=True)
@pytest.mark.both_databases
@hypothesis_settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(history=HISTORIES)
def test_a_reader_that_follows_the_writing_sees_what_a_new_one_sees(history: list[tuple[int, Any]]) -> None:
    """What a process remembers from step to step is as good as reading everything anew."""
    _empty_the_ledger()
    replay = Replay(ledger.new_subjects(SUBJECTS))
    for received in _play(replay, history):
        assert rows(SEEN) == replay.seen(None, None)
        assert rows(SEEN, known_on=received) == replay.seen(None, received)
    state.forget()
    assert rows(SEEN) == replay.seen(None, None)


def _empty_the_ledger() -> None:
    from django.apps import apps

    for model in ("InboxFact", "NaturalKey", "Revision", "Retraction", "SubjectMerge", "SealedFile", "Unit"):
        apps.get_model("ledger", model).objects.all().delete()


def test_clocks_need_a_zone() -> None:
    with pytest.raises(ValueError, match="needs a zone"):
        to_us(datetime(2026, 3, 2))  # noqa: DTZ001
