"""Calendars: connected, chosen, subscribed, changed, read anew, disconnected."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.core import queue
from isthmus.core.actors import Actor
from isthmus.core.commands import command
from isthmus.core.outbound import AddressRefused, read_address
from isthmus.core.refusals import InvalidInput, NotFound, Refusal
from isthmus.ledger.facts import Fact
from isthmus.meetings import rules
from isthmus.meetings.credentials import sealed
from isthmus.meetings.keeping import lock_calendars
from isthmus.meetings.models import Busy, Calendar, CalendarServer, Meeting, Source
from isthmus.workspace.changing import NothingChanged
from isthmus.workspace.models import User

EDIT = "calendars.edit"
LOOK, READ = "meetings.look", "meetings.read"
MOST_CALENDARS = 30


class CalendarKnown(Refusal):
    """The calendar is connected already."""


class CalendarNotRead(Refusal):
    """Nothing is read for this calendar."""


@command(permission=EDIT, label=gettext_lazy("Connect a calendar server"))
def connect_calendar(*, url: str, login: str, password: str, by: Actor, at: datetime) -> CalendarServer:
    """Sign in to a calendar server (CalDAV) and look which calendars are there, to choose from."""
    row: CalendarServer = CalendarServer.objects.create(
        owner=_me(by),
        address=_checked(url),
        login=login.strip()[:254],
        secret=sealed(password),
        looking=True,
        made_at=at,
    )
    queue.enqueue(LOOK, {"server_id": row.pk}, key=f"look-calendars:{row.pk}:{at.isoformat()}", priority=1)
    _record("calendar.server_connected", by, at, server_id=row.pk)
    return row


@command(permission=EDIT, label=gettext_lazy("Look again which calendars are there"))
def look_for_calendars(
    *, server_id: int, by: Actor, at: datetime, password: str | None = None
) -> CalendarServer:
    """Sign in to a connected server once more, with a new password where the old one does not hold."""
    row = _server(server_id, by)
    if password is not None:
        row.secret = sealed(password)
    row.looking, row.error = True, ""
    row.save()
    queue.enqueue(LOOK, {"server_id": row.pk}, key=f"look-calendars:{row.pk}:{at.isoformat()}", priority=1)
    _record("calendar.server_looked_at", by, at, server_id=row.pk)
    return row


@command(permission=EDIT, label=gettext_lazy("Choose calendars of a server"))
def choose_calendars(
    *, server_id: int, urls: list[str], by: Actor, at: datetime, shared: bool = False, write_to: str = ""
) -> dict[str, Any]:
    """Read these calendars of a server from now on; new meetings go into the one named `write_to`."""
    server = _server(server_id, by)
    found = {one["address"]: one for one in server.found}
    if not urls or not {*urls, *([write_to] if write_to else [])} <= found.keys():
        raise InvalidInput({"urls": _("Choose calendars that were found on this server.")})
    here = Calendar.objects.kept().filter(owner_id=by.id)
    known = set(here.filter(address__in=urls).values_list("address", flat=True))
    if here.count() + len(set(urls) - known) > MOST_CALENDARS:
        raise InvalidInput({"urls": _("At most %d calendars of one user are read.") % MOST_CALENDARS})
    owner = server.owner
    made = []
    for url in dict.fromkeys(urls):
        if url in known:
            continue
        told = found[url]
        row = Calendar.objects.create(
            owner=owner,
            team_id=owner.team_id,
            source=Source.CALDAV,
            server=server,
            name=str(told.get("name") or url)[:120],
            address=url,
            can_write=bool(told.get("can_write", True)),
            shared=shared,
            made_at=at,
        )
        _read_soon(row, at)
        made.append(row.pk)
    if write_to:
        _write_to(here.get(address=write_to))
    _record("calendar.chosen", by, at, server_id=server.pk, count=len(made))
    return {"calendar_ids": made}


@command(permission=EDIT, label=gettext_lazy("Subscribe to a calendar"))
def subscribe_calendar(*, url: str, name: str, by: Actor, at: datetime, shared: bool = False) -> Calendar:
    """Read a calendar from an address (iCalendar) from now on. It is only read."""
    address = _checked("https" + url.strip()[6:] if url.strip().startswith("webcal:") else url)
    owner = _me(by)
    if Calendar.objects.kept().filter(owner=owner, address=address).exists():
        raise CalendarKnown(_("This calendar is connected already."))
    row = Calendar.objects.create(
        owner=owner,
        team_id=owner.team_id,
        source=Source.ICS,
        name=_name(name),
        address=address,
        can_write=False,
        shared=shared,
        made_at=at,
    )
    _read_soon(row, at)
    _record("calendar.subscribed", by, at, calendar_id=row.pk)
    return row


def _as_it_was(row: Calendar, arguments: Mapping[str, Any]) -> dict[str, Any]:
    return {"calendar_id": row.pk, **(row.left or {})}


@command(
    permission=EDIT,
    label=gettext_lazy("Change a calendar"),
    undo="edit_calendar",
    undo_arguments=_as_it_was,
)
def edit_calendar(
    *,
    calendar_id: int,
    by: Actor,
    at: datetime,
    name: str | None = None,
    shared: bool | None = None,
    counts_as_busy: bool | None = None,
    is_written_to: bool | None = None,
    time_zone: str | None = None,
) -> Calendar:
    """Change what a calendar is called, who reads its words, whether new meetings go into it."""
    row = _mine(calendar_id, by)
    if time_zone and not rules.is_zone(time_zone):
        raise InvalidInput({"time_zone": _("There is no such time zone. Write it like Europe/Stockholm.")})
    given: dict[str, Any] = {
        "name": None if name is None else _name(name),
        "shared": shared,
        "counts_as_busy": counts_as_busy,
        "is_written_to": is_written_to,
        "time_zone": time_zone,
    }
    changes = {key: value for key, value in given.items() if value is not None and getattr(row, key) != value}
    if not changes:
        raise NothingChanged(_("Nothing was changed: the calendar says this already."))
    row.left = {key: getattr(row, key) for key in changes}
    if changes.pop("is_written_to", None):
        _write_to(row)
    elif is_written_to is False:
        row.is_written_to = False
    for key, value in changes.items():
        setattr(row, key, value)
    row.save(update_fields=["name", "shared", "counts_as_busy", "is_written_to", "time_zone"])
    _record("calendar.changed", by, at, calendar_id=row.pk, fields=sorted(row.left))
    return row


@command(permission=EDIT, label=gettext_lazy("Read a calendar now"))
def read_calendar(*, calendar_id: int, by: Actor, at: datetime) -> Calendar:
    """Read what is new in a calendar and compare it with what is here."""
    row = _mine(calendar_id, by)
    if row.source == Source.OWN:
        raise CalendarNotRead(_("This calendar is here: nothing is read for it."))
    _read_soon(row, at)
    _record("calendar.read_asked", by, at, calendar_id=row.pk)
    return row


@command(permission=EDIT, label=gettext_lazy("Disconnect a calendar"))
def disconnect_calendar(*, calendar_id: int, by: Actor, at: datetime) -> Calendar:
    """Read and write a calendar no more. Meetings with customers stay here; all others go, only here.

    With the last calendar of a server its password goes too.
    """
    row = _mine(calendar_id, by)
    if row.source == Source.OWN:
        raise CalendarNotRead(_("Your own calendar here cannot be disconnected."))
    row.removed_at, row.is_written_to, row.sync_token, row.ctag = at, False, "", ""
    row.save()
    mine = Meeting.objects.filter(calendar=row)
    mine.filter(person=None, account=None, lead=None, deal=None).delete()
    mine.update(to_write="")
    Busy.objects.filter(calendar=row, starts_at__gte=at).delete()
    server = row.server
    if server is not None and not server.calendars.filter(removed_at=None).exists():
        server.removed_at, server.secret, server.found = at, "", []
        server.save()
    _record("calendar.disconnected", by, at, calendar_id=row.pk)
    return row


def _me(by: Actor) -> User:
    user = User.objects.filter(pk=by.id or 0).first() if by.kind == "user" else None
    if user is None:
        raise NotFound(_("Only users have calendars."))
    return user


def _server(server_id: int, by: Actor) -> CalendarServer:
    rows = CalendarServer.objects.select_for_update(of=("self",)).select_related("owner")
    row: CalendarServer | None = rows.filter(pk=server_id, owner_id=by.id, removed_at=None).first()
    if row is None:
        raise NotFound(_("There is no such server of yours."))
    return row


def _mine(calendar_id: int, by: Actor) -> Calendar:
    # Whether a calendar counts as busy takes time or gives it back: first of all the time itself is held.
    lock_calendars(User.objects.filter(pk=by.id or 0, pk__in=Calendar.objects.of(by).values("owner")))
    rows = Calendar.objects.kept().of(by).select_for_update(of=("self",)).select_related("server", "owner")
    row: Calendar | None = rows.filter(pk=calendar_id).first()
    if row is None:
        raise NotFound(_("There is no such calendar of yours."))
    return row


def _write_to(row: Calendar) -> None:
    if not row.can_write or row.source == Source.ICS:
        raise InvalidInput({"is_written_to": _("This calendar is only read. Choose another one.")})
    Calendar.objects.filter(owner=row.owner, is_written_to=True).update(is_written_to=False)
    row.is_written_to = True
    row.save(update_fields=["is_written_to"])


def _checked(url: str) -> str:
    try:
        read_address(url.strip())
    except AddressRefused as refusal:
        raise InvalidInput({"url": str(refusal)}) from None
    return url.strip()


def _name(name: str) -> str:
    words = " ".join(name.split())[:120]
    if not words:
        raise InvalidInput({"name": _("Say what the calendar is called.")})
    return words


def _read_soon(row: Calendar, at: datetime) -> None:
    key = f"read-calendar:{row.pk}:{at.isoformat()}"
    queue.enqueue(READ, {"calendar_id": row.pk, "compare": True}, key=key, priority=1)


def _record(kind: str, by: Actor, at: datetime, **told: Any) -> None:
    ledger.record(Fact(kind=kind, at=at, props=told), by=by)
