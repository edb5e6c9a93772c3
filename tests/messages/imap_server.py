"""A real IMAP server, Twisted's, over folders in memory that tests fill, lose mails of and number anew."""

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.utils import format_datetime
from typing import Any

from twisted.cred import checkers, credentials, portal
from twisted.internet import protocol, reactor
from twisted.mail import imap4
from zope.interface import implementer

_running = threading.Event()


@implementer(imap4.IMessage)
class Mail:
    """One mail in a folder."""

    def __init__(self, uid: int, raw: bytes, at: datetime) -> None:
        self.uid, self.raw, self.at = uid, raw, at
        self._parsed = message_from_bytes(raw)

    def getUID(self) -> int:
        return self.uid

    def getFlags(self) -> list[str]:
        return []

    def getInternalDate(self) -> str:
        return format_datetime(self.at)

    def getHeaders(self, negate: bool, *names: bytes) -> dict[str, str]:
        wanted = {one.decode().lower() if isinstance(one, bytes) else one.lower() for one in names}
        return {
            key.lower(): str(value)
            for key, value in self._parsed.items()
            if (key.lower() in wanted) != negate or (negate and not wanted)
        }

    def getBodyFile(self) -> io.BytesIO:
        return io.BytesIO(self.raw.partition(b"\n\n")[2])

    def getSize(self) -> int:
        return len(self.raw)

    def isMultipart(self) -> bool:
        return False

    def open(self) -> io.BytesIO:
        return io.BytesIO(self.raw)


@implementer(imap4.IMailbox, imap4.IMailboxInfo, imap4.ISearchableMailbox)
class FolderThere:
    """A folder on the server."""

    def __init__(self, flags: tuple[str, ...] = ()) -> None:
        self.mails: list[Mail] = []
        self.validity, self._next, self.flags = 1, 1, flags

    def put(self, raw: bytes, at: datetime) -> int:
        self._next += 1
        self.mails.append(Mail(self._next - 1, raw, at))
        return self._next - 1

    def lose(self, uid: int) -> None:
        self.mails = [one for one in self.mails if one.uid != uid]

    def number_anew(self) -> None:
        self.validity += 1
        for number, one in enumerate(self.mails, start=101):
            one.uid = number
        self._next = 101 + len(self.mails)

    def getFlags(self) -> tuple[str, ...]:
        return self.flags

    def getHierarchicalDelimiter(self) -> str:
        return "/"

    def getUIDValidity(self) -> int:
        return self.validity

    def getUIDNext(self) -> int:
        return self._next

    def getUID(self, number: int) -> int:
        return self.mails[number - 1].uid

    def getMessageCount(self) -> int:
        return len(self.mails)

    def getRecentCount(self) -> int:
        return 0

    def getUnseenCount(self) -> int:
        return 0

    def isWriteable(self) -> bool:
        return False

    def destroy(self) -> None: ...

    def addListener(self, listener: Any) -> None: ...

    def removeListener(self, listener: Any) -> None: ...

    def requestStatus(self, names: Any) -> Any:
        return imap4.statusRequestHelper(self, names)

    def search(self, query: list[bytes], uid: bool) -> list[int]:
        """SINCE, UID and HEADER: Twisted's own search by days fails on Python 3."""
        asked, found = [one.decode() for one in query], list(enumerate(self.mails, start=1))
        while asked:
            word = asked.pop(0).upper()
            if word == "SINCE":
                day = datetime.strptime(asked.pop(0), "%d-%b-%Y").replace(tzinfo=UTC).date()
                found = [(n, one) for n, one in found if one.at.date() >= day]
            elif word == "UID":
                lowest = int(asked.pop(0).partition(":")[0])
                last = max((one.uid for one in self.mails), default=0)
                found = [(n, one) for n, one in found if one.uid >= min(lowest, last)]
            else:
                assert word == "HEADER"
                name, value = asked.pop(0).lower(), asked.pop(0)
                found = [
                    (n, one) for n, one in found if value in str(one.getHeaders(False, name).get(name, ""))
                ]
        return [number for number, _one in found]  # It asks for their UIDs itself.

    def fetch(self, messages: Any, uid: bool) -> list[tuple[int, Mail]]:
        messages.last = self._next if uid else len(self.mails)
        rows = enumerate(self.mails, start=1)
        return [(n, one) for n, one in rows if (one.uid if uid else n) in messages]


class _Account(imap4.MemoryAccount):
    def __init__(self, folders: dict[str, FolderThere]) -> None:
        super().__init__("rita")
        for name, one in folders.items():
            self.mailboxes[name.upper()] = one


@dataclass
class Box:
    """A mailbox's server: where it listens, and its folders."""

    port: int = 0
    folders: dict[str, FolderThere] = field(
        default_factory=lambda: {"INBOX": FolderThere(), "Sent": FolderThere(("\\Sent",))}
    )

    @property
    def inbox(self) -> FolderThere:
        return self.folders["INBOX"]

    @property
    def sent(self) -> FolderThere:
        return self.folders["Sent"]


@contextmanager
def imap_box(name: str = "rita@example.com", password: str = "swordfish") -> Iterator[Box]:
    """A server for one mailbox that listens while the block runs."""
    _run_reactor()
    box = Box()

    class Realm:
        def requestAvatar(self, who: Any, mind: Any, *interfaces: Any) -> Any:
            return imap4.IAccount, _Account(box.folders), lambda: None

    door = portal.Portal(Realm())
    door.registerChecker(
        checkers.InMemoryUsernamePasswordDatabaseDontUse(**{name: password.encode()}),
        credentials.IUsernamePassword,
    )

    class Factory(protocol.ServerFactory):
        def buildProtocol(self, address: Any) -> Any:
            server = imap4.IMAP4Server()
            server.factory, server.portal = self, door
            return server

    listening = _in_reactor(lambda: reactor.listenTCP(0, Factory(), interface="127.0.0.1"))  # type: ignore[attr-defined]
    box.port = listening.getHost().port
    try:
        yield box
    finally:
        _in_reactor(listening.stopListening)


def _run_reactor() -> None:
    if not _running.is_set():
        threading.Thread(
            target=reactor.run,
            kwargs={"installSignalHandlers": False},
            daemon=True,  # type: ignore[attr-defined]
        ).start()
        _running.set()


def _in_reactor(act: Any) -> Any:
    from twisted.internet.threads import blockingCallFromThread

    return blockingCallFromThread(reactor, act)
