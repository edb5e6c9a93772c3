"""`isthmus doctor`: is everything at work, and is what must always be true still true?"""

import json
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass

import click

from isthmus.cli.options import format_option
from isthmus.cli.words import _
from isthmus.core.clock import now


@dataclass(frozen=True)
class Finding:
    """One check and what is wrong, in sentences; nothing wrong: it is well."""

    check: str
    wrong: list[str]


@click.command(
    help=_(
        "Check that everything is at work: database, worker, queue.\n\n"
        "With --invariants, also that what must always be true is true: every lead is in one state and the "
        "ledger tells the same (I1), no committed fact is missing or doubled (I2), money in the tables is "
        "money in the ledger (I4), every sealed file is what was sealed (I5). Exit 1 when something is wrong."
    )
)
@click.option("--invariants", is_flag=True, help=_("Also check what must always be true; reads everything."))
@format_option("table", "json")
def doctor(invariants: bool, form: str) -> None:
    """Run the checks one after the other and say how each went."""
    checks = {_("Queue"): _queue, _("Worker"): _worker} | (_invariants() if invariants else {})
    found = []
    for name, check in checks.items():
        finding = Finding(name, check())
        found.append(finding)
        if form == "table":
            _print(finding)
    if form == "json":
        click.echo(json.dumps([asdict(finding) for finding in found], ensure_ascii=False, indent=2))
    sys.exit(any(finding.wrong for finding in found))


def _invariants() -> dict[str, Callable[[], list[str]]]:
    from isthmus.leads import invariants as leads
    from isthmus.ledger import invariants as ledger
    from isthmus.sales import invariants as sales

    return {
        _("I1 leads"): leads.check,
        _("I2 facts"): ledger.check_facts,
        _("I4 money"): sales.check,
        _("I5 ledger files"): lambda: ledger.check_files(now()),
    }


def _queue() -> list[str]:
    from isthmus.core.queue import queries

    failed = queries.health(now()).dead
    if not failed:
        return []
    return [_("%d jobs failed for good. See `isthmus jobs list --state dead`.") % failed]


def _worker() -> list[str]:
    from isthmus.core.queue import queries

    if queries.living_workers(now()).exists():
        return []
    return [_("No worker is running, so nothing is sealed or sent. Start it with `isthmus serve`.")]


def _print(finding: Finding) -> None:
    click.echo(f"{finding.check:<18}{_('wrong') if finding.wrong else _('well')}")
    for sentence in finding.wrong:
        click.echo(f"  {sentence}")
