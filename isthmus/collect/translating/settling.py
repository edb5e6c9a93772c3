"""What commits with a unit beside its facts: who is whom, what could not be read, counts, reactions."""

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from isthmus.collect.forgetting.erasing import erased_theirs
from isthmus.collect.models import Quarantined, Source
from isthmus.collect.translating.identity import Said, Statements
from isthmus.collect.translating.reading import Unread
from isthmus.core import queue
from isthmus.core.actors import SYSTEM
from isthmus.core.clock import EPOCH, from_us
from isthmus.core.queue.registry import reactions_to
from isthmus.core.system_acts import system_act
from isthmus.ledger import join_visitors
from isthmus.ledger.segments.frames import Batch
from isthmus.people.visitors import VisitorSighting, identify_visitors

if TYPE_CHECKING:
    import pyarrow as pa

_log = logging.getLogger("isthmus.collect")
_DAY_US = 86_400_000_000
_COUNTED = ("acknowledged", "facts", "duplicates", "quarantined", "replayed")
_ADDED = ", ".join(f"{name} = collect_sourcecount.{name} + excluded.{name}" for name in _COUNTED)


class Settling:
    """Everything that a unit's events bring about, done in the unit's transaction (`settle`)."""

    def __init__(
        self,
        unit: int,
        facts: "pa.Table",
        subjects: Mapping[str, int],
        statements: Statements,
        unread: Sequence[tuple[Batch, Unread]],
        told: Mapping[tuple[int, int], Counter[str]],
        at: datetime,
    ) -> None:
        self._unit, self._facts, self._subjects, self._at = unit, facts, subjects, at
        self._statements, self._unread, self._told = statements, unread, told

    def settle(self, places: Sequence[int]) -> None:
        """Settle for the facts that are new; what a repeat says was settled with the first one."""
        new = set(places)
        self._know_sources()
        self._join([one for one in self._statements.joins if one[0] in new])
        self._identify([one for one in self._statements.said if one.row in new])
        self._quarantine()
        self._count(places)
        self._react(places)

    def _know_sources(self) -> None:
        """A database put back to an older state may not know a source that has sent since."""
        wanted = {source for source, _day in self._told}
        missing = wanted - set(Source.objects.filter(pk__in=wanted).values_list("pk", flat=True))
        for number in sorted(missing):
            Source.objects.create(
                pk=number, name=f"Source {number}", kind=Source.Kind.SITE, write_key=f"lost-{number}",
                made_at=self._at, off_since=self._at,
            )  # fmt: skip

    def _join(self, joins: Sequence[tuple[int, str, str]]) -> None:
        if joins:
            pairs = [(self._subjects[one], self._subjects[other]) for _row, one, other in joins]
            join_visitors(pairs, by=SYSTEM, at=self._at)

    def _identify(self, said: Sequence[Said]) -> None:
        erased = erased_theirs()  # Anew: somebody may have been erased since the events were read.
        if erased:
            received = self._facts["received_us"].to_pylist()
            said = [one for one in said if not erased.know(one.key, one.email, received[one.row])]
        sightings = [self._sighting(one) for one in said]
        if not sightings:
            return
        try:
            self._identified(sightings)
        except Exception:
            # What one event says must not hold up all others: each by itself, and that one is told of.
            _log.exception("Visitors could not be identified together; each is tried by itself.")
            for one in sightings:
                try:
                    self._identified([one])
                except Exception:
                    _log.exception("A visitor could not be identified.")

    def _identified(self, sightings: Sequence[VisitorSighting]) -> None:
        with transaction.atomic(), system_act("identify_visitors", at=self._at):
            identify_visitors(sightings, by=SYSTEM)

    def _sighting(self, said: Said) -> VisitorSighting:
        occurred = self._facts["occurred_us"][said.row].as_py()
        return VisitorSighting(
            visitor=self._subjects[said.key], key=said.key, at=from_us(occurred), user_id=said.user_id,
            email=said.email, full_name=said.full_name, phone=said.phone, title=said.title,
            company=said.company, company_domain=said.company_domain, company_id=said.company_id,
            country=said.country, city=said.city, locale=said.locale,
        )  # fmt: skip

    def _quarantine(self) -> None:
        Quarantined.objects.bulk_create(
            [
                Quarantined(
                    source_id=batch.source,
                    unit=self._unit,
                    received_us=batch.received_us,
                    endpoint=batch.endpoint[:12],
                    reason=one.reason,
                    detail=_storable(one.detail),
                    event=_storable(one.event),
                    body=_storable(one.raw.decode(errors="backslashreplace")),
                    agent=_storable(batch.agent[:500]),
                    visitor=batch.visitor,
                )
                for batch, one in self._unread
            ],
            batch_size=200,
        )

    def _count(self, places: Sequence[int]) -> None:
        """Add to the counts of each source and day of receipt."""
        counts = {key: Counter(told) for key, told in self._told.items()}
        last: dict[tuple[int, int], int] = {}
        received, sources = self._facts["received_us"].to_pylist(), self._facts["source_id"].to_pylist()
        for number, at in zip(sources, received, strict=True):
            key = (number, at // _DAY_US)
            counts[key]["duplicates"] += 1
            last[key] = max(last.get(key, 0), at)
        for place in places:
            key = (sources[place], received[place] // _DAY_US)
            counts[key]["facts"] += 1
            counts[key]["duplicates"] -= 1
        for batch, _one in self._unread:
            key = (batch.source, batch.received_us // _DAY_US)
            counts[key]["quarantined"] += 1
            last[key] = max(last.get(key, 0), batch.received_us)
        for key, counted in sorted(counts.items()):
            _add_count(*key, counted, last.get(key, 0))

    def _react(self, places: Sequence[int]) -> None:
        """Queue the reactions to the new facts, with the unit that holds them."""
        import pyarrow as pa
        import pyarrow.compute as pc

        kinds = [kind for kind in pc.unique(self._facts["kind"]).to_pylist() if reactions_to(kind)]
        if not kinds:
            return
        fresh = self._facts.take(pa.array(places, pa.int64()))
        wanted = fresh.filter(pc.is_in(fresh["kind"], pa.array(kinds, pa.string())))
        queue.react(wanted.to_pylist())


def _add_count(source: int, day: int, counted: Mapping[str, int], last_us: int) -> None:
    on = (EPOCH + timedelta(days=day)).date()
    values: list[Any] = [counted.get(name, 0) for name in _COUNTED]
    greatest = "greatest" if connection.vendor == "postgresql" else "max"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO collect_sourcecount (source_id, day, last_us, {', '.join(_COUNTED)}) "  # noqa: S608
            f"VALUES (%s, %s, %s, {', '.join(['%s'] * len(_COUNTED))}) "
            f"ON CONFLICT (source_id, day) DO UPDATE SET {_ADDED}, "
            f"last_us = {greatest}(collect_sourcecount.last_us, excluded.last_us)",
            [source, on, last_us, *values],
        )


def _storable(text: str) -> str:
    """Without what a database refuses in a text."""
    return text.replace("\x00", "�")
