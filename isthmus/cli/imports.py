"""`isthmus import RECIPE FILE…`: bring files in, with a bar, and say what came of it."""

import dataclasses
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import click

from isthmus.cli.acting import actor_named, as_option
from isthmus.cli.import_undo import undo_run
from isthmus.cli.import_watching import Bars
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
        "docs/importing.md and examples/recipes. For the exports of other CRMs write hubspot, pipedrive, "
        "salesforce or opportunities instead of a file. An import that was cut off goes on where it was when "
        "the same command is given again, and rows that are here already are left as they are.\n\n"
        "With --undo RUN and no files an import is taken back; what was worked on since stays."
    ),
)
@click.argument("recipe", type=_path, required=False)
@click.argument("files", type=_path, nargs=-1, metavar="[FILE...]")
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
@click.option(
    "--automations",
    metavar="none|all|NAME,…",
    help=_("What the import may set off: nothing (as usual), everything, or what you name. See --dry-run."),
)
@click.option(
    "--same",
    multiple=True,
    metavar='"NAME = NAME"',
    help=_("Take a name in the files for another: --same “GTXPro = GTX Pro”. May be given several times."),
)
@click.option("--undo", type=int, metavar="RUN", help=_("Take the import of this number back."))
@click.option("--preview", is_flag=True, help=_("With --undo: only say what would go and what would stay."))
def import_command(
    recipe: Path | None,
    files: tuple[Path, ...],
    dry_run: bool,
    as_email: str | None,
    bad_rows: Path | None,
    restart: bool,
    automations: str | None,
    same: tuple[str, ...],
    undo: int | None,
    preview: bool,
) -> None:
    """Read the recipe, make the plan, run it, print the counts; or take an import back."""
    if undo is not None:
        if recipe is not None:
            raise click.UsageError(_("--undo takes the number of an import and no files."))
        undo_run(undo, _importer(as_email), preview=preview)
        return
    if preview:
        raise click.UsageError(_("--preview goes with --undo. To try an import, use --dry-run."))
    if recipe is None or not files:
        raise click.UsageError(_("Give a recipe and at least one file."))
    from isthmus.core.automations import read_choice
    from isthmus.core.clock import now
    from isthmus.imports.alike import alike, joined, said
    from isthmus.imports.editing import read_data, text_of_data
    from isthmus.imports.planning import make_plan
    from isthmus.imports.recipe import read_recipe
    from isthmus.imports.running import rehearse, run_import

    known = read_recipe(_text_of(recipe))
    _make_database(known)
    plan = make_plan(known, files)
    if same:
        text = text_of_data(joined(read_data(known.text), said(same, plan)))
        plan = make_plan(read_recipe(text), files)
    for note in plan.recipe.notes:
        click.echo(f"- {note}")
    for one in alike(plan):
        click.echo(_("%(question)s If so: --same “%(word)s = %(like)s”") % {
            "question": one.sentence, "word": one.word, "like": one.like,
        })  # fmt: skip
    by = _importer(as_email)
    choice = read_choice(automations.split(",")) if automations is not None else None
    began = monotonic()
    with Bars() as bars:
        if dry_run:
            report = rehearse(plan, by=by, watcher=bars, at=now())
        else:
            report = run_import(plan, by=by, watcher=bars, bad_rows=bad_rows, restart=restart, choice=choice)
    _print(report, dry_run, monotonic() - began)


def _text_of(path: Path) -> str:
    from isthmus.imports.shipped import shipped_recipe

    if not path.is_file() and (shipped := shipped_recipe(str(path))) is not None:
        return shipped.text
    if not path.is_file():
        raise click.ClickException(_("There is no recipe %s.") % path)
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        raise click.ClickException(_("%s is not a recipe: it is not text in UTF-8.") % path) from None


def _make_database(recipe: "Recipe") -> None:
    """A recipe that says what the company is can begin one: one command from an empty folder."""
    from django.db import connection

    from isthmus.core.tables import bring_up_to_date

    if recipe.company and not connection.introspection.table_names():
        bring_up_to_date()


def _importer(as_email: str | None) -> "Actor":
    from isthmus.core.actors import Actor
    from isthmus.workspace.models import User

    if as_email is None and not User.objects.filter(role="admin", is_active=True).exists():
        # Nobody has been let in yet; whoever holds the data folder begins the company.
        return Actor(kind="import", unlimited=True)
    return dataclasses.replace(actor_named(as_email), kind="import")


def _print_ahead(report: "Report") -> None:
    """What --automations could set off, by the name that it takes."""
    from isthmus.imports.automations import foreseen

    for one, counts in foreseen(report.ahead):
        said = str(one.off_because) if one.off_because else one.say(counts)
        click.echo(f"--automations {one.name:<18}{one.label}: {said}")


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
    for label, said in report.set_off:
        click.echo(_("Set off: %(what)s: %(count)s") % {"what": label, "count": said})
    if dry_run:
        if report.invited:
            click.echo(_("Would be invited by mail: %s") % ", ".join(report.invited))
        _print_ahead(report)
        click.echo(_("This was a rehearsal (%.1f s): nothing was kept.") % seconds)
    else:
        click.echo(_("Done in %.1f seconds.") % seconds)
        click.echo(_("To take it back: isthmus import --undo %d --preview") % report.run_id)
