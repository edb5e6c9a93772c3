"""Making a backup while everything runs: the database at one instant, and the files that belong to it."""

import errno
import fcntl
import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from isthmus import __version__
from isthmus.core.refusals import Refusal
from isthmus.ledger.segments.files import CLOSED, unsealed_segments
from isthmus.upkeep.archive import Contents, Writer
from isthmus.upkeep.copying import Copied, database_copy
from isthmus.upkeep.watching import Watcher, in_words
from isthmus.workspace.models import Company

SECRETS = "secrets.toml"
_WORKSHOP = "backup-part"
# Made again from the rest, or kept apart. What an import staged is read again from its source.
_NOT_BACKED_UP = {"ledger", "static", "cache", "lost+found", SECRETS, _WORKSHOP}
_PASSING = {"rehearsals", "spill"}
_PASSING_ENDINGS = (".draft", ".part")


class BackupImpossible(Refusal):
    """Something that a backup needs is not there, or something is in its way."""


@dataclass(frozen=True)
class Made:
    """A backup that is there: the file, its keys, its size."""

    path: Path
    keys: Path
    bytes: int
    facts: int
    files: int


@dataclass(frozen=True)
class Pinned:
    """A file of the backup: its name there, where it stays while that is written, its hash if known."""

    name: str
    path: Path
    sha256: str | None = None


def make_backup(target: Path, keys: Path, *, at: datetime, watcher: Watcher) -> Made:
    """Write everything into `target` and the keys, without which it is of little use, into `keys`.

    The target appears when it is whole. An interrupted run leaves nothing; a killed one leaves a hidden part.
    """
    _refuse_without_company()
    _refuse_in_the_way(target, keys)
    try:
        with _workshop() as workshop:
            with database_copy(workshop, watcher) as copied:
                pinned = _pinned(copied, workshop)
            _write(target, keys, copied, pinned, at, watcher)
    except (OSError, sqlite3.Error) as error:
        raise BackupImpossible(
            _("The backup stopped: %s. Nothing was left behind.") % in_words(error)
        ) from error
    return Made(target, keys, target.stat().st_size, copied.facts, len(copied.files))


def keys_hash(path: Path) -> str:
    """Tells which keys a backup needs without telling them."""
    return hashlib.sha256(b"isthmus backup keys" + path.read_bytes()).hexdigest()


def _write(
    target: Path, keys: Path, copied: Copied, pinned: list[Pinned], at: datetime, watcher: Watcher
) -> None:
    writer = Writer(target, watcher)
    try:
        watcher.step(_("Writing the backup"), sum(one.path.stat().st_size for one in pinned))
        for one in pinned:
            writer.add(one.name, one.path, sha256=one.sha256)
        _copy_keys(keys)
        writer.finish(_contents(copied, writer.files, at))
    except BaseException:
        writer.abandon()
        keys.unlink(missing_ok=True)  # Ours: one that was there was refused.
        raise


@contextmanager
def _workshop() -> Iterator[Path]:
    """A folder on the data folder's disk for the copy; one backup at a time."""
    folder = Path(settings.ISTHMUS_HOME) / _WORKSHOP
    folder.mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        try:
            _empty(folder)  # What a killed run left.
            yield folder
        finally:
            _empty(folder)
    except BlockingIOError:
        raise BackupImpossible(_("Another backup is being made. Wait until it is done.")) from None
    finally:
        os.close(descriptor)


def _pinned(copied: Copied, workshop: Path) -> list[Pinned]:
    """A second name for every file: a sealed one stays although the sealer removes the first meanwhile."""
    pinned = [Pinned(copied.path.name, copied.path)]
    for name, path in _other_files():
        pinned.append(Pinned(name, _second_name(path, workshop / "other" / name)))
    for file in copied.files:
        name = f"ledger/{file.path}"
        try:
            pinned.append(Pinned(name, _second_name(file.place, workshop / name), file.sha256))
        except FileNotFoundError:
            raise BackupImpossible(
                _("The sealed file %s is missing. Run `isthmus ledger verify`.") % file.path
            ) from None
    pinned += _pinned_segments(workshop)
    return pinned


