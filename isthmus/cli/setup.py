"""`isthmus init` and `isthmus migrate`: from an empty folder to a company that somebody can enter."""

from datetime import datetime
from typing import TYPE_CHECKING

import click

from isthmus.cli.links import sign_in_address
from isthmus.cli.words import _
from isthmus.core.actors import SYSTEM
from isthmus.core.clock import now
from isthmus.core.refusals import Refusal
from isthmus.core.tables import bring_up_to_date, waiting_changes

if TYPE_CHECKING:
    from isthmus.workspace.models import User


class CompanyExists(Refusal):
    """The data folder holds a company already."""


@click.command(
    help=_(
        "Set up your company: its database, its first administrator, a first pipeline.\n\n"
        "What you do not give is asked. Afterwards `isthmus serve` starts it."
    )
)
@click.option("--name", prompt=_("Your company's name"), help=_("What the company is called."))
@click.option(
    "--currency",
    prompt=_("The currency that you report in"),
    default="EUR",
    show_default=True,
    help=_("The currency that figures are told in, like EUR. It cannot change later."),
)
@click.option(
    "--time-zone",
    prompt=_("The time zone that your days begin in"),
    default="UTC",
    show_default=True,
    help=_("The zone that days, weeks and months begin in, like Europe/Stockholm."),
)
@click.option(
    "--admin",
    prompt=_("Your own e-mail address"),
    metavar="EMAIL",
    help=_("The first administrator's address."),
)
@click.option("--admin-name", default="", metavar="NAME", help=_("The first administrator's name."))
def init(name: str, currency: str, time_zone: str, admin: str, admin_name: str) -> None:
    """Make the company; either all of it is there afterwards, or nothing."""
    from django.db import transaction

    from isthmus.workspace.models import Company

    bring_up_to_date()
    if company := Company.objects.filter(pk=1).first():
        raise CompanyExists(
            _("This folder holds %s already. Choose another with --home, or start it with `isthmus serve`.")
            % company.name
        )
    with transaction.atomic():
        at = now()
        _found_company(name, currency, time_zone, at)
        user = _add_admin(admin, admin_name, at)
        link = sign_in_address(user, at=at)
    click.echo(_("%s is set up. Start it with:") % name)
    click.echo("  isthmus serve")
    click.echo(_("Then sign in by this link. It works once, within a day:"))
    click.echo("  " + link)


def _found_company(name: str, currency: str, time_zone: str, at: datetime) -> None:
    from isthmus.sales.commands import add_pipeline
    from isthmus.workspace.commands import update_company

    update_company(name=name, base_currency=currency, time_zone=time_zone, by=SYSTEM, at=at)
    stages = [_("Discovery"), _("Proposal"), _("Negotiation")]
    add_pipeline(name=_("Sales"), stages=[{"name": stage} for stage in stages], by=SYSTEM, at=at)


def _add_admin(email: str, name: str, at: datetime) -> "User":
    from isthmus.workspace.commands import add_user

    return add_user(email=email, name=name or email.partition("@")[0], role="admin", by=SYSTEM, at=at)


@click.command(help=_("Bring the database to this version of the program. Safe to run again."))
@click.option("--check", is_flag=True, help=_("Change nothing; exit 1 when something is waiting."))
def migrate(check: bool) -> None:
    """Apply what is waiting."""
    waiting = waiting_changes()
    for change in waiting:
        click.echo((_("Waiting: %s") if check else _("Applying: %s")) % change)
    if not waiting:
        click.echo(_("The database is up to date."))
    elif check:
        raise SystemExit(1)
    else:
        bring_up_to_date()
