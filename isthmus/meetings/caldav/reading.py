"""Reading a calendar of a server: what changed since last time, and now and then whether all of it is here.

Each few entries are kept in a transaction of their own, with their tags; the token that says how far the
calendar was read is kept when all of it is here. Whatever stops in between goes on there: an entry whose
tag is here already is not asked for again.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from isthmus.core import queue
from isthmus.core.clock import now
from isthmus.core.crash import crash_point
from isthmus.core.outbound import AddressRefused, AnswerTooLong, NotReached
from isthmus.core.refusals import Refusal
from isthmus.meetings.caldav.client import Dav, DavSaidNo, TokenLost
from isthmus.meetings.caldav.multistatus import CAL, CS, DAV, Multistatus, Row, path_of
from isthmus.meetings.credentials import header_of
from isthmus.meetings.models import Calendar, Meeting, Source
from isthmus.meetings.taking_in import Item, forget, take_in

COMPARED_EVERY = timedelta(hours=6)
AT_ONCE = 50
WRONG = (AddressRefused, NotReached, DavSaidNo, Refusal)
_ETAG, _DATA, _KIND = f"{DAV}getetag", f"{CAL}calendar-data", f"{DAV}resourcetype"
_CTAG = f"{CS}getctag"
_MOST_PAGES = 1_000


@dataclass(frozen=True)
class Seen:
    """What a server says of a calendar: tags by path, what went, where to go on, whether it is all."""

    tags: Mapping[str, str]
    gone: Sequence[str]
    token: str
    ctag: str
    whole: bool


def read_calendar(calendar_id: int, *, compare: bool = False) -> None:
    """Read what is new; compare both sides where that is due or asked for. Errors stand on the calendar."""
    calendar = Calendar.objects.kept().filter(pk=calendar_id, source=Source.CALDAV).first()
    if calendar is None or calendar.server is None or calendar.server.removed_at:
        return
    try:
        _read(calendar, Dav(header_of(calendar.server)), compare)
    except WRONG as wrong:
        note(calendar, str(wrong))
        return
    note(calendar, "")


def note(calendar: Calendar, error: str) -> None:
    """Say of a calendar how its last reading went."""
    at, rows = now(), Calendar.objects.filter(pk=calendar.pk)
    if error:
        rows.filter(failing_since=None).update(failing_since=at)
        rows.update(error=error[:300])
    else:
        rows.update(error="", failing_since=None, read_at=at)


def _read(calendar: Calendar, dav: Dav, compare: bool) -> None:
    at = now()
    due = calendar.compared_at is None or at - calendar.compared_at >= COMPARED_EVERY
    seen = _seen(calendar, dav)
    if seen is not None:
        _take(calendar, dav, seen)
        crash_point("meetings.read.before_token")
        Calendar.objects.filter(pk=calendar.pk).update(sync_token=seen.token, ctag=seen.ctag)
    if compare or due:
        _compare(calendar, dav)


def _seen(calendar: Calendar, dav: Dav) -> Seen | None:
    """What changed; None where nothing did."""
    _where, told = dav.find(calendar.address, (_CTAG, f"{DAV}sync-token"))
    ctag = next((row.text(_CTAG) for row in told.rows), "")
    token = next((row.text(f"{DAV}sync-token") for row in told.rows), "")
    if token:
        if token == calendar.sync_token:
            return None
        try:
            return _changes(calendar, dav, calendar.sync_token, ctag)
        except TokenLost:
            return _changes(calendar, dav, "", ctag)
        except DavSaidNo as error:
            if error.status not in (400, 403, 404, 405, 415, 501):
                raise
    # No sync-collection: a tag of the whole says whether anything changed, tags of entries what.
    if ctag and ctag == calendar.ctag and not calendar.sync_token:
        return None
    return Seen(_tags(dav, calendar.address), [], "", ctag, whole=True)


def _changes(calendar: Calendar, dav: Dav, token: str, ctag: str) -> Seen:
    home = path_of(calendar.address, calendar.address).rstrip("/")
    whole, tags, gone = not token, dict[str, str](), list[str]()
    for _page in range(_MOST_PAGES):
        told = dav.changes(calendar.address, token)
        for row in told.rows:
            if row.path.rstrip("/") == home:
                continue
            if row.status in (404, 410):
                gone.append(row.path)
            elif row.status == 200:
                tags[row.path] = row.text(_ETAG)
        more = any(row.status == 507 for row in told.rows)  # Truncated: the rest comes with the new token.
        if not told.sync_token or told.sync_token == token:
            more = False
        token = told.sync_token or token
        if not more:
            break
    return Seen(tags, gone, token, ctag, whole)


def _tags(dav: Dav, address: str) -> dict[str, str]:
    _where, told = dav.find(address, (_ETAG, _KIND), depth=1)
    return {row.path: row.text(_ETAG) for row in told.rows if _is_entry(row)}


def _is_entry(row: Row) -> bool:
    kind = row.props.get(_KIND)
    return (
        row.status == 200 and _ETAG in row.props and (kind is None or kind.find(f"{DAV}collection") is None)
    )


def _take(calendar: Calendar, dav: Dav, seen: Seen) -> None:
    rows = Meeting.objects.filter(calendar=calendar).exclude(href="")
    known = dict(rows.values_list("href", "etag")) | dict(calendar.unreadable)
    wanted = [path for path, tag in seen.tags.items() if not tag or known.get(path) != tag]
    done = 0
    for items in _fetched(calendar, dav, wanted):
        take_in(calendar.pk, items, at=now())
        done += len(items)
        queue.progress(done, len(wanted))
        crash_point("meetings.read.between")
    gone = list(seen.gone)
    if seen.whole:
        gone += sorted(known.keys() - seen.tags.keys())
    if gone:
        forget(calendar.pk, gone, at=now())


def _fetched(calendar: Calendar, dav: Dav, wanted: Sequence[str]) -> Iterator[list[Item]]:
    for start in range(0, len(wanted), AT_ONCE):
        yield _some(calendar, dav, wanted[start : start + AT_ONCE])


def _some(calendar: Calendar, dav: Dav, paths: Sequence[str]) -> list[Item]:
    try:
        told = dav.entries(calendar.address, paths)
    except AnswerTooLong:
        if len(paths) == 1:
            return [Item(paths[0], "", "")]
        half = len(paths) // 2
        return _some(calendar, dav, paths[:half]) + _some(calendar, dav, paths[half:])
    return _items(told, set(paths))


def _items(told: Multistatus, wanted: set[str]) -> list[Item]:
    """The entries that came; one that went meanwhile is told with the next changes."""
    return [
        Item(row.path, row.text(_ETAG), (row.props[_DATA].text or ""))
        for row in told.rows
        if row.path in wanted and _DATA in row.props
    ]


def _compare(calendar: Calendar, dav: Dav) -> None:
    """Whether all that the server has is here; what is missing is read again, what went there goes here."""
    tags = _tags(dav, calendar.address)
    calendar.refresh_from_db()
    _take(calendar, dav, Seen(tags, [], "", "", whole=True))
    calendar.refresh_from_db()
    here = set(Meeting.objects.filter(calendar=calendar).exclude(href="").values_list("href", flat=True))
    Calendar.objects.filter(pk=calendar.pk).update(
        on_server=len(tags), here=len(here & tags.keys()), compared_at=now()
    )


def sentence(calendar: Calendar) -> str:
    """How both sides stand to each other, as the settings say it; empty before they were compared."""
    if calendar.on_server is None:
        return ""
    told = {"there": calendar.on_server, "here": calendar.here, "other": len(calendar.unreadable)}
    if told["other"]:
        return _("The server has %(there)s, here %(here)s; %(other)s are no meetings.") % told
    return _("The server has %(there)s, here %(here)s.") % told
