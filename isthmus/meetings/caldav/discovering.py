"""From what somebody typed to their calendars: well-known address, principal, home, the calendars in it."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

from django.utils.translation import gettext as _

from isthmus.core.clock import now
from isthmus.core.outbound import AddressRefused, NotReached
from isthmus.core.refusals import Refusal
from isthmus.meetings.caldav.client import Dav, DavSaidNo, address_of
from isthmus.meetings.caldav.multistatus import CAL, DAV, Multistatus, Row
from isthmus.meetings.credentials import header_of
from isthmus.meetings.models import CalendarServer

_PRINCIPAL, _HOME = f"{DAV}current-user-principal", f"{CAL}calendar-home-set"
_KIND, _NAME = f"{DAV}resourcetype", f"{DAV}displayname"
_RIGHTS, _HOLDS = f"{DAV}current-user-privilege-set", f"{CAL}supported-calendar-component-set"
_LISTED = (_KIND, _NAME, _RIGHTS, _HOLDS)
_WRITING = {f"{DAV}write", f"{DAV}write-content", f"{DAV}all", f"{DAV}bind"}
MOST = 200
WRONG = (AddressRefused, NotReached, DavSaidNo, Refusal)


def look(server_id: int) -> None:
    """Sign in and note which calendars there are, or what went wrong, in a sentence."""
    server = CalendarServer.objects.filter(pk=server_id, removed_at=None).first()
    if server is None:
        return
    try:
        found, error = calendars_at(server.address, Dav(header_of(server))), ""
    except WRONG as wrong:
        found, error = None, str(wrong)
    if found == []:
        error = _("The server was reached, but there is no calendar. Give the address of one.")
    told: dict[str, Any] = {"looking": False, "looked_at": now(), "error": error[:300]}
    CalendarServer.objects.filter(pk=server_id).update(**told, **({"found": found} if found else {}))


def calendars_at(url: str, dav: Dav) -> list[dict[str, Any]]:
    """The calendars that a user has on a server: address, name, whether they may be written to."""
    first: DavSaidNo | None = None
    for start in (url, urljoin(url, "/.well-known/caldav")):
        try:
            found = list(_from(start, dav))
        except DavSaidNo as error:
            if error.status in (401, 403):
                raise
            first = first or error
            continue
        if found:
            return found[:MOST]
    if first is not None:
        raise first
    return []


def _from(url: str, dav: Dav) -> Iterator[dict[str, Any]]:
    where, told = dav.find(url, (_PRINCIPAL, _HOME, *_LISTED))
    if any(_is_calendar(row) for row in told.rows):
        yield from _listed(where, told)  # The address of one calendar was given.
        return
    home = _link(told, _HOME)
    if not home and (principal := _link(told, _PRINCIPAL)):
        where, told = dav.find(urljoin(where, principal), (_HOME,))
        home = _link(told, _HOME)
    where, told = dav.find(urljoin(where, home) if home else where, _LISTED, depth=1)
    yield from _listed(where, told)


def _listed(where: str, told: Multistatus) -> Iterator[dict[str, Any]]:
    for row in told.rows:
        if _is_calendar(row):
            address = address_of(where, row.path)
            name = row.text(_NAME) or row.path.strip("/").rpartition("/")[2]
            yield {"address": address, "name": name[:120], "can_write": _can_write(row)}


def _is_calendar(row: Row) -> bool:
    kind = row.props.get(_KIND)
    if kind is None or kind.find(f"{CAL}calendar") is None:
        return False
    holds = row.props.get(_HOLDS)
    parts = [] if holds is None else [one.get("name", "").upper() for one in holds]
    return not parts or "VEVENT" in parts


def _can_write(row: Row) -> bool:
    rights = row.props.get(_RIGHTS)
    return rights is None or any(one.tag in _WRITING for one in rights.iter())


def _link(told: Multistatus, name: str) -> str:
    for row in told.rows:
        held = row.props.get(name)
        if held is not None and (href := held.findtext(f"{DAV}href", "").strip()):
            return href
    return ""
