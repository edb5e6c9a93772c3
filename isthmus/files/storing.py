"""Bytes of attached files on the disk: written as they arrive, whole or not at all, under names by lot."""

import hashlib
import os
import re
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _

from isthmus.core.crash import crash_point
from isthmus.core.file_names import shown_name
from isthmus.core.refusals import NotFound, Refusal
from isthmus.files.models import AttachedFile
from isthmus.files.recognising import HEAD, type_of

FOLDER = "files"
_RECEIVED = re.compile(r"([0-9a-f]{32})-([0-9a-f]{64})")


class FileTooLarge(Refusal):
    """A file is larger than the company takes."""


class FileEmpty(Refusal):
    """A file has nothing in it."""


class NoRoomLeft(Refusal):
    """The disk has not enough room for another file."""


class FileGone(Refusal):
    """The bytes of a file are not on the disk any more."""


@dataclass(frozen=True)
class Received:
    """A file that lies on the disk whole; `stored` tells a command which one."""

    name: str
    stored: str
    bytes: int


class Incoming:
    """One file on its way in, block by block. What does not end leaves nothing."""

    def __init__(self, name: str) -> None:
        self.name = shown_name(name)
        if shutil.disk_usage(settings.ISTHMUS_HOME).free < settings.ATTACHED_RESERVE_MB * 1_000_000:
            raise NoRoomLeft(
                _("The server's disk is nearly full, so “%(name)s” was not taken. Tell an administrator.")
                % {"name": self.name}
            )
        self._token, self._bytes, self._hash = secrets.token_hex(16), 0, hashlib.sha256()
        self._path = place_of(self._token, "draft").with_name(f"{self._token}.part")
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._file: BinaryIO = os.fdopen(descriptor, "wb")

    def write(self, block: bytes) -> None:
        """Add a block. Raises FileTooLarge, and then nothing of the file is left."""
        self._bytes += len(block)
        if self._bytes > settings.ATTACHED_FILE_MB * 1_000_000:
            self.drop()
            raise FileTooLarge(
                _("“%(name)s” is larger than %(limit)s MB, the limit for a file here. Share it by a link.")
                % {"name": self.name, "limit": settings.ATTACHED_FILE_MB}
            )
        self._hash.update(block)
        self._file.write(block)

    def end(self) -> Received:
        """All is there: it is on the disk for good, under its own name. Raises FileEmpty."""
        if not self._bytes:
            self.drop()
            raise FileEmpty(
                _("“%(name)s” is empty. Look whether it was saved, and bring it again.") % {"name": self.name}
            )
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        crash_point("files.before_rename")
        sha256 = self._hash.hexdigest()
        place = place_of(self._token, sha256)
        self._path.rename(place)
        self._path = place
        folder = os.open(place.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return Received(self.name, f"{self._token}-{sha256}", self._bytes)

    def drop(self) -> None:
        """Take away what came so far, or all of it."""
        self._file.close()
        self._path.unlink(missing_ok=True)


def received(stored: str, name: str) -> AttachedFile:
    """The row, not saved yet, of a file that was received and belongs to nothing. Raises NotFound."""
    found = _RECEIVED.fullmatch(stored)
    path = place_of(*found.groups()) if found else None
    if not found or path is None or not path.is_file():
        raise NotFound(_("There is no such file here. Bring it again."))
    token, sha256 = found.groups()
    if AttachedFile.objects.filter(stored=token).exists():
        raise NotFound(_("There is no such file here. Bring it again."))
    name = shown_name(name)
    with path.open("rb") as file:
        type_ = type_of(file.read(HEAD), name)
    return AttachedFile(name=name, stored=token, sha256=sha256, bytes=path.stat().st_size, type=type_)


def size_received(stored: str) -> int | None:
    """How large a file is that was received; None where there is none."""
    found = _RECEIVED.fullmatch(stored)
    path = place_of(*found.groups()) if found else None
    return path.stat().st_size if path is not None and path.is_file() else None


def drop_received(stored: str) -> None:
    """Take away a file that was received and that no record has."""
    found = _RECEIVED.fullmatch(stored)
    if found and not AttachedFile.objects.filter(stored=found[1]).exists():
        place_of(*found.groups()).unlink(missing_ok=True)


def path_of(file: AttachedFile) -> Path:
    """Where the bytes lie. Raises FileGone."""
    path = place_of(file.stored, file.sha256)
    if not path.is_file():
        raise FileGone(_("This file is not on the server any more. Bring it again, or ask an administrator."))
    return path


def size_on_disk(file: AttachedFile) -> int | None:
    """How many bytes lie there; None where there are none."""
    path = place_of(file.stored, file.sha256)
    return path.stat().st_size if path.is_file() else None


def unlink(file: AttachedFile) -> None:
    """Take the bytes away."""
    place_of(file.stored, file.sha256).unlink(missing_ok=True)


def folder() -> Path:
    """Where all of them lie, in the data folder."""
    path: Path = settings.ISTHMUS_HOME / FOLDER
    return path


def place_of(token: str, sha256: str) -> Path:
    """Where bytes lie, by the name that was drawn for them and their hash."""
    return folder() / token[:2] / f"{token}-{sha256}"
