"""`isthmus keys`: keys for programs that use the API."""

import json

import click

from isthmus.cli.acting import actor_named, as_option
from isthmus.cli.words import _


@click.group(help=_("Keys for programs that use the API: make, list, revoke."))
def keys() -> None:
    """The group; its commands do the work."""


@keys.command(help=_("Make a key. It is printed once and kept only as a hash."))
@click.option("--user", "email", required=True, metavar="EMAIL", help=_("Whose rights the key has."))
@click.option("--label", required=True, help=_("What the key is for."))
@click.option(
    "--permission",
    "permissions",
    multiple=True,
    metavar="RIGHT",
    help=_("A right the key has; repeat for more. Without any, it has all of its user's."),
)
@click.option(
    "--days", type=click.IntRange(1, 3650), help=_("Days until the key ends. Without, it never ends.")
)
@as_option
@click.option("--json", "as_json", is_flag=True, help=_("Print JSON."))
def create(
    email: str,
    label: str,
    permissions: tuple[str, ...],
    days: int | None,
    as_email: str | None,
    as_json: bool,
) -> None:
    """Make a key and print it."""
    from isthmus.core import clock
    from isthmus.workspace.commands import create_api_key

    issued = create_api_key(
        user_id=_user_id(email),
        label=label,
        permissions=list(permissions) or None,
        days=days,
        by=actor_named(as_email),
        at=clock.now(),
    )
    if as_json:
        click.echo(json.dumps({"id": issued.pk, "prefix": issued.row.prefix, "token": issued.token}))
        return
    click.echo(issued.token)
    click.echo(
        _("Keep it now: it is not shown again. Revoke it with `isthmus keys revoke %s`.") % issued.row.prefix,
        err=True,
    )


@keys.command("list", help=_("List the keys, the newest first."))
@click.option("--json", "as_json", is_flag=True, help=_("Print JSON."))
def list_keys(as_json: bool) -> None:
    """Print every key without its secret."""
    from isthmus.core import clock
    from isthmus.workspace.models import ApiKey

    now = clock.now()
    rows = [
        {
            "prefix": key.prefix,
            "label": key.label,
            "user": key.user.email,
            "state": "valid" if key.is_valid(now) else "revoked" if key.revoked_at else "ended",
            "permissions": key.permissions,
            "expires_at": key.expires_at.isoformat() if key.expires_at else None,
            "last_used_at": key.last_used_at.isoformat() if key.last_used_at else None,
        }
        for key in ApiKey.objects.select_related("user").order_by("-created_at", "-pk")
    ]
    if as_json:
        return click.echo(json.dumps(rows))
    if not rows:
        return click.echo(_("There are no keys. Make one with `isthmus keys create`."))
    for row in rows:
        rights = ", ".join(row["permissions"]) or _("all rights")
        used = _("last used %s") % row["last_used_at"] if row["last_used_at"] else _("never used")
        click.echo(f"{row['prefix']}  {row['state']:<8} {row['user']}  {row['label']}  ({rights}; {used})")
    return None


@keys.command(help=_("End a key at once, by the eight letters of its prefix."))
@click.argument("prefix")
@as_option
def revoke(prefix: str, as_email: str | None) -> None:
    """Revoke the key with that prefix."""
    from isthmus.core import clock
    from isthmus.core.refusals import NotFound
    from isthmus.workspace.commands import revoke_api_key
    from isthmus.workspace.models import ApiKey

    key = ApiKey.objects.filter(prefix=prefix, revoked_at=None).first()
    if key is None:
        raise NotFound(_("There is no valid key that begins with ism_%s. See `isthmus keys list`.") % prefix)
    revoke_api_key(key_id=key.pk, by=actor_named(as_email), at=clock.now())
    click.echo(_("The key %s opens nothing any more.") % prefix)


def _user_id(email: str) -> int:
    from isthmus.cli.acting import user_named

    return int(user_named(email).pk)
