"""Receiving a file as a page does, for tests that attach one."""

from isthmus.files.storing import Incoming


def brought(content: bytes = b"%PDF-1.7 signed", name: str = "Contract.pdf") -> dict[str, str]:
    """A file that was received, as `attach_files` takes it."""
    incoming = Incoming(name)
    incoming.write(content)
    come = incoming.end()
    return {"name": come.name, "stored": come.stored}
