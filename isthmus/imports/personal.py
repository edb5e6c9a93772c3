"""What imports leave of a person: staged rows, files of bad rows, reasons, recipes with fixed values."""

import csv
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from isthmus.core.actors import Actor
from isthmus.core.personal_stores import Whom, impersonal, personal_store
from isthmus.core.personal_words import Words, take_words_out
from isthmus.core.refusals import Refusal
from isthmus.imports.models import BadRow, ChangedRow, ImportRun, RunState, SavedRecipe, Upload
from isthmus.imports.runner import drop_staged
from isthmus.imports.uploads import UPLOADS

FOLDER = "imports"
CUT_OFF = timedelta(days=1)  # A run whose files nobody touched for so long is not at work.
_PIECE = 1 << 20


class ImportHoldsThem(Refusal):
    """An import that has not ended would bring the person back."""


_OF_RUNS = ("recipe_text", "recipe_name", "files", "counts", "progress", "rehearsal", "error")


@personal_store(
    "imports",
    _("What imports left behind: files that were brought, rows that did not come in, and recipes"),
    columns={
        "imports.ImportRun": _OF_RUNS,
        "imports.Upload": ("name",),
        "imports.SavedRecipe": ("name", "text"),
        "imports.BadRow": ("reason",),
        "imports.ChangedRow": ("fields",),
    },
    folders=(FOLDER,),
    order=95,
)
class Imports:
    """Tables lose the rows that name the person; any other file that does, or cannot be read, goes whole."""

    def export(self, whom: Whom) -> Iterable[Mapping[str, Any]]:
        """Which files name the person, and of which runs rows of theirs were refused."""
        for path in _leftovers():
            if _holds(path, whom.words):
                yield {"file": str(path.relative_to(settings.ISTHMUS_HOME))}
        for row in whom.words.rows(BadRow.objects.all(), "reason"):
            yield {"import": row.run_id, "line": row.row}
        for changed in _changed(whom).select_related("batch"):
            yield {"import": changed.batch.run_id, "kept_to_undo_it": changed.model}

    def erase(self, whom: Whom, *, by: Actor, at: datetime) -> int:
        """Refused while an import that holds the person is at work."""
        holding = [path for path in _leftovers() if _holds(path, whom.words)]
        _end_unfinished(holding, at)
        changed = take_words_out(whom.words, ImportRun.objects.all(), *_OF_RUNS)
        changed += take_words_out(whom.words, Upload.objects.all(), "name")
        changed += take_words_out(whom.words, SavedRecipe.objects.all(), "name", "text")
        changed += take_words_out(whom.words, BadRow.objects.all(), "reason")
        changed += _changed(whom).delete()[0]
        for path in holding:
            if not _mended(path, whom.words):
                path.unlink(missing_ok=True)
        return changed + len(holding)


def _changed(whom: Whom) -> QuerySet[ChangedRow]:
    """What rows of theirs held before an import changed them: an undo does not bring that back."""
    return ChangedRow.objects.filter(subject__in=whom.subjects)


def _end_unfinished(holding: Sequence[Path], at: datetime) -> None:
    """Refuse while one of them is at work; one that was cut off long ago is over."""
    for run in ImportRun.objects.filter(state=RunState.RUNNING):
        folder = Path(settings.ISTHMUS_HOME) / FOLDER / str(run.pk)
        if not any(path.is_relative_to(folder) for path in holding):
            continue
        touched = max(path.stat().st_mtime for path in [folder, *folder.rglob("*")])
        if at.timestamp() - touched < CUT_OFF.total_seconds():
            raise ImportHoldsThem(
                _now(
                    "Import %(number)s has not ended, holds this person and would bring them back. "
                    "Let it end, or start it over without them, and erase then."
                )
                % {"number": run.pk}
            )
        ImportRun.objects.filter(pk=run.pk).update(state=RunState.ABANDONED, finished_at=at)
        BadRow.objects.filter(run=run).delete()
        drop_staged(folder)


def _mended(path: Path, words: Words) -> bool:
    """Whether a table of refused rows could be written anew without those that name the person.

    A file that somebody brought is written in ways of its own: it goes whole.
    """
    if path.suffix != ".csv" or path.parent.name == UPLOADS:
        return False
    draft = path.with_name(path.name + ".draft")
    try:
        with (
            path.open(encoding="utf-8", newline="") as old,
            draft.open("w", encoding="utf-8", newline="") as new,
        ):
            kept = (row for row in csv.reader(old) if not words.stand_in(row))
            csv.writer(new).writerows(kept)
    except (ValueError, csv.Error):  # Not of our writing.
        draft.unlink()
        return False
    draft.replace(path)
    return True


def _leftovers() -> Iterator[Path]:
    folder = Path(settings.ISTHMUS_HOME) / FOLDER
    yield from (path for path in sorted(folder.rglob("*")) if path.is_file())


def _holds(path: Path, words: Words) -> bool:
    """Whether a word stands in a file; of a file that cannot be read it is assumed."""
    if not words:
        return False
    try:
        texts = _cells(path) if path.suffix == ".parquet" else _texts(path)
        return any(words.stand_in(text) for text in texts)
    except FileNotFoundError:
        return False
    except (OSError, ValueError, RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error):
        return True  # pyarrow's errors are ValueErrors, a password's a RuntimeError.


def _cells(path: Path) -> Iterator[str]:
    import pyarrow.parquet as pq

    for batch in pq.ParquetFile(path).iter_batches(20_000):
        for column in batch.columns:
            yield from (str(value) for value in column.to_pylist() if value is not None)


def _texts(path: Path) -> Iterator[str]:
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            for member in packed.infolist():
                with packed.open(member) as file:
                    yield from _pieces(file)
    else:
        with path.open("rb") as file:
            yield from _pieces(file)


def _pieces(file: Any) -> Iterator[str]:
    """The text in every encoding that files come in, in pieces that overlap, so that no word is cut."""
    rest = b""
    while piece := file.read(_PIECE):
        for encoding in ("utf-8", "cp1252", "utf-16-le", "utf-16-be"):
            yield (rest + piece).decode(encoding, errors="replace")
        rest = piece[-1024:]


impersonal("imports.Upload", "stored", because=_("a name that the server made by lot"))
impersonal("imports.ImportRun", "recipe_sha256", "actor_kind", because=_("a hash, and who acted as a kind"))
_NUMBERS = _("numbers and kinds of rows")
impersonal("imports.ImportRun", "undo_counts", "automations", "set_off", because=_NUMBERS)
impersonal("imports.ImportBatch", "made", because=_NUMBERS)
impersonal("imports.ChangedRow", "model", because=_NUMBERS)
impersonal("imports.KeptRow", "model", "reason", because=_NUMBERS)
impersonal("imports.BadRow", "input", "section", because=_("names of a recipe's parts"))
