"""`isthmus import RECIPE FILE…`: bring files in, with a bar, and say what came of it."""

import dataclasses
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import click

from isthmus.cli.acting import actor_named, as_option
from isthmus.cli.words import _

if TYPE_CHECKING:
    from isthmus.core.actors import Actor
    from isthmus.imports.recipe import Recipe
    from isthmus.imports.runner import Report

_path = click.Path(dir_okay=False, path_type=Path)


@click.command(
    "import",
    help=_(
        "Bring in FILES by a RECIPE: leads, deals, orders, any fact, from CSV, TSV, Excel or Parquet.\n\n"
        "The recipe is a TOML file that says what a row is and which columns make which fields; see "
        "docs/importing.md and examples/recipes. An import that was cut off goes on where it was when the "
        "same command is given again, and rows that are here already are left as they are."
    ),
)
@click.argument("recipe", type=_path)
@click.argument("files", type=_path, nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--dry-run", is_flag=True, help=_("Only count what would be new, known or refused; keep nothing.")
)
@as_option
@click.option(
    "--bad-rows",
    type=_path,
    metavar="PATH",
    help=_("Where rows that did not come in are written, with reasons."),
)
@click.option(
    "--restart", is_flag=True, help=_("Begin anew instead of going on with an import that was cut off.")
)
def import_command(
    recipe: Path,
    files: tuple[Path, ...],
    dry_run: bool,
    as_email: str | None,
    bad_rows: Path | None,
    restart: bool,
) -> None:
    """Read the recipe, make the plan, run it, print the counts."""
    from isthmus.core.clock import now
    from isthmus.imports.planning import make_plan
    from isthmus.imports.recipe import read_recipe
    from isthmus.imports.running import rehearse, run_import

    known = read_recipe(_text_of(recipe))
    _make_database(known)
    plan = make_plan(known, files)
    by = _importer(as_email)
    began = monotonic()
    with Bars() as bars:
        if dry_run:
            report = rehearse(plan, by=by, watcher=bars, at=now())
        else:
            report = run_import(plan, by=by, watcher=bars, bad_rows=bad_rows, restart=restart)
    _print(report, dry_run, monotonic() - began)


def _text_of(path: Path) -> str:
    if not path.is_file():
        raise click.ClickException(_("There is no recipe %s.") % path)
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        raise click.ClickException(_("%s is not a recipe: it is not text in UTF-8.") % path) from None


def _make_database(recipe: "Recipe") -> None:
    """A recipe that says what the company is can begin one: one command from an empty folder."""
    from django.core.management import call_command
    from django.db import connection

    if recipe.company and not connection.introspection.table_names():
        call_command("migrate", verbosity=0, interactive=False)


def _importer(as_email: str | None) -> "Actor":
    from isthmus.core.actors import Actor
    from isthmus.workspace.models import User

    if as_email is None and not User.objects.filter(role="admin", is_active=True).exists():
        # Nobody has been let in yet; whoever holds the data folder begins the company.
        return Actor(kind="import", unlimited=True)
    return dataclasses.replace(actor_named(as_email), kind="import")


class Bars:
    """A bar for each part of an import on a terminal; a line for each where there is none."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        self._console = Console(stderr=True, highlight=False)
        self._progress = Progress(
            TextColumn("{task.description:<28}"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            console=self._console,
            disable=not self._console.is_terminal,
        )
        self._task: Any = None
        self._title, self._total, self._rows, self._began = "", None, 0, 0.0  # type: tuple[str, int | None, int, float]

    def __enter__(self) -> "Bars":
        self._progress.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._close_phase()
        self._progress.stop()

    def phase(self, title: str, total: int | None, done: int = 0) -> None:
        """Begin the bar of a part."""
        self._close_phase()
        self._title, self._total, self._rows, self._began = title, total, 0, monotonic()
        whole = None if total is None else total + done
        self._task = self._progress.add_task(title, total=whole, completed=done, rate="")

    def advance(self, rows: int) -> None:
        """Move the bar."""
        self._rows += rows
        self._progress.update(self._task, advance=rows, rate=_rate(self._rows, monotonic() - self._began))

    def say(self, sentence: str) -> None:
        """Print a notice above the bars."""
        self._console.print(sentence, markup=False, soft_wrap=True)

    def _close_phase(self) -> None:
        if self._task is None:
            return
        if self._total is None:
            self._progress.update(self._task, total=self._rows, completed=self._rows)
        if not self._console.is_terminal:
            seconds = monotonic() - self._began
            rate = _rate(self._rows, seconds)
            line = f"{self._title:<36}{self._rows:>10,} {_('rows')}  {seconds:>6.1f} s  {rate}"
            self._console.print(line, markup=False, soft_wrap=True)
        self._task = None


def _rate(rows: int, seconds: float) -> str:
    return _("%s rows/s") % f"{rows / seconds:,.0f}" if seconds > 0.05 else ""


def _print(report: "Report", dry_run: bool, seconds: float) -> None:
    if report.resumed:
        click.echo(_("Went on with an import that was cut off; the counts are of the whole of it."))
    heads = (_("new"), _("known"), _("refused"), _("in part"), _("passed over"))
    click.echo(f"{'':<28}" + "".join(f"{head:>13}" for head in heads))
    for title, count in report.counts.items():
        numbers = (count[name] for name in ("new", "matched", "refused", "partial", "passed_over"))
        click.echo(f"{title:<28}" + "".join(f"{number:>13,}" for number in numbers))
    for name, lines in report.unread.items():
        click.echo(_("%(count)s lines of %(name)s are no rows.") % {"count": f"{lines:,}", "name": name})
    for path in report.bad_files.values():
        click.echo(_("Rows that did not come in, with reasons: %s") % path)
    if dry_run:
        click.echo(_("This was a rehearsal (%.1f s): nothing was kept.") % seconds)
    else:
        click.echo(_("Done in %.1f seconds.") % seconds)
