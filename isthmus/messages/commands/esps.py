"""By which way a mailbox sends: the API of an e-mail service provider, or its own server again."""

from datetime import datetime
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.core.actors import Actor
from isthmus.core.commands import command
from isthmus.messages.commands.mailboxes import EDIT, Esp, MailboxStands, locked_mailbox, record_mailbox
from isthmus.messages.esps.keeping import forget_esp, set_esp
from isthmus.messages.models import Mailbox

Region = Literal["", "eu"]


@command(permission=EDIT, label=gettext_lazy("Send a mailbox's mail through a provider"))
def send_through_esp(
    *,
    mailbox_id: int,
    esp: Esp,
    by: Actor,
    at: datetime,
    api_key: str = "",
    esp_region: Region = "",
    signing_key: str = "",
) -> Mailbox:
    """Have a mailbox send by the API of an e-mail service provider, instead of by its server.

    Keys are sealed and shown to nobody; those left out stay as they are. Give the provider the address on the
    mailbox's page: by it you hear what was delivered, came back, or was called spam.
    """
    row = locked_mailbox(mailbox_id, by)
    set_esp(row, {"esp": esp, "api_key": api_key, "esp_region": esp_region, "signing_key": signing_key})
    row.save()
    record_mailbox("mailbox.changed", row, by, at)
    return row


@command(permission=EDIT, label=gettext_lazy("Send a mailbox's mail by its server again"))
def send_through_server(*, mailbox_id: int, by: Actor, at: datetime) -> Mailbox:
    """Send by the mailbox's own server again. The provider's key is forgotten; it is heard no more."""
    row = locked_mailbox(mailbox_id, by)
    if not row.esp:
        raise MailboxStands(_("The mailbox sends by its own server already."))
    forget_esp(row)
    row.save()
    record_mailbox("mailbox.changed", row, by, at)
    return row
