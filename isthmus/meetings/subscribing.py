"""Calendars at an address (iCalendar): read whole when they changed, never written."""

import hashlib

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from isthmus.core import queue
from isthmus.core.clock import now
from isthmus.core.outbound import AddressRefused, NotReached, ask
from isthmus.meetings.caldav.client import DavSaidNo, said_of
from isthmus.meetings.caldav.reading import note
from isthmus.meetings.ics import Unreadable, read_entries
from isthmus.meetings.models import Calendar, Meeting, Source
from isthmus.meetings.taking_in import Item, forget, take_in

MOST_BYTES = 20_000_000
AT_ONCE = 100
WRONG = (AddressRefused, NotReached, DavSaidNo)


def read_address_of(calendar_id: int) -> None:
    """Read a subscribed calendar; nothing is done for others. Errors stand on the calendar."""
    calendar = Calendar.objects.kept().filter(pk=calendar_id, source=Source.ICS).first()
    if calendar is None:
        return
    try:
        _read(calendar)
    except WRONG as wrong:
        note(calendar, str(wrong))
        return
    note(calendar, "")


def _read(calendar: Calendar) -> None:
    told = {"Accept": "text/calendar"}
    if calendar.ctag:
        told["If-None-Match"] = calendar.ctag
    if calendar.last_modified:
        told["If-Modified-Since"] = calendar.last_modified
    answer = ask("GET", calendar.address, headers=told, most=MOST_BYTES, redirects=5)
    if answer.status == 304:
        return
    if answer.status != 200:
        raise DavSaidNo(said_of(answer.status), answer.status)
    try:
        entries = list(read_entries(answer.body.decode("utf-8", "replace")))
    except Unreadable:
        raise DavSaidNo(_("What lies at this address is no calendar, or only half of one came.")) from None
    _take(calendar, [Item(uid[:600], _tag(text), text) for uid, text in entries if uid])
    here = _here(calendar).count()
    Calendar.objects.filter(pk=calendar.pk).update(
        ctag=answer.headers.get("etag", "")[:300],
        last_modified=answer.headers.get("last-modified", "")[:100],
        on_server=len(entries),
        here=here,
        compared_at=now(),
    )


def _take(calendar: Calendar, items: list[Item]) -> None:
    known = dict(_here(calendar).values_list("href", "etag")) | dict(calendar.unreadable)
    wanted = [one for one in items if known.get(one.path) != one.etag]
    for start in range(0, len(wanted), AT_ONCE):
        take_in(calendar.pk, wanted[start : start + AT_ONCE], at=now())
        queue.progress(min(start + AT_ONCE, len(wanted)), len(wanted))
    gone = sorted(known.keys() - {one.path for one in items})
    if gone:
        forget(calendar.pk, gone, at=now())


def _here(calendar: Calendar) -> "QuerySet[Meeting]":
    rows: QuerySet[Meeting] = Meeting.objects.filter(calendar=calendar).exclude(href="")
    return rows


def _tag(text: str) -> str:
    lines = [line for line in text.splitlines() if not line.startswith("DTSTAMP")]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
