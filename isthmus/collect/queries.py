"""Reading sources, what came from them, and the events that could not be read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import Max, QuerySet, Sum

from isthmus.collect.models import Quarantined, Repair, Source, SourceCount
from isthmus.collect.reasons import REASONS
from isthmus.collect.silence import silent_since
from isthmus.core.actors import Actor
from isthmus.core.clock import from_us

MAY = "sources.edit"
NEWEST = 5_000  # waiting events of a reason that its groups are counted among
WAITING_CAP = 1_000
_WAITING = Quarantined.State.WAITING


@dataclass(frozen=True)
class Standing:
    """A source and what came of it: events of today and of seven days (UTC), the last one, what waits."""

    source: Source
    today: int
    week: int
    last_at: datetime | None
    waiting: int  # at most WAITING_CAP + 1
    silent_since: datetime | None


@dataclass(frozen=True)
class Group:
    """Events of one source and one name that wait for the same reason; `newest` is the number of the last."""

    reason: str
    source_id: int
    source: str
    event: str
    count: int
    more: bool  # there are older ones that were not counted
    newest: int
    last_at: datetime


def sources_for(actor: Actor) -> "QuerySet[Source]":
    """The sources that somebody may look after, those that are on first."""
    if not actor.allows(MAY):
        return Source.objects.none()
    return Source.objects.filter(removed_at=None).order_by("off_since", "name", "pk")


def standings(sources: Sequence[Source], at: datetime) -> list[Standing]:
    """How each of these sources stands."""
    today = at.date()
    counts = SourceCount.objects.filter(source__in=sources)
    last = dict(counts.values_list("source").annotate(last=Max("last_us")))
    week = dict(
        counts.filter(day__gt=today - timedelta(days=7)).values_list("source").annotate(Sum("acknowledged"))
    )
    now = dict(counts.filter(day=today).values_list("source", "acknowledged"))
    return [
        Standing(
            source,
            now.get(source.pk, 0),
            week.get(source.pk, 0),
            from_us(last[source.pk]) if last.get(source.pk) else None,
            Quarantined.objects.filter(source=source, state=_WAITING)[: WAITING_CAP + 1].count(),
            silent_since(source, last.get(source.pk, 0), at),
        )
        for source in sources
    ]


def days_of(source: Source, since: date) -> list[SourceCount]:
    """What came from a source on each day from then on, oldest first; days without anything are not there."""
    return list(source.counts.filter(day__gte=since).order_by("day"))


def quarantined_for(actor: Actor) -> "QuerySet[Quarantined]":
    """The events that wait, for those who may repair them."""
    if not actor.allows(MAY):
        return Quarantined.objects.none()
    return Quarantined.objects.filter(state=_WAITING, source__removed_at=None)


def repairs_for(actor: Actor) -> "QuerySet[Repair]":
    """What was decided on events that could not be read, the latest first."""
    if not actor.allows(MAY):
        return Repair.objects.none()
    return Repair.objects.select_related("source", "made_by").order_by("-pk")


def groups_for(
    actor: Actor, *, source_id: int | None = None, before: int | None = None, size: int = 25
) -> tuple[list[Group], int | None]:
    """Groups of what waits, the one with the latest event first, and the place where the next ones begin.

    Counted among the newest events of each reason: a flood of bad events must not make the page slow.
    """
    if not actor.allows(MAY):
        return [], None
    names = dict(Source.objects.filter(removed_at=None).values_list("pk", "name"))
    found = [one for reason in REASONS for one in _groups(reason, source_id, names)]
    found = sorted(
        (one for one in found if before is None or one.newest < before), key=lambda one: -one.newest
    )
    return found[:size], found[size - 1].newest if len(found) > size else None


def _groups(reason: str, source_id: int | None, names: dict[int, str]) -> list[Group]:
    of_source = "AND source_id = %s " if source_id is not None else ""
    given: list[str | int] = [_WAITING.value, reason, NEWEST]
    if source_id is not None:
        given.insert(2, source_id)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT source_id, event, count(*), max(id), max(received_us) FROM ("  # noqa: S608 (our own)
            "SELECT source_id, event, id, received_us FROM collect_quarantined "
            f"WHERE state = %s AND reason = %s {of_source}ORDER BY id DESC LIMIT %s) AS newest "
            "GROUP BY source_id, event",
            given,
        )
        rows = [row for row in cursor.fetchall() if row[0] in names]
    more = sum(row[2] for row in rows) >= NEWEST
    return [
        Group(reason, number, names[number], event, count, more, newest, from_us(last))
        for number, event, count, newest, last in rows
    ]