def _pinned_segments(workshop: Path) -> list[Pinned]:
    """The segments that no unit holds yet; those that are written to as closed ones, as far as they are.

    What comes into one of them until it is written to the backup is in it too, its end perhaps torn:
    that was not acknowledged when the database was copied.
    """
    # Looked for twice: a name that changes meanwhile may be missed once, and none changes twice.
    found = {path.stem: path for path in (*unsealed_segments(), *unsealed_segments())}
    pinned = []
    for stem, path in sorted(found.items()):
        name = f"ledger/segments/{stem}{CLOSED}"
        try:
            place = _second_name(path, workshop / name)
        except FileNotFoundError:  # Its writer closed it meanwhile. Nobody removes it: nothing is sealed now.
            place = _second_name(path.with_suffix(CLOSED), workshop / name)
        pinned.append(Pinned(name, place))
    return pinned


def _other_files() -> Iterator[tuple[str, Path]]:
    """What else lies in the data folder, whoever put it there."""
    home = Path(settings.ISTHMUS_HOME)
    database = Path(str(connection.settings_dict["NAME"]))
    for top in sorted(home.iterdir()):
        if top.name in _NOT_BACKED_UP or top.name.startswith("."):
            continue
        if database.parent == home and top.name.startswith(database.name):  # With its -wal and -shm.
            continue
        if top.is_file():
            yield top.name, top
        for folder, folders, names in os.walk(top):
            folders[:] = sorted(name for name in folders if name not in _PASSING)
            for name in sorted(names):
                path = Path(folder) / name
                if not _is_passing(path, home) and path.is_file():
                    yield str(path.relative_to(home)), path


def _is_passing(path: Path, home: Path) -> bool:
    """A draft, or rows that an import staged beside itself."""
    parts = path.relative_to(home).parts
    staged = parts[0] == "imports" and len(parts) == 3 and parts[1].isdigit()
    return path.name.endswith(_PASSING_ENDINGS) or (staged and path.suffix == ".parquet")


def _second_name(path: Path, place: Path) -> Path:
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(path, place)
    except OSError as error:
        if error.errno not in (errno.EXDEV, errno.EPERM, errno.ENOTSUP, errno.EMLINK):
            raise
        shutil.copyfile(path, place)  # A file system without second names, or another disk.
    return place


def _copy_keys(keys: Path) -> None:
    descriptor = os.open(keys, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write((Path(settings.ISTHMUS_HOME) / SECRETS).read_bytes())
        file.flush()
        os.fsync(file.fileno())


def _contents(copied: Copied, files: dict[str, dict[str, Any]], at: datetime) -> Contents:
    return Contents(
        made_at=at.isoformat(timespec="seconds"),
        program=__version__,
        database=connection.vendor,
        migrations=copied.migrations,
        unit=copied.unit,
        facts=copied.facts,
        keys=keys_hash(Path(settings.ISTHMUS_HOME) / SECRETS),
        files=files,
    )


def _refuse_without_company() -> None:
    if not Company.objects.exists():
        raise BackupImpossible(_("There is no company here yet, so there is nothing to back up."))


def _refuse_in_the_way(target: Path, keys: Path) -> None:
    home = Path(settings.ISTHMUS_HOME)
    for path in (target, keys):
        if path.exists():
            raise BackupImpossible(_("%s is there already; nothing was overwritten.") % path)
        if not path.parent.is_dir():
            raise BackupImpossible(_("There is no folder %s.") % path.parent)
        if path.resolve().is_relative_to(home):
            raise BackupImpossible(
                _("%s lies in the data folder and would be lost with it. Choose another place.") % path
            )


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
