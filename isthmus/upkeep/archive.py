"""The form of a backup: one tar file, its list of hashes last, so that half a backup never looks whole."""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from isthmus.core.refusals import Refusal
from isthmus.upkeep.watching import Watcher

FORMAT = 1
LIST = "backup.json"
_PIECE = 1 << 20
_NAMED = 5  # So many damaged files are named; a whole disk's would not fit a screen.


class NotABackup(Refusal):
    """The file is no backup, not a whole one, or not what was backed up."""


class FileChanged(Refusal):
    """A file was not, or no longer, what it should be while it was backed up."""


@dataclass(frozen=True)
class Contents:
    """What a backup says of itself. `files` are path -> bytes and SHA-256."""

    made_at: str
    program: str
    database: str  # "sqlite" or "postgresql"
    migrations: list[list[str]]  # app and name of each
    unit: int
    facts: int
    keys: str  # a hash that tells which keys it needs
    files: dict[str, dict[str, Any]]
    format: int = FORMAT

    @property
    def bytes(self) -> int:
        """How much room its files take."""
        return sum(told["bytes"] for told in self.files.values())


class Writer:
    """Writes a backup under a hidden name; only `finish` gives it its own."""

    def __init__(self, target: Path, watcher: Watcher) -> None:
        self.target, self.draft, self._watcher = target, target.with_name(f".{target.name}.part"), watcher
        self.files: dict[str, dict[str, Any]] = {}
        self._file = self.draft.open("wb")
        os.fchmod(self._file.fileno(), 0o600)
        self._tar = tarfile.TarFile(
            fileobj=self._file, mode="w", format=tarfile.PAX_FORMAT, copybufsize=_PIECE
        )

    def add(self, name: str, path: Path, *, sha256: str | None = None) -> None:
        """Put a file in. Raises FileChanged when it is not what its hash says, or shrank meanwhile."""
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = path.stat().st_size, 0o600
        with path.open("rb") as file:
            hashed = _Hashed(file, self._watcher)
            try:
                self._tar.addfile(entry, hashed)
            except OSError as error:
                if hashed.ended:
                    raise FileChanged(
                        _("%s changed while it was backed up. Make the backup again.") % name
                    ) from error
                raise
        found = hashed.digest.hexdigest()
        if sha256 is not None and found != sha256:
            raise FileChanged(
                _("%s is not what was sealed, so nothing was backed up. Run `isthmus ledger verify`.") % name
            )
        self.files[name] = {"bytes": entry.size, "sha256": found}

    def finish(self, contents: Contents) -> None:
        """Write the list, sync, and let the backup appear under its name."""
        text = json.dumps(asdict(contents), indent=1).encode()
        entry = tarfile.TarInfo(LIST)
        entry.size, entry.mode = len(text), 0o600
        self._tar.addfile(entry, io.BytesIO(text))
        self._tar.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self.draft.replace(self.target)
        sync_folder(self.target.parent)

    def abandon(self) -> None:
        """Leave nothing behind."""
        self._file.close()
        self.draft.unlink(missing_ok=True)


class _Hashed:
    def __init__(self, file: BinaryIO, watcher: Watcher) -> None:
        self._file, self._watcher, self.digest, self.ended = file, watcher, hashlib.sha256(), False

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(size)
        self.ended = self.ended or len(piece) < size
        self.digest.update(piece)
        self._watcher.advance(len(piece))
        return piece


def contents_of(path: Path) -> Contents:
    """What a backup says of itself. Raises NotABackup when it is none or not whole."""
    if not path.is_file():
        raise NotABackup(_("There is no file %s.") % path)
    try:
        with tarfile.open(path, "r:") as tar:
            listed = tar.extractfile(LIST)
            values = json.load(listed) if listed else {}
        if values["format"] == FORMAT:
            return Contents(**values)
    except (OSError, tarfile.TarError, KeyError, ValueError, TypeError):
        raise NotABackup(
            _("%s is no whole backup: its list is missing or damaged. Take another one.") % path
        ) from None
    raise NotABackup(_("This backup was made by a newer program. Restore it with that one."))


def unpack(path: Path, contents: Contents, folder: Path, watcher: Watcher) -> None:
    """Write every file of a backup into a folder, each compared with its hash; names what is damaged."""
    watcher.step(_("Unpacking and comparing every hash"), contents.bytes)
    damaged, seen = [], set()
    try:
        with tarfile.open(path, "r:") as tar:
            for entry in tar:
                if entry.name == LIST:
                    continue
                told = contents.files.get(entry.name)
                source = tar.extractfile(entry) if entry.isreg() else None
                if told is None or source is None or not _is_plain(entry.name) or entry.name in seen:
                    raise NotABackup(_("This backup holds a file that it does not list: %s.") % entry.name)
                seen.add(entry.name)
                if _copy(source, folder / entry.name, watcher) != told["sha256"]:
                    damaged.append(entry.name)
    except (tarfile.TarError, EOFError) as error:
        raise NotABackup(_("%(path)s cannot be read to its end: %(error)s.") % {
            "path": path, "error": error,
        }) from None  # fmt: skip
    damaged += sorted(set(contents.files) - seen)
    if damaged:
        raise NotABackup(_damage(damaged))


def _damage(names: list[str]) -> str:
    shown = ", ".join(names[:_NAMED]) + (" …" if len(names) > _NAMED else "")
    return ngettext(
        "The backup is damaged: %(shown)s is not what was backed up. Take another backup.",
        "The backup is damaged: %(count)d files are not what was backed up: %(shown)s. Take another backup.",
        len(names),
    ) % {"count": len(names), "shown": shown}


def _copy(source: Any, target: Path, watcher: Watcher) -> str:
    """Write a file, surely on the disk; answers its hash."""
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with target.open("wb") as file:
        os.fchmod(file.fileno(), 0o600)
        for piece in _pieces(source):
            digest.update(piece)
            file.write(piece)
            watcher.advance(len(piece))
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()


def _pieces(source: Any) -> Iterator[bytes]:
    while piece := source.read(_PIECE):
        yield piece


def _is_plain(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and path.parts[0] not in (".", "secrets.toml")


def sync_folder(folder: Path) -> None:
    """Have the names in a folder be on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
