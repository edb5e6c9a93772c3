"""What a calendar server answers in XML, read without trusting it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote, urljoin, urlsplit
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

DAV, CAL, CS = "{DAV:}", "{urn:ietf:params:xml:ns:caldav}", "{http://calendarserver.org/ns/}"
MOST_ROWS = 100_000


class NoSuchAnswer(Exception):  # noqa: N818  (an answer that is none)
    """What came is no answer of a calendar server; the sentence says so."""


@dataclass(frozen=True)
class Row:
    """One resource of an answer: where it lies (its path), its status, and the properties that were found."""

    path: str
    status: int
    props: dict[str, Element] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The text of a property; empty where there is none."""
        found = self.props.get(name)
        return (found.text or "").strip() if found is not None else ""


@dataclass(frozen=True)
class Multistatus:
    """All rows of an answer, and the token by which the next one goes on."""

    rows: Sequence[Row]
    sync_token: str


def read(body: bytes, url: str) -> Multistatus:
    """An answer of `url`. Raises NoSuchAnswer."""
    try:
        root = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        raise NoSuchAnswer("no XML") from None
    if root.tag != f"{DAV}multistatus":
        raise NoSuchAnswer("no multistatus")
    found = root.findall(f"{DAV}response")
    if len(found) > MOST_ROWS:
        raise NoSuchAnswer("too many rows")
    return Multistatus([_row(one, url) for one in found], root.findtext(f"{DAV}sync-token", "").strip())


def names_precondition(body: bytes, name: str) -> bool:
    """Whether an error answer names the precondition that failed, like DAV:valid-sync-token."""
    try:
        root = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return False
    return root.find(f".//{name}") is not None


def path_of(href: str, url: str) -> str:
    """The path of an address as it is compared: servers quote the same one in several ways."""
    return unquote(urlsplit(urljoin(url, href)).path)


def _row(response: Element, url: str) -> Row:
    path = path_of(response.findtext(f"{DAV}href", "").strip(), url)
    props: dict[str, Element] = {}
    for part in response.findall(f"{DAV}propstat"):
        if _status(part) == 200:
            for held in part.findall(f"{DAV}prop"):
                props |= {one.tag: one for one in held}
    return Row(path, _status(response) or 200, props)


def _status(element: Element) -> int:
    words = element.findtext(f"{DAV}status", "").split()
    return int(words[1]) if len(words) > 1 and words[1].isdigit() else 0
