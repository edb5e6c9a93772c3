"""A real SMTP server that takes mail, or is slow, refuses, greylists, and breaks off at the worst moment."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP


@dataclass
class PostOffice:
    """What it does with the next mails, one mode each and then the last one; what it took, and where it is.

    Modes: take; take_and_drop (taken, the connection cut before the answer); drop (cut, not taken);
    slow (answers after `seconds`); grey (451 to each new recipient, then taken); busy (451 after the data);
    refuse (550 to the recipient); reject (554 after the data).
    """

    port: int = 0
    modes: list[str] = field(default_factory=lambda: ["take"])
    taken: list[EmailMessage] = field(default_factory=list)
    taken_for: list[tuple[str, str]] = field(default_factory=list)  # (Message-ID, address)
    greyed: set[str] = field(default_factory=set)
    refuses: set[str] = field(default_factory=set)  # addresses
    seconds: float = 0.5
    connections: int = 0
    lock: Any = field(default_factory=threading.Lock)
    draw: Callable[[], str] | None = None  # Draws the mode of each connection, instead of `modes`.

    def mode(self) -> str:
        if self.draw is not None:
            return self.draw()
        with self.lock:
            return self.modes.pop(0) if len(self.modes) > 1 else self.modes[0]

    def take(self, raw: bytes, addresses: list[str]) -> None:
        mail: Any = message_from_bytes(raw, policy=policy.default)
        with self.lock:
            self.taken.append(mail)
            self.taken_for += [(str(mail["Message-ID"]), address) for address in addresses]


class _Counter:
    def __init__(self, office: PostOffice) -> None:
        self.office = office

    async def handle_EHLO(  # noqa: N802  (aiosmtpd's names)
        self, server: SMTP, session: Any, envelope: Any, hostname: str, responses: Any
    ) -> Any:
        session.host_name = hostname
        session.mode = self.office.mode()
        self.office.connections += 1
        return responses

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if session.mode == "refuse" or address in self.office.refuses:
            return "550 5.1.1 No such user here"
        if session.mode == "grey" and address not in self.office.greyed:
            self.office.greyed.add(address)
            return "451 4.7.1 Greylisted, come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802
        if session.mode == "slow":
            await asyncio.sleep(self.office.seconds)
        if session.mode in ("take", "grey", "slow", "take_and_drop"):
            self.office.take(envelope.content, envelope.rcpt_tos)
        if session.mode in ("drop", "take_and_drop"):
            transport: Any = server.transport
            transport.abort()
        return {"busy": "451 4.3.0 Try again later", "reject": "554 5.7.1 Not wanted"}.get(
            session.mode, "250 2.0.0 Taken"
        )


class _OnAFreePort(Controller):
    def _trigger_server(self) -> None:
        listening: Any = self.server
        self.port = listening.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


@contextmanager
def post_office(*modes: str, **more: Any) -> Iterator[PostOffice]:
    """A server that listens while the block runs."""
    office = PostOffice(modes=list(modes) or ["take"], **more)
    controller = _OnAFreePort(_Counter(office), hostname="127.0.0.1", port=0)
    controller.start()
    try:
        office.port = controller.port
        yield office
    finally:
        controller.stop()
