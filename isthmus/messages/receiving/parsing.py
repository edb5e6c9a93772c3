"""What a received mail says. Pure functions over its bytes; hostile ones included."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses, parsedate_to_datetime
from typing import Any

from isthmus.messages.receiving.bounces import Bounce, bounce_of
from isthmus.messages.receiving.html import cleaned, text_of
from isthmus.people.normalise import normal_email

LONGEST_ID = 512
LONGEST_TEXT = 500_000
LONGEST_CALENDAR = 200_000
MOST_PEOPLE = 100
MOST_ATTACHMENTS = 20
_ID = re.compile(r"<[^<>\s]{1,510}>")
_ID_LINE = re.compile(r"^message-id:(.{0,600})", re.IGNORECASE | re.MULTILINE)
_LATEST_REFERENCES = 50


@dataclass(frozen=True)
class Attachment:
    """A file in a mail."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Named:
    """An address in the head of a mail, normalised, with the name beside it."""

    address: str
    name: str = ""


@dataclass(frozen=True)
class Parsed:
    """A mail made sense of."""

    rfc_id: str
    in_reply_to: str
    references: tuple[str, ...]
    subject: str
    text: str
    html: str
    at: datetime
    sender: Named
    to: tuple[Named, ...] = ()
    cc: tuple[Named, ...] = ()
    automatic: bool = False
    bounce: Bounce | None = None
    attachments: Sequence[Attachment] = field(default_factory=tuple)
    left_out: int = 0
    calendar: str = ""

    @property
    def people(self) -> list[Named]:
        """Everybody in its head."""
        return [self.sender, *self.to, *self.cc]

    @property
    def known_ids(self) -> list[str]:
        """The ids by which its thread is found: those that it answers, and its own."""
        return list(dict.fromkeys([*self.references, self.in_reply_to, self.rfc_id]))


def parsed(raw: bytes, *, received_at: datetime) -> Parsed:
    """Make sense of a mail. `received_at` bounds its own date, which anybody may write."""
    mail = message_from_bytes(raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    in_reply_to = next(iter(_ids(_header(mail, "In-Reply-To"))), "")
    text, html = _words(mail)
    attachments, left_out = _attachments(mail)
    bounce = bounce_of(mail)
    calendar = _calendar(mail)
    return Parsed(
        rfc_id=message_id(_header(mail, "Message-ID"), raw),
        in_reply_to=in_reply_to,
        references=tuple(_ids(_header(mail, "References")))[-_LATEST_REFERENCES:],
        subject=" ".join(_plain(_header(mail, "Subject")).split())[:500],
        text=text,
        html=html,
        at=_date(mail, received_at),
        sender=next(iter(_people(mail, "From")), Named("")),
        to=tuple(_people(mail, "To"))[:MOST_PEOPLE],
        cc=tuple(_people(mail, "Cc"))[:MOST_PEOPLE],
        automatic=bounce is not None or _is_automatic(mail) or _answers_invitation(calendar),
        bounce=bounce,
        attachments=attachments,
        left_out=left_out,
        calendar=calendar,
    )


def message_id(header: str, raw: bytes) -> str:
    """The id of a mail as it is kept; of one that has none, a hash of all of it."""
    found = _ID.search(header)
    if found and len(found.group()) <= LONGEST_ID:
        return found.group()
    return f"<{hashlib.sha256(raw).hexdigest()}@without-id.invalid>"


def id_in(raw: bytes) -> str:
    """The id of a mail of which nothing else could be made sense of."""
    head = raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0].decode("utf-8", "replace")
    found = _ID_LINE.search(head)
    return message_id(found[1] if found else "", raw)


def _header(mail: EmailMessage, name: str) -> str:
    """A head line as text; what the standard library cannot read counts as it stands."""
    try:
        return str(mail.get(name, ""))
    except Exception:  # It raises many things for heads that somebody crafted.
        raw: Any = next((value for key, value in mail._headers if key.lower() == name.lower()), "")  # type: ignore[attr-defined]
        return str(raw)


def _ids(text: str) -> list[str]:
    return list(dict.fromkeys(_ID.findall(text)))


def _people(mail: EmailMessage, name: str) -> list[Named]:
    try:
        found = getaddresses([_header(mail, name)])
    except Exception:  # As above.
        return []
    people = []
    for said, address in found[: MOST_PEOPLE + 1]:
        if normal := normal_email(_plain(address)[:320]):
            people.append(Named(normal, " ".join(_plain(said).split())[:200]))
    return people


def _date(mail: EmailMessage, received_at: datetime) -> datetime:
    try:
        said = parsedate_to_datetime(_header(mail, "Date"))
        said = said.replace(tzinfo=UTC) if said.tzinfo is None else said.astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return received_at
    return said if received_at - timedelta(days=3650) <= said <= received_at else received_at


def _words(mail: EmailMessage) -> tuple[str, str]:
    plain = _body(mail, "plain")
    html = _body(mail, "html")
    text = _plain(plain) if plain.strip() else text_of(html)
    return text[:LONGEST_TEXT].strip(), cleaned(html[:LONGEST_TEXT])


def _body(mail: EmailMessage, kind: str) -> str:
    try:
        part = mail.get_body(preferencelist=(kind,))
    except Exception:  # Broken structure: there is no such body then.
        part = None
    return _content(part) if part is not None else ""


def _content(part: Any) -> str:
    try:
        found = part.get_content()
    except Exception:  # An encoding that nobody knows, base64 that is none.
        found = part.get_payload(decode=True) or b""
    return found.decode("utf-8", "replace") if isinstance(found, bytes) else str(found)


def _attachments(mail: EmailMessage) -> tuple[list[Attachment], int]:
    found: list[Attachment] = []
    left_out = 0
    try:
        parts = list(mail.iter_attachments())
    except Exception:  # Broken structure.
        return [], 0
    for part in parts:
        name = _plain(part.get_filename() or "")
        content = part.get_payload(decode=True) if not part.is_multipart() else part.as_bytes()
        if not isinstance(content, bytes) or not content:
            continue
        if len(found) == MOST_ATTACHMENTS:
            left_out += 1
            continue
        found.append(Attachment(name or "attachment", content))
    return found, left_out


def _calendar(mail: EmailMessage) -> str:
    """The first calendar in it: beside its words, or as a file."""
    for part in mail.walk():
        named = part.get_content_type() in ("text/calendar", "application/ics")
        if named and len(part.get_payload() or "") <= LONGEST_CALENDAR * 2:
            return _plain(_content(part))[:LONGEST_CALENDAR]
    return ""


def _answers_invitation(calendar: str) -> bool:
    """Nobody waits for an answer to the answer that a calendar sent."""
    return re.search(r"^METHOD:[ \t]*REPLY[ \t]*\r?$", calendar, re.MULTILINE | re.IGNORECASE) is not None


def _is_automatic(mail: EmailMessage) -> bool:
    said = _header(mail, "Auto-Submitted").strip().lower()
    if said and not said.startswith("no"):
        return True
    if _header(mail, "Precedence").strip().lower() in ("bulk", "junk", "list", "auto_reply"):
        return True
    return any(
        _header(mail, name) for name in ("List-Id", "List-Unsubscribe", "X-Autoreply", "X-Autorespond")
    )


def _plain(text: str) -> str:
    """Without what no column takes: NUL, and halves of characters."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8", "ignore")
