"""Mailboxes, mail and its words, in JSON."""

from datetime import datetime

from isthmus.api.shapes.base import Shape, shape_of
from isthmus.messages.models import (
    Mailbox,
    Message,
    OAuthClient,
    Recipient,
    Signature,
    Snippet,
    Template,
    Thread,
)


@shape_of(Mailbox, "mailbox")
class MailboxShape(Shape):
    """A mailbox; its password is never shown."""

    id: int
    owner_id: int | None
    team_id: int | None
    address: str
    name: str
    privacy: str
    smtp_host: str
    smtp_port: int
    smtp_security: str
    imap_host: str
    imap_port: int
    imap_security: str
    auth: str
    login: str
    esp: str
    undo_seconds: int
    history_days: int
    makes_leads: bool
    on: bool
    synced_at: datetime | None
    sync_error: str
    send_error: str


@shape_of(OAuthClient, "oauth_client", reader="settings.edit")
class OAuthClientShape(Shape):
    """As what a provider of mailboxes knows this installation; its secret is never shown."""

    id: int
    provider: str
    client_id: str
    tenant: str
    set_at: datetime


@shape_of(Message, "mail")
class MessageShape(Shape):
    """A mail, to those who may read it in full."""

    id: int
    direction: str
    thread_id: int
    answers_id: int | None
    subject: str
    text: str
    at: datetime
    person_id: int | None
    account_id: int | None
    lead_id: int | None
    deal_id: int | None
    mailbox_id: int | None
    author_id: int | None
    automatic: bool
    bounce: bool
    queued: int
    taken_back_at: datetime | None


@shape_of(Recipient, "recipient", reader="mail.send")
class RecipientShape(Shape):
    """One recipient of a mail and how it went."""

    id: int
    message_id: int
    address: str
    person_id: int | None
    state: str
    tries: int
    next_at: datetime | None
    said: str
    settled_at: datetime | None
    bounced_at: datetime | None
    delivered_at: datetime | None
    complained_at: datetime | None


@shape_of(Thread, "thread", reader="mail.send")
class ThreadShape(Shape):
    """A thread."""

    id: int
    private: bool
    latest_at: datetime


@shape_of(Template, "template", reader="mail.send")
class TemplateShape(Shape):
    """A mail template."""

    id: int
    name: str
    archived_at: datetime | None


@shape_of(Snippet, "snippet", reader="mail.send")
class SnippetShape(Shape):
    """A few sentences under a name."""

    id: int
    name: str
    text: str
    owner_id: int | None


@shape_of(Signature, "signature", reader="mail.send")
class SignatureShape(Shape):
    """What stands under a user's mails."""

    id: int
    user_id: int
    text: str
