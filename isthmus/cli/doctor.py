"""`isthmus doctor`: is everything at work, and is what must always be true still true?"""

import json
import sys
from dataclasses import asdict, dataclass

import click

from isthmus.cli.options import format_option
from isthmus.cli.words import _


@dataclass(frozen=True)
class Finding:
    """One check and what is wrong, in sentences; nothing wrong: it is well."""

    check: str
    wrong: list[str]


@click.command(
    help=_(
        "Check that everything is at work: database, tables, disk, ledger files, inbox, "
        "worker, queue, keys, clock; each "
        "finding comes with its remedy.\n\n"
        "With --invariants, also that what must always be true is true: every lead is in one state and the "
        "ledger tells the same (I1), no committed fact is missing or doubled, every "
        "event that was acknowledged is a fact, a repeat or in quarantine (I2), every mail that was queued "
        "is sent, failed, suppressed, waiting or of unknown outcome (I3), money in the tables is "
        "money in the ledger (I4), nothing hangs on a record that was merged away, every sealed file is what "
        "was sealed (I5). Exit 1 when something is wrong."
    )
)
@click.option("--invariants", is_flag=True, help=_("Also check what must always be true; reads everything."))
@format_option("table", "json")
def doctor(invariants: bool, form: str) -> None:
    """Run the checks one after the other and say how each went."""
    from isthmus.upkeep.checks import doctor_checks, invariant_checks

    checks = [*doctor_checks(), *(invariant_checks() if invariants else [])]
    found = []
    for check in checks:
        finding = Finding(str(check.label), check.wrong())
        found.append(finding)
        if form == "table":
            _print(finding)
    if form == "json":
        click.echo(json.dumps([asdict(finding) for finding in found], ensure_ascii=False, indent=2))
    sys.exit(any(finding.wrong for finding in found))


def _print(finding: Finding) -> None:
    click.echo(f"{finding.check:<18}{_('wrong') if finding.wrong else _('well')}")
    for sentence in finding.wrong:
        click.echo(f"  {sentence}")
