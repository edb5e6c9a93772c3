"""A small mail server for tests: it takes mail over SMTP, and can refuse it for a while."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class MailServer:
    """What arrived, where it listens, and how many more mails it refuses."""

    port: int = 0
    refuses: int = 0
    arrived: list[EmailMessage] = field(default_factory=list)


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """A server that listens while the block runs."""
    state = MailServer()

    class Talk(socketserver.StreamRequestHandler):
        def say(self, line: str) -> None:
            self.wfile.write(line.encode() + b"\r\n")

        def handle(self) -> None:
            self.say("220 test ESMTP")
            while line := self.rfile.readline():
                word = line[:4].decode().upper().strip()
                if word == "DATA":
                    self.take()
                elif word == "QUIT":
                    self.say("221 Bye")
                    return
                else:
                    self.say("250 OK")

        def take(self) -> None:
            if state.refuses:
                state.refuses -= 1
                self.say("451 Come again later")
                return
            self.say("354 Go on")
            lines = []
            while (line := self.rfile.readline()) != b".\r\n":
                lines.append(line[1:] if line.startswith(b"..") else line)
            state.arrived.append(message_from_bytes(b"".join(lines), policy=policy.default))
            self.say("250 Taken")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk) as server:
        server.daemon_threads = True
        state.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield state
        finally:
            server.shutdown()
            thread.join()
