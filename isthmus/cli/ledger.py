"""`isthmus ledger`: how much the ledger holds, sealing it now, and checking that its files are whole."""

from typing import TYPE_CHECKING

import click

from isthmus.cli.options import format_option
from isthmus.cli.words import _

if TYPE_CHECKING:
    from rich.progress import Progress

_WAIT_SECONDS = 60.0


@click.group(
    help=_(
        "Look after the ledger, which holds all that ever happened.\n\n"
        "New facts wait in the database's inbox; sealing moves them into files that never change."
    )
)
def ledger() -> None:
    """Choose what to do with the ledger."""


@ledger.command(help=_("Show how much the ledger holds and how far it is sealed."))
@format_option("table", "json")
def status(form: str) -> None:
    """Print the state of the ledger."""
    from isthmus.ledger.verifying import status as ledger_status

    found = ledger_status()
    if form == "json":
        _print_json(found)
        return
    lines = [
        (_("Facts sealed"), f"{found.sealed_facts:,}"),
        (_("Facts waiting in the inbox"), f"{found.inbox_facts:,}"),
        (_("Files"), f"{found.files:,} ({_size(found.bytes)})"),
        (_("Units"), f"{found.units:,}"),
        (_("Last sealed"), _moment(found.last_sealed_at)),
        (_("Every file verified since"), _moment(found.oldest_verified_at)),
    ]
    width = max(len(label) for label, _value in lines)
    for label, value in lines:
        click.echo(f"{label.ljust(width)}  {value}")


@ledger.command(help=_("Seal the waiting facts now instead of within ten seconds."))
def seal() -> None:
    """Seal the inbox and say what was done."""
    from isthmus.ledger.models import InboxFact
    from isthmus.ledger.sealing import Sealed
    from isthmus.ledger.sealing import seal as seal_inbox

    with _bar() as bar:
        task = bar.add_task(_("Sealing"), total=InboxFact.objects.count())

        def advance(unit: Sealed) -> None:
            bar.advance(task, unit.rows + unit.duplicates)

        units = seal_inbox(wait=_WAIT_SECONDS, after_unit=advance)
    if not units:
        click.echo(_("Nothing was waiting: every fact is sealed."))
        return
    numbers = {"facts": f"{sum(unit.rows for unit in units):,}", "files": sum(unit.files for unit in units)}
    click.echo(_("Sealed %(facts)s facts into %(files)d files.") % numbers)
    if duplicates := sum(unit.duplicates for unit in units):
        click.echo(_("%d facts were sealed already and were not sealed twice.") % duplicates)


@ledger.command(help=_("Compare every sealed file with what was sealed; exit 1 when one is damaged."))
@format_option("table", "json")
def verify(form: str) -> None:
    """Hash all files, with a bar, and name what is damaged."""
    from isthmus.core.clock import now
    from isthmus.ledger.manifest import CurrentFile, current_files
    from isthmus.ledger.verifying import verify as verify_files

    with _bar() as bar:
        task = bar.add_task(_("Verifying"), total=sum(file.size for file in current_files()) or 1)

        def advance(file: CurrentFile) -> None:
            bar.advance(task, file.size)

        found = verify_files(at=now(), after_file=advance)
    if form == "json":
        _print_json(found)
    elif not found.damages:
        done = {"files": found.files, "size": _size(found.bytes)}
        click.echo(_("All %(files)d files (%(size)s) are what was sealed.") % done)
    else:
        for damage in found.damages:
            click.echo(_("Damaged: %(path)s: %(problem)s.") % vars(damage), err=True)
        click.echo(
            _("No figure is shown while a file is damaged. Put it back from a backup, then verify again."),
            err=True,
        )
    if found.damages:
        raise SystemExit(1)


def _bar() -> "Progress":
    """A progress bar on the error stream, so that the answer can be piped."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )


def _size(number: int) -> str:
    from django.template.defaultfilters import filesizeformat

    return filesizeformat(number).replace("\xa0", " ")


def _moment(at: object) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else _("never")


def _print_json(found: object) -> None:
    import msgspec

    click.echo(msgspec.json.encode(found).decode())
