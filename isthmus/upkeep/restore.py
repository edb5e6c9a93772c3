"""Bringing a backup back: unpacked within the data folder, settled there, and only then put in its place."""

import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from isthmus.core.refusals import Refusal
from isthmus.people.erasure_log import NAME as ERASURES
from isthmus.upkeep.archive import Contents, NotABackup, contents_of, unpack
from isthmus.upkeep.backup import SECRETS, keys_hash
from isthmus.upkeep.copying import SQLITE
from isthmus.upkeep.placing import DRAFT, is_at_work, is_taken, put_in_place
from isthmus.upkeep.programs import database_name
from isthmus.upkeep.watching import Watcher, in_words

LOADED = ".loaded"  # While this file is in the draft, the database in DATABASE_URL is no longer empty.


class CannotRestore(Refusal):
    """This backup cannot go where it was to go; nothing was changed."""


class RestoreFailed(Refusal):
    """Something went wrong on the way; the sentence says what was changed by then."""


def restore(
    backup: Path,
    keys: Path,
    home: Path,
    *,
    erasures: Sequence[Path] = (),
    replace: bool = False,
    verify: bool = False,
    watcher: Watcher,
) -> list[str]:
    """Restore into `home`; what is to be said about it. The folder changes only when all went well.

    `erasures` are newer logs than the backup's own: whoever they name is erased again. The log of the folder
    that is replaced counts as one.
    """
    contents = contents_of(backup)
    _refuse_newer(contents)
    _refuse_other_database(contents)
    _check_keys(keys, contents)
    _refuse_taken(home, replace)
    draft = home / DRAFT
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True, mode=0o700)
    try:
        _refuse_without_room(contents, draft)
        unpack(backup, contents, draft, watcher)
        _put_keys(keys, draft / SECRETS)
        said = _settle(draft, [*erasures, home / ERASURES], verify, watcher)
        watcher.step(_("Putting it in place"))
        put_in_place(draft, home)
    except OSError as error:
        raise RestoreFailed(_("The restore stopped: %(error)s. %(state)s") % {
            "error": in_words(error), "state": _state(draft),
        }) from error  # fmt: skip
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return said


def _settle(draft: Path, logs: Sequence[Path], verify: bool, watcher: Watcher) -> list[str]:
    """In a program of its own: this one was started with the keys of another folder."""
    environment = {**os.environ, "ISTHMUS_HOME": str(draft)}
    command = [sys.executable, "-m", "isthmus.upkeep.settling", *(["--verify"] if verify else [])]
    command += [str(path.resolve()) for path in logs]
    process = subprocess.Popen(  # noqa: S603 (our own words)
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    told: dict[str, list[str]] = {}
    other: list[str] = []
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if not line.startswith("{"):
                other.append(line)
            elif "step" in (heard := json.loads(line)):
                watcher.step(heard["step"])
            else:
                told = heard
    finally:
        if process.poll() is None:
            process.terminate()
        code = process.wait()
    if code or told.get("wrong") or "said" not in told:
        why = " ".join(told.get("wrong", [])) or "".join(other).strip()[-1500:] or str(code)
        raise RestoreFailed(_("The backup was not restored: %(why)s %(state)s") % {
            "why": why, "state": _state(draft),
        })  # fmt: skip
    return told["said"]


def _state(draft: Path) -> str:
    if (draft / LOADED).exists():
        return (
            _(
                "The data folder is as it was, but the database “%s” holds what was in the backup: empty it "
                "before you try again."
            )
            % database_name()
        )
    return _("Nothing was changed.")


def _put_keys(keys: Path, place: Path) -> None:
    place.touch(mode=0o600)
    place.write_bytes(keys.read_bytes())


def _refuse_newer(contents: Contents) -> None:
    from isthmus.core.tables import earlier_changes, known_changes

    known = known_changes() | earlier_changes()
    if any(tuple(name) not in known for name in contents.migrations):
        raise CannotRestore(
            _("This backup is of a newer program (%s). Install that one, then restore.") % contents.program
        )


def _refuse_other_database(contents: Contents) -> None:
    if contents.database != connection.vendor:
        raise CannotRestore(
            _("This backup is of a SQLite database. Take DATABASE_URL away, then restore.")
            if contents.database == "sqlite"
            else _(
                "This backup is of a PostgreSQL database. Name an empty one in DATABASE_URL, then restore."
            )
        )
    if connection.vendor == "postgresql":
        if connection.introspection.table_names():
            raise CannotRestore(
                _("The database “%s” is not empty. Name an empty one in DATABASE_URL.") % database_name()
            )
    elif Path(database_name()).resolve() != Path(settings.ISTHMUS_HOME) / SQLITE:
        raise CannotRestore(_("A restored database lies in the data folder. Take DATABASE_URL away."))


def _check_keys(keys: Path, contents: Contents) -> None:
    if not keys.is_file():
        raise NotABackup(
            _("The keys are not at %s. Name their file with --keys; without it sealed text cannot be read.")
            % keys
        )
    try:
        tomllib.loads(keys.read_text("utf-8"))
    except ValueError:
        raise NotABackup(_("%s is no file of keys.") % keys) from None
    if keys_hash(keys) != contents.keys:
        raise NotABackup(_("%s holds the keys of another backup.") % keys)


def _refuse_taken(home: Path, replace: bool) -> None:
    if not is_taken(home):
        return
    if not replace:
        raise CannotRestore(
            _(
                "%s is not empty, and a restore takes the place of everything in it. Choose an empty folder "
                "with --home, or give --replace when what is there may go."
            )
            % home
        )
    if is_at_work(home):
        raise CannotRestore(_("Isthmus is at work in %s. Stop it, then restore.") % home)


def _refuse_without_room(contents: Contents, draft: Path) -> None:
    free = shutil.disk_usage(draft).free
    if free < contents.bytes * 1.05:
        raise CannotRestore(
            _("The restored data need %(needed)d MB, and only %(free)d MB of the disk are free.")
            % {"needed": contents.bytes // 10**6 + 1, "free": free // 10**6}
        )
