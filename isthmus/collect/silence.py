"""When a source is too long silent, and telling of it once."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from isthmus import ledger
from isthmus.collect.models import Source, SourceCount
from isthmus.core.actors import SYSTEM
from isthmus.core.clock import from_us
from isthmus.core.system_acts import system_act
from isthmus.ledger.facts import Fact
from isthmus.ledger.segments.files import unsealed_segments
from isthmus.workspace.actors import actor_for
from isthmus.workspace.commands import notify
from isthmus.workspace.models import User

NOTICE = "source.silent"
_BEHIND = 300  # seconds that a segment may wait before nobody knows what came lately


def silent_since(source: Source, last_us: int, at: datetime) -> datetime | None:
    """When a source was last heard of that is missed by now; None when it is not, or nobody watches it.

    `last_us`: when its last event was received; one that never sent is not missed.
    """
    if not source.is_on or source.alarm_hours is None or not last_us:
        return None
    last = from_us(last_us)
    return last if at - last > timedelta(hours=source.alarm_hours) else None


def silent_sources(at: datetime) -> list[tuple[Source, datetime]]:
    """The sources that are missed, and since when each is silent."""
    found = [(source, silent_since(source, last, at)) for source, last in _watched()]
    return [(source, since) for source, since in found if since is not None]


def tell_of_silence(at: datetime) -> int:
    """Tell those who look after sources of each that fell silent, once; note that one is heard of again.

    Answers of how many it told. While received events wait long to be sealed, nobody is told of anything.
    """
    if _sealing_is_behind(at):
        return 0
    told = 0
    for source, last in _watched():
        since = silent_since(source, last, at)
        if (since is None) == (source.alarmed_at is None):
            continue  # It is known already, or there is nothing to know.
        with transaction.atomic(), system_act("tell_of_silence", at=at):
            row = Source.objects.select_for_update().get(pk=source.pk)
            if row.alarmed_at != source.alarmed_at or not row.is_on:
                continue
            row.alarmed_at = at if since else None
            row.save(update_fields=["alarmed_at"])
            kind = "source.fell_silent" if since else "source.heard_again"
            ledger.record(Fact(kind=kind, at=at, props={"source_id": row.pk}), by=SYSTEM)
            if since:
                _tell(row, at)
                told += 1
    return told


def _watched() -> list[tuple[Source, int]]:
    """The sources that somebody wants to be told of, and when the last event of each was received."""
    rows = list(Source.objects.filter(removed_at=None, off_since=None, alarm_hours__isnull=False))
    last = dict(
        SourceCount.objects.filter(source__in=rows)
        .order_by()
        .values_list("source")
        .annotate(last=Max("last_us"))
    )
    return [(row, last.get(row.pk, 0)) for row in rows]


def _tell(source: Source, at: datetime) -> None:
    words = _("Nothing comes from “{name}” any more: it is silent for more than {hours} h.")
    text = format_lazy(words, name=source.name, hours=source.alarm_hours)
    for user in User.objects.filter(is_active=True).order_by("pk"):
        if actor_for(user).allows("sources.edit"):
            notify(user=user, kind=NOTICE, text=text, path=f"/settings/sources/{source.pk}/", at=at)


def _sealing_is_behind(at: datetime) -> bool:
    """Whether something that was received waits so long that sources only seem silent."""
    for path in unsealed_segments():
        try:
            age = at.timestamp() - path.stat().st_mtime
        except FileNotFoundError:
            continue  # Sealed a moment ago.
        if age > _BEHIND:
            return True
    return False
