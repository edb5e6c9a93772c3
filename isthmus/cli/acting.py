"""As whom the command line acts: `--as EMAIL`, or the only administrator."""

from typing import TYPE_CHECKING

import click

from isthmus.cli.words import _

if TYPE_CHECKING:
    from isthmus.core.actors import Actor
    from isthmus.workspace.models import User

as_option = click.option(
    "--as",
    "as_email",
    metavar="EMAIL",
    envvar="ISTHMUS_AS",
    help=_("Act as this user, with their rights. Otherwise as the only administrator."),
)


def actor_named(email: str | None) -> "Actor":
    """The actor with the user's rights. Raises Refusal when it is not clear who that is."""
    from isthmus.workspace.actors import actor_for

    return actor_for(user_named(email) if email else _only_administrator())


def user_named(email: str) -> "User":
    """The user with that address who may still sign in. Raises NotFound."""
    from isthmus.core.refusals import NotFound
    from isthmus.workspace.models import User

    user = User.objects.filter(email__iexact=email.strip(), is_active=True).first()
    if user is None:
        raise NotFound(_("Nobody with the address %s works here. See `isthmus users list`.") % email)
    return user


def _only_administrator() -> "User":
    from isthmus.core.refusals import InvalidInput
    from isthmus.workspace.models import User

    administrators = list(User.objects.filter(role="admin", is_active=True)[:6])
    if len(administrators) == 1:
        return administrators[0]
    if not administrators:
        sentence = _("There is no administrator yet. Set up your company with `isthmus init`.")
    else:
        names = ", ".join(user.email for user in administrators)
        sentence = _("There are several administrators: %s. Say as whom with --as EMAIL.") % names
    raise InvalidInput({"as": sentence})
