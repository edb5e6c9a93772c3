"""What is asked of an IMAP server, in few words: its folders, the numbers of mails, their bytes and ids."""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from isthmus.core.clock import now
from isthmus.core.outbound.mail_servers import ImapConnection, ImapError, imap
from isthmus.core.refusals import Refusal
from isthmus.messages.credentials import password_of, xoauth2
from isthmus.messages.models import Mailbox

LARGEST = 40_000_000  # bytes of one mail that is read whole; of a larger one only the head
AT_ONCE = 20
_IDS_AT_ONCE = 500
_LISTED = re.compile(rb'\((?P<flags>[^)]*)\) (?:"[^"]*"|NIL) (?P<name>.+)')
_SENT_NAMES = ("sent", "sent items", "sent mail", "sent messages", "inbox.sent", "gesendet", "skickat")
_UID = re.compile(rb"UID (\d+)")
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


class MailboxCannotRead(Refusal):
    """The server answered something that is no yes."""


@dataclass(frozen=True)
class Chosen:
    """The folder that is open: its generation of numbers, and how many mails it has."""

    uidvalidity: int
    exists: int


class Box:
    """A mailbox on its server, signed in to, for reading alone."""

    def __init__(self, connection: ImapConnection) -> None:
        self._imap = connection

    def folders(self) -> dict[str, str]:
        """The names of inbox and sent folder, as the server writes them."""
        found = {"inbox": "INBOX"}
        for line in self._said(*self._imap.list()):
            match = _LISTED.match(line if isinstance(line, bytes) else b"".join(line or ()))
            if not match:
                continue
            name = match["name"].strip().decode("ascii", "replace")
            bare = name.strip('"').lower()
            if b"\\sent" in match["flags"].lower():
                found["sent"] = name
            elif bare in _SENT_NAMES:
                found.setdefault("sent", name)
        return found

    def choose(self, name: str) -> Chosen:
        """Open a folder without leaving a trace in it."""
        quoted = name if name.startswith('"') or re.fullmatch(r"[A-Za-z0-9._/-]+", name) else f'"{name}"'
        (count, *_rest) = self._said(*self._imap.select(quoted, readonly=True))
        _kind, told = self._imap.response("UIDVALIDITY")
        validity = told[0] if told and told[0] else b"0"
        return Chosen(int(validity), int(count or 0))

    def numbers(self, *, after: int = 0, since: date) -> list[int]:
        """The numbers of all mails that came since a day, from the one after `after` on."""
        asked = ["SINCE", f"{since.day}-{_MONTHS[since.month - 1]}-{since.year}"]
        if after:
            asked = ["UID", f"{after + 1}:*", *asked]
        found = self._said(*self._imap.uid("SEARCH", *asked))
        numbers = [int(one) for line in found if line for one in line.split()]
        return sorted(one for one in numbers if one > after)  # "n:*" names the last one even below n.

    def mails(self, numbers: Sequence[int]) -> Iterator[list[tuple[int, bytes]]]:
        """The mails under these numbers, a few at a time; of a very large one only its head."""
        for start in range(0, len(numbers), AT_ONCE):
            some = numbers[start : start + AT_ONCE]
            sizes = {
                uid: int(size[1])
                for uid, answer, _body in self._fetched(some, "RFC822.SIZE")
                if (size := _SIZE.search(answer))
            }
            whole = [one for one in some if sizes.get(one, 0) <= LARGEST]
            heads = [one for one in some if one not in whole]
            found = [(uid, body) for uid, _answer, body in self._fetched(whole, "BODY.PEEK[]")]
            found += [(uid, body) for uid, _answer, body in self._fetched(heads, "BODY.PEEK[HEADER]")]
            yield sorted(found)

    def ids(self, numbers: Sequence[int]) -> dict[int, bytes]:
        """The head line with the Message-ID of each of these mails."""
        found: dict[int, bytes] = {}
        for start in range(0, len(numbers), _IDS_AT_ONCE):
            some = numbers[start : start + _IDS_AT_ONCE]
            rows = self._fetched(some, "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]")
            found |= {uid: body for uid, _answer, body in rows}
        return found

    def holds(self, rfc_id: str) -> bool:
        """Whether a mail with this id lies in the open folder."""
        asked = '"' + rfc_id.replace("\\", "").replace('"', "") + '"'
        found = self._said(*self._imap.uid("SEARCH", "HEADER", "Message-ID", asked))
        return any(line and line.split() for line in found)

    def _fetched(self, numbers: Sequence[int], what: str) -> list[tuple[int, bytes, bytes]]:
        if not numbers:
            return []
        listed = ",".join(map(str, numbers))
        return list(_rows(self._said(*self._imap.uid("FETCH", listed, f"(UID {what})"))))

    def _said(self, status: str, data: Any) -> list[Any]:
        if status != "OK":
            said = b" ".join(one for one in data if isinstance(one, bytes)).decode("utf-8", "replace")
            raise MailboxCannotRead(_("The mail server answered: %s") % said[:200])
        return list(data)


@contextmanager
def opened(mailbox: Mailbox) -> Iterator[Box]:
    """A mailbox, signed in to. Raises NotReached, AddressRefused, SignInLost, MailboxCannotRead."""
    with imap(mailbox.imap) as connection:
        try:
            if mailbox.auth == Mailbox.Auth.PASSWORD:
                connection.login(mailbox.login or mailbox.address, password_of(mailbox))
            else:
                answer = xoauth2(mailbox, at=now()).encode()
                connection.authenticate("XOAUTH2", lambda _challenge: answer)
        except ImapError as error:
            raise MailboxCannotRead(_("The mail server does not let us in: %s") % _line(error)) from None
        yield Box(connection)


def _line(error: Exception) -> str:
    said = error.args[0] if error.args else ""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return " ".join(text.split())[:200]


def _rows(data: Iterable[Any]) -> Iterator[tuple[int, bytes, bytes]]:
    """(number, what the server said around it, the bytes that it sent) of each mail in an answer."""
    around, body = b"", b""
    for one in [*data, None]:
        is_begin = isinstance(one, tuple) or (isinstance(one, bytes) and re.match(rb"\d+ \(", one))
        if (is_begin or one is None) and (found := _UID.search(around)):
            yield int(found[1]), around, body
        if isinstance(one, tuple):
            around, body = one[0], one[1]
        elif isinstance(one, bytes):
            around = one if is_begin else around + one
            body = b"" if is_begin else body
