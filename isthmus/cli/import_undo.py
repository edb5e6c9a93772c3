"""`isthmus import --undo RUN`: take an import back, or say what that would do."""

from time import monotonic
from typing import TYPE_CHECKING

import click

from isthmus.cli.import_watching import Bars
from isthmus.cli.words import _

if TYPE_CHECKING:
    from isthmus.core.actors import Actor
    from isthmus.imports.undoing import UndoReport

_FATES = ("reversed", "kept", "failed")


def undo_run(run_id: int, by: "Actor", *, preview: bool) -> None:
    """Undo or preview, with a bar, and print what goes and what stays."""
    from isthmus.imports.undoing import preview_undo, undo_import

    began = monotonic()
    with Bars() as bars:
        report = preview_undo(run_id, by, bars) if preview else undo_import(run_id, by, bars)
    _print_counts(report)
    if preview:
        _print_samples(report)
        click.echo(_("Nothing was changed. Leave --preview out to do it."))
        return
    if report.kept_file is not None:
        click.echo(_("What stays, with reasons: %s") % report.kept_file)
    click.echo(_("Done in %.1f seconds.") % (monotonic() - began))


def _print_counts(report: "UndoReport") -> None:
    heads = (_("reversed"), _("kept"), _("failed"))
    click.echo(f"{'':<28}" + "".join(f"{head:>13}" for head in heads))
    for label, count in report.counts.items():
        name = label.rpartition(".")[2]
        click.echo(f"{name:<28}" + "".join(f"{count[fate]:>13,}" for fate in _FATES))


def _print_samples(report: "UndoReport") -> None:
    for sample in report.samples:
        if sample.fate != "reversed":
            name = sample.model.rpartition(".")[2]
            click.echo(f"  {name} {sample.number}  {sample.title}: {sample.reason}")
