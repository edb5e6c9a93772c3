"""As what providers know this installation, and letting it into mailboxes there."""

import re
from datetime import datetime
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.core import queue
from isthmus.core.actors import Actor
from isthmus.core.commands import command
from isthmus.core.refusals import InvalidInput, NotFound
from isthmus.core.safekeeping import seal
from isthmus.ledger.facts import Fact
from isthmus.messages.commands.mailboxes import (
    EDIT,
    MailboxStands,
    locked_mailbox,
    queue_revoking,
    record_mailbox,
)
from isthmus.messages.credentials import sealed_tokens
from isthmus.messages.models import Mailbox, OAuthClient
from isthmus.messages.oauth import PURPOSE

OAuthProvider = Literal["google", "microsoft"]
_TENANT = re.compile(r"[A-Za-z0-9.-]{1,100}")


@command(permission="settings.edit", label=gettext_lazy("Register this installation with a mail provider"))
def save_oauth_client(
    *,
    provider: OAuthProvider,
    client_id: str,
    by: Actor,
    at: datetime,
    client_secret: str = "",
    tenant: str = "",
) -> OAuthClient:
    """Keep what a provider gave for this installation; mailboxes there are connected by a button then.

    The secret is sealed and shown to nobody; left out, the one that is kept stays. The tenant is a company's
    own part of Microsoft, where the registration is for that company alone.
    """
    row = OAuthClient.objects.select_for_update().filter(provider=provider).first() or OAuthClient(
        provider=provider
    )
    row.client_id, row.tenant, row.set_at = client_id.strip()[:254], tenant.strip(), at
    if not row.client_id:
        raise InvalidInput({"client_id": _("Paste the client id from the provider’s page.")})
    if row.tenant and (provider != "microsoft" or not _TENANT.fullmatch(row.tenant)):
        raise InvalidInput({"tenant": _("Only Microsoft has tenants: a domain, or the id from its page.")})
    if client_secret.strip():
        row.secret = seal(client_secret.strip(), purpose=PURPOSE)
    if not row.secret:
        raise InvalidInput({"client_secret": _("Paste the client secret from the provider’s page.")})
    row.save()
    _record_client("oauth_client.saved", row, by, at)
    return row


@command(permission="settings.edit", label=gettext_lazy("Forget this installation's registration"))
def remove_oauth_client(*, provider: OAuthProvider, by: Actor, at: datetime) -> OAuthClient:
    """Forget what a provider gave for this installation: mailboxes that were connected by it stop working."""
    row = OAuthClient.objects.select_for_update().filter(provider=provider).first()
    if row is None:
        raise NotFound(_("This installation is not registered there."))
    number = row.pk
    row.delete()
    row.pk = number  # What is told of it names it.
    _record_client("oauth_client.removed", row, by, at)
    return row


@command(permission=EDIT, label=gettext_lazy("Connect a mailbox at its provider"))
def connect_mailbox(*, mailbox_id: int, refresh_token: str, by: Actor, at: datetime) -> Mailbox:
    """Keep the token by which a provider lets this installation into a mailbox; both servers are tried."""
    row = _of_a_provider(mailbox_id, by)
    if not refresh_token.strip():
        raise InvalidInput({"refresh_token": _("The provider gave no token. Connect again.")})
    row.secret, row.trying = sealed_tokens({"refresh_token": refresh_token.strip()}), True
    row.send_error = row.sync_error = ""
    row.failing_since = None
    row.save()
    queue.enqueue("messages.try", {"mailbox_id": row.pk}, key=f"try-mailbox:{row.pk}:{at.isoformat()}")
    record_mailbox("mailbox.connected", row, by, at)
    return row


@command(permission=EDIT, label=gettext_lazy("Disconnect a mailbox at its provider"))
def disconnect_mailbox(*, mailbox_id: int, by: Actor, at: datetime) -> Mailbox:
    """Forget the token of a mailbox and have its provider do so. Nothing is sent or read until it is anew."""
    row = _of_a_provider(mailbox_id, by)
    if not row.secret:
        raise MailboxStands(_("The mailbox is not connected."))
    queue_revoking(row, at)
    row.secret = ""
    row.save(update_fields=["secret"])
    record_mailbox("mailbox.disconnected", row, by, at)
    return row


def _of_a_provider(mailbox_id: int, by: Actor) -> Mailbox:
    row = locked_mailbox(mailbox_id, by)
    if row.auth == Mailbox.Auth.PASSWORD:
        raise MailboxStands(_("This mailbox is signed in to with a password. Change that instead."))
    return row


def _record_client(kind: str, row: OAuthClient, by: Actor, at: datetime) -> None:
    ledger.record(Fact(kind=kind, at=at, props={"provider": row.provider}), by=by)
