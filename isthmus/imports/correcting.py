"""Corrected bad rows: another import of these rows alone, by the recipe of the first."""

import csv
import os
import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from django.utils.translation import gettext as _

from isthmus.core import commands
from isthmus.core.actors import Actor
from isthmus.core.refusals import Refusal
from isthmus.imports.bad_rows import ADDED
from isthmus.imports.editing import read_data, text_of_data
from isthmus.imports.models import ImportRun, Upload
from isthmus.imports.planning import match_files
from isthmus.imports.recipe import read_recipe
from isthmus.imports.recipe.model import Format, Input
from isthmus.imports.reusing import for_corrected_files
from isthmus.imports.source.reading import Unread
from isthmus.imports.source.staging import open_source
from isthmus.imports.uploads import Incoming, folder, path_of, received_path


class NotTheBadRows(Refusal):
    """The file is not one of bad rows of this import."""


def begin_correction(
    run: ImportRun, files: Sequence[dict[str, str]], *, by: Actor, at: datetime
) -> ImportRun:
    """Begin an import of corrected rows. Raises NotTheBadRows when the columns are others."""
    if len(files) != 1:
        raise NotTheBadRows(_("Bring one file of corrected rows at a time."))
    (file,) = files
    upload, name = _whose(run, received_path(file["stored"]))
    _unquote(received_path(file["stored"]))
    data = for_corrected_files(read_data(run.recipe_text), [name])
    brought = [{"name": upload.name if "inputs" in data else file["name"], "stored": file["stored"]}]
    brought += _joined(run, set(data.get("inputs", {})) - {name})
    if "inputs" in data:
        data["inputs"][name]["file"] = _as_pattern(upload.name)
    title = _("%(name)s, corrected rows") % {"name": run.recipe_name[:180]}
    arguments = {"files": brought, "name": title, "recipe": text_of_data(data), "corrects_id": run.pk}
    made: ImportRun = commands.run("begin_import", arguments, by=by, at=at).value
    return made


def _whose(run: ImportRun, path: Path) -> tuple[Upload, str]:
    """Which file's rows these are: the one whose columns they have."""
    columns = set(open_source(Input("rows", (), Format()), path).columns) - set(ADDED)
    for given, upload in _by_input(run):
        if columns == set(open_source(given, path_of(upload)).columns):
            return upload, given.name
    raise NotTheBadRows(
        _(
            "These columns are not those of the bad rows. Correct the file that you downloaded here, and "
            "keep its columns."
        )
    )


def _by_input(run: ImportRun) -> list[tuple[Input, Upload]]:
    recipe = read_recipe(run.recipe_text)
    uploads = {path_of(one): one for one in run.uploads.order_by("pk")}
    names = {path: one.name for path, one in uploads.items()}
    return [(given, uploads[path]) for given, path in match_files(recipe, list(uploads), names)]


def _joined(run: ImportRun, names: set[str]) -> list[dict[str, str]]:
    """The files that the corrected rows are joined with, once more."""
    found = []
    for given, upload in _by_input(run):
        if given.name not in names:
            continue
        incoming = Incoming(upload.name)
        incoming.end()
        incoming.path.unlink()
        try:
            os.link(path_of(upload), incoming.path)
        except OSError:
            shutil.copyfile(path_of(upload), incoming.path)
        found.append({"name": upload.name, "stored": incoming.stored})
    return found


def _unquote(path: Path) -> None:
    """Take away the apostrophes that the download puts before what a spreadsheet would compute."""
    source = open_source(Input("rows", (), Format()), path)
    if source.text is None or source.kind not in ("csv", "tsv"):
        raise NotTheBadRows(
            _("Save the corrected rows as CSV, as they were downloaded, and bring that file.")
        )
    draft = folder() / f"{path.name}.draft"
    with draft.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="\t" if source.kind == "tsv" else ",")
        keep = [at for at, name in enumerate(source.columns) if name not in ADDED]
        writer.writerow([source.columns[at] for at in keep])
        for row in source.text.rows():
            if isinstance(row, Unread):
                raise NotTheBadRows(
                    _("Line %(line)s is no row: %(why)s") % {"line": row.line, "why": row.reason}
                )
            writer.writerow([_plain(row[1][at]) for at in keep])
    draft.replace(path)


def _plain(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and cell[1:2] in tuple("=+-@＝＋－＠") else cell


def _as_pattern(name: str) -> str:
    return "".join(f"[{one}]" if one in "*?[" else one for one in name)
