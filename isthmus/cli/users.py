"""`isthmus users`: who works here, and ways in for them."""

import click

from isthmus.cli.words import _
from isthmus.core.actors import SYSTEM
from isthmus.core.clock import now


@click.group(help=_("List, invite and sign in the people who work here."))
def users() -> None:
    """The group of acts on users."""


@users.command("list", help=_("List the users, with role and team."))
def list_users() -> None:
    """Print one line for each user."""
    from isthmus.workspace.models import User

    for user in User.objects.select_related("team").order_by("name"):
        state = "" if user.is_active else _("closed")
        click.echo(f"{user.email:<36}{user.get_role_display():<16}{user.team or ''!s:<20}{state}")


@users.command("add", help=_("Add a user; they come in by the link that this prints."))
@click.argument("email")
@click.option("--name", required=True, help=_("Their name."))
@click.option(
    "--role",
    required=True,
    type=click.Choice(["admin", "marketer", "seller", "manager", "analyst"]),
    help=_("What they do here."),
)
def add(email: str, name: str, role: str) -> None:
    """Add a user and print their first link."""
    from isthmus.workspace.commands import add_user

    add_user(email=email, name=name, role=role, by=SYSTEM, at=now())  # type: ignore[arg-type]
    _print_link(email)


@users.command("link", help=_("Print a link that signs a user in once, within a day."))
@click.argument("email")
def link(email: str) -> None:
    """Print a one-time sign-in link."""
    _print_link(email)


def _print_link(email: str) -> None:
    from django.conf import settings
    from django.utils.translation import gettext

    from isthmus.core.refusals import NotFound
    from isthmus.workspace.commands import make_sign_in_link
    from isthmus.workspace.models import User

    user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if user is None:
        raise NotFound(gettext("Nobody here has the address %(email)s.") % {"email": email})
    token = make_sign_in_link(user=user, at=now(), is_local=True)
    base = settings.PUBLIC_URL or "http://127.0.0.1:8000"
    click.echo(f"{base}/sign-in/link/{token}/")
