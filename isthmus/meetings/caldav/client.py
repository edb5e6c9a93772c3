"""The few words of CalDAV that are spoken here, and what is said when they are not understood."""

from collections.abc import Mapping, Sequence
from urllib.parse import quote, urljoin
from xml.sax.saxutils import escape

from django.utils.translation import gettext as _

from isthmus.core.outbound import Answer, ask
from isthmus.meetings.caldav.multistatus import CAL, DAV, Multistatus, NoSuchAnswer, names_precondition, read

SECONDS = 60.0
ENTRY_BYTES = 1_000_000
_NAMES = 'xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav" xmlns:cs="http://calendarserver.org/ns/"'
XML = {"Content-Type": 'application/xml; charset="utf-8"'}


class DavSaidNo(Exception):  # noqa: N818  (an answer, not an error of ours)
    """The server answered something that does not help; the sentence says what. `status` is its number."""

    def __init__(self, sentence: str, status: int = 0) -> None:
        self.status = status
        super().__init__(sentence)


class TokenLost(Exception):  # noqa: N818  (an answer too)
    """The server does not know any more what was read last: all is compared anew."""


class Moved(Exception):  # noqa: N818
    """Somebody else changed the entry since it was read."""


class Gone(Exception):  # noqa: N818
    """The entry is not there any more."""


class Dav:
    """A signed-in client of one server. Raises AddressRefused, NotReached, DavSaidNo from every word."""

    def __init__(self, sign_in: Mapping[str, str]) -> None:
        self._sign_in = dict(sign_in)

    def find(self, url: str, props: Sequence[str], *, depth: int = 0) -> tuple[str, Multistatus]:
        """Properties of a resource, to a depth of 1 of what lies in it; with the address that answered."""
        body = f"<d:propfind {_NAMES}><d:prop>{_asked(props)}</d:prop></d:propfind>"
        answer = self._say("PROPFIND", url, body, {"Depth": str(depth)}, redirects=5)
        return answer.url, _rows(answer)

    def changes(self, url: str, token: str) -> Multistatus:
        """What changed in a calendar since a token, or all of it. Raises TokenLost."""
        body = (
            f"<d:sync-collection {_NAMES}><d:sync-token>{escape(token)}</d:sync-token>"
            "<d:sync-level>1</d:sync-level><d:prop><d:getetag/></d:prop></d:sync-collection>"
        )
        answer = self._ask("REPORT", url, body.encode(), XML)
        if answer.status in (403, 409, 412) and names_precondition(answer.body, f"{DAV}valid-sync-token"):
            raise TokenLost
        if answer.status == 410:
            raise TokenLost
        _need(answer, 207)
        return _rows(answer)

    def entries(self, url: str, paths: Sequence[str]) -> Multistatus:
        """The texts and tags of some entries."""
        hrefs = "".join(f"<d:href>{escape(quote(one))}</d:href>" for one in paths)
        body = (
            f"<c:calendar-multiget {_NAMES}><d:prop><d:getetag/><c:calendar-data/></d:prop>"
            f"{hrefs}</c:calendar-multiget>"
        )
        return _rows(self._say("REPORT", url, body, {"Depth": "1"}))

    def entry(self, url: str) -> tuple[str, str]:
        """The text and the tag of one entry. Raises Gone."""
        answer = self._ask("GET", url, b"", {"Accept": "text/calendar"}, most=ENTRY_BYTES)
        if answer.status in (404, 410):
            raise Gone
        _need(answer, 200)
        return answer.body.decode("utf-8", "replace"), answer.headers.get("etag", "")

    def put(self, url: str, text: str, etag: str) -> str:
        """Write an entry: a new one without a tag, otherwise over that very state; its new tag, if told.

        Raises Moved, also when what was there is gone.
        """
        condition = {"If-Match": etag} if etag else {"If-None-Match": "*"}
        told = {"Content-Type": "text/calendar; charset=utf-8", **condition}
        answer = self._ask("PUT", url, text.encode(), told)
        if answer.status == 412:
            raise Moved
        _need(answer, 200, 201, 204)
        return answer.headers.get("etag", "")

    def delete(self, url: str, etag: str) -> None:
        """Take an entry away, in the state in which it was read. Raises Moved; one that is gone is gone."""
        answer = self._ask("DELETE", url, b"", {"If-Match": etag} if etag else {})
        if answer.status == 412:
            raise Moved
        if answer.status not in (404, 410):
            _need(answer, 200, 202, 204)

    def _say(
        self, method: str, url: str, body: str, headers: Mapping[str, str], *, redirects: int = 0
    ) -> Answer:
        document = f'<?xml version="1.0" encoding="utf-8"?>{body}'
        answer = self._ask(method, url, document.encode(), {**XML, **headers}, redirects=redirects)
        _need(answer, 207)
        return answer

    def _ask(
        self,
        method: str,
        url: str,
        body: bytes,
        headers: Mapping[str, str],
        *,
        most: int = 32_000_000,
        redirects: int = 0,
    ) -> Answer:
        told = {**self._sign_in, **headers}
        return ask(method, url, body=body, headers=told, most=most, seconds=SECONDS, redirects=redirects)


def address_of(collection: str, path: str) -> str:
    """The whole address of a path on the server of a calendar."""
    return urljoin(collection, quote(path))


def said_of(status: int) -> str:
    """What a status means to whoever connected the calendar."""
    if status in (401, 407):
        return _("The server does not take this name and password. Give them anew.")
    if status == 403:
        return _("The server does not allow this to the user who signed in.")
    if status in (404, 405, 410, 501):
        return _("There is no calendar at this address, or not any more.")
    if status in (413, 507):
        return _("The server has no room left, or finds the meeting too large.")
    if status == 429 or status >= 500:
        return _("The server is not well at the moment (it answered %d). It is tried again.") % status
    return _("The server answered %d, which helps nobody. It is tried again.") % status


def _need(answer: Answer, *statuses: int) -> None:
    if answer.status not in statuses:
        raise DavSaidNo(said_of(answer.status), answer.status)


def _rows(answer: Answer) -> Multistatus:
    try:
        return read(answer.body, answer.url)
    except NoSuchAnswer:
        raise DavSaidNo(
            _("What answers at this address is no calendar server, or half an answer came.")
        ) from None


def _asked(props: Sequence[str]) -> str:
    prefixes = {DAV: "d:", CAL: "c:"}
    found = []
    for one in props:
        namespace, _end, name = one.partition("}")
        found.append(f"<{prefixes.get(namespace + '}', 'cs:')}{name}/>")
    return "".join(found)
