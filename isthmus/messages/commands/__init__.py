"""Everything that writes mailboxes, mail and the words that it is written with."""

from isthmus.messages.commands.consent import (
    connect_mailbox,
    disconnect_mailbox,
    remove_oauth_client,
    save_oauth_client,
)
from isthmus.messages.commands.esps import send_through_esp, send_through_server
from isthmus.messages.commands.mailboxes import (
    add_mailbox,
    edit_mailbox,
    read_mailbox,
    remove_mailbox,
    switch_mailbox,
    try_mailbox,
)
from isthmus.messages.commands.outcomes import send_mail_again, settle_mail
from isthmus.messages.commands.threads import keep_thread_private
from isthmus.messages.commands.words import (
    archive_template,
    remove_snippet,
    save_signature,
    save_snippet,
    save_template,
)
from isthmus.messages.commands.writing import send_mail, take_back_mail

__all__ = [
    "add_mailbox",
    "archive_template",
    "connect_mailbox",
    "disconnect_mailbox",
    "edit_mailbox",
    "keep_thread_private",
    "read_mailbox",
    "remove_mailbox",
    "remove_oauth_client",
    "remove_snippet",
    "save_oauth_client",
    "save_signature",
    "save_snippet",
    "save_template",
    "send_mail",
    "send_mail_again",
    "send_through_esp",
    "send_through_server",
    "settle_mail",
    "switch_mailbox",
    "take_back_mail",
    "try_mailbox",
]
