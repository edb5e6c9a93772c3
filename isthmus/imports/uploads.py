"""Files that people bring for an import: kept under the server's own names, within a size, for some days."""

import re
import secrets
import shutil
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _

from isthmus.core.file_names import shown_name
from isthmus.core.refusals import NotFound, Refusal
from isthmus.imports.models import ImportRun, Upload

SUFFIXES = (".csv", ".tsv", ".tab", ".txt", ".xlsx", ".xlsm", ".parquet", ".pq")
_STORED = re.compile(r"[0-9a-f]{32}\.(csv|tsv|tab|txt|xlsx|xlsm|parquet|pq)")
UPLOADS = "uploads"  # the folder of files that were brought, among those of imports
UNCLAIMED_FOR = timedelta(days=1)


class FileTooLarge(Refusal):
    """A file is larger than the company takes for an import."""


class FileOfNoUse(Refusal):
    """A file is of a kind that no import reads."""


class FilesForgotten(Refusal):
    """The files of an import are gone: they are kept for some days only."""


class Incoming:
    """One file on its way in: written block by block, taken away again when it becomes too large."""

    def __init__(self, name: str) -> None:
        self.name = shown_name(name)
        suffix = Path(self.name).suffix.lower()
        if suffix not in SUFFIXES:
            raise FileOfNoUse(
                _("“%(name)s” is no table that an import reads. Bring CSV, TSV, Excel (.xlsx) or Parquet.")
                % {"name": self.name}
            )
        self.stored = secrets.token_hex(16) + suffix
        self.path = folder() / self.stored
        self.bytes = 0
        self._file: BinaryIO = self.path.open("xb")

    def write(self, block: bytes) -> None:
        """Add a block. Raises FileTooLarge, and then nothing of the file is left."""
        self.bytes += len(block)
        if self.bytes > settings.IMPORT_UPLOAD_MB * 1_000_000:
            self.drop()
            raise too_large(self.name)
        self._file.write(block)

    def end(self) -> "Incoming":
        """All is there."""
        self._file.close()
        return self

    def drop(self) -> None:
        """Take away what came so far."""
        self._file.close()
        self.path.unlink(missing_ok=True)


def folder() -> Path:
    """Where uploads lie in the data folder; only this system's user may look into it."""
    path: Path = settings.ISTHMUS_HOME / "imports" / UPLOADS
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def path_of(upload: Upload) -> Path:
    """The file of an upload. Raises FilesForgotten when it is gone."""
    path = folder() / upload.stored
    if upload.forgotten_at is not None or not path.is_file():
        raise FilesForgotten(
            _("The file %(name)s is gone: files of imports are kept for %(days)s days. Bring it again.")
            % {"name": upload.name, "days": settings.IMPORT_KEEP_DAYS}
        )
    return path


def received_path(stored: str) -> Path:
    """The file that was received under a server-made name. Raises NotFound for any other name."""
    if not _STORED.fullmatch(stored) or not (folder() / stored).is_file():
        raise NotFound(_("There is no such file here. Bring it again."))
    return folder() / stored


def too_large(name: str) -> FileTooLarge:
    """The refusal for a file over the limit."""
    return FileTooLarge(
        _(
            "“%(name)s” is larger than %(limit)s MB, the limit for a file here. Cut it into several "
            "files, or have an administrator raise ISTHMUS_IMPORT_UPLOAD_MB or use the command line, which "
            "has no limit."
        )
        % {"name": name, "limit": settings.IMPORT_UPLOAD_MB}
    )


def run_folder(run: ImportRun) -> Path:
    """Where a run's staged rows and its bad rows lie."""
    path: Path = settings.ISTHMUS_HOME / "imports" / str(run.pk)
    return path


def forget_files(run: ImportRun, at: datetime) -> None:
    """Take away the files of a run, what was staged of them and its bad rows; the counts stay."""
    kept = list(run.uploads.filter(forgotten_at=None))
    for upload in kept:
        (folder() / upload.stored).unlink(missing_ok=True)
    run.uploads.filter(pk__in=[one.pk for one in kept]).update(forgotten_at=at)
    shutil.rmtree(run_folder(run), ignore_errors=True)


def forget_old_files(now: datetime) -> int:
    """Forget the files of runs that nobody touched for the days that files are kept; how many runs.

    Files that were received and never claimed go after a day.
    """
    ends = now - timedelta(days=settings.IMPORT_KEEP_DAYS)
    old = Upload.objects.filter(forgotten_at=None, uploaded_at__lt=ends)
    runs = ImportRun.objects.filter(pk__in=old.values("run_id")).exclude(started_at__gte=ends)
    forgotten = 0
    for run in runs.select_related("job"):
        if not run.is_at_work:
            forget_files(run, now)
            forgotten += 1
    _drop_unclaimed(folder().iterdir(), now)
    return forgotten


def _drop_unclaimed(paths: Iterable[Path], now: datetime) -> None:
    for path in paths:
        with suppress(FileNotFoundError):  # Somebody dropped it meanwhile.
            is_old = path.stat().st_mtime < (now - UNCLAIMED_FOR).timestamp()
            if is_old and not Upload.objects.filter(stored=path.name, forgotten_at=None).exists():
                path.unlink()
