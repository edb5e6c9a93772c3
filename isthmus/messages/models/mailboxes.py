"""Mailboxes of users and teams, and the folders that are read."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from isthmus.core.actors import Actor
from isthmus.core.outbound.mail_servers import Server
from isthmus.workspace.models import Team, User
from isthmus.workspace.scoping import ScopedQuerySet

SECURITIES = [("tls", _("TLS")), ("starttls", _("STARTTLS")), ("none", _("None (this machine only)"))]


class Privacy(models.TextChoices):
    """What colleagues see of a mailbox's mail with a person that they may see."""

    PARTICIPANTS = "participants", _("Who wrote to whom, and when")
    METADATA = "metadata", _("Also the subject")
    FULL = "full", _("Everything")


class MailboxQuerySet(ScopedQuerySet["Mailbox"]):
    """Mailboxes. `visible_to` is about their settings; whose mail one reads in full says `of`."""

    def kept(self) -> Self:
        """Those that nobody removed."""
        return self.filter(removed_at=None)

    def sending(self) -> Self:
        """Those from which mail can go."""
        let_in = Q(auth="password") | ~Q(secret="")
        return self.filter(Q(on=True) & (~Q(esp="") | (~Q(smtp_host="") & let_in)))

    def of(self, actor: Actor) -> Self:
        """The actor's own, and those that their teams share: all their mail is theirs to read and answer."""
        if actor.id is None:
            return self.none()
        return self.filter(Q(owner_id=actor.id) | Q(owner=None, team_id__in=actor.team_ids))


class Mailbox(models.Model):
    """One address that mail is sent from and read for. A removed one keeps its row for its messages."""

    view_permission: ClassVar[str] = "mail.view"

    class Auth(models.TextChoices):
        """How it is signed in to."""

        PASSWORD = "password", _("Name and password")
        GOOGLE = "google", _("Google (OAuth)")
        MICROSOFT = "microsoft", _("Microsoft (OAuth)")

    owner = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="+")
    address = models.CharField(max_length=254)
    name = models.CharField(max_length=120, blank=True)  # As others read it beside the address.
    privacy = models.CharField(max_length=12, choices=Privacy.choices, default=Privacy.METADATA)
    smtp_host = models.CharField(max_length=253, blank=True)
    smtp_port = models.PositiveIntegerField(default=465)
    smtp_security = models.CharField(max_length=8, choices=SECURITIES, default="tls")
    imap_host = models.CharField(max_length=253, blank=True)
    imap_port = models.PositiveIntegerField(default=993)
    imap_security = models.CharField(max_length=8, choices=SECURITIES, default="tls")
    auth = models.CharField(max_length=10, choices=Auth.choices, default=Auth.PASSWORD)
    login = models.CharField(max_length=254, blank=True)
    secret = models.TextField(blank=True)  # Sealed: the password, or the tokens of OAuth; never shown again.
    esp = models.CharField(max_length=10, blank=True)  # The provider whose API sends, instead of the server.
    esp_region = models.CharField(max_length=20, blank=True)
    esp_secret = models.TextField(blank=True)  # Sealed: the key of its API, and how it proves itself.
    hook_key = models.CharField(max_length=40, blank=True)  # Stands in the address that the provider calls.
    heard_at = models.DateTimeField(null=True)  # When the provider last told of a mail.
    undo_seconds = models.PositiveSmallIntegerField(default=10)
    history_days = models.PositiveSmallIntegerField(default=90)  # So far back mail is read at first.
    makes_leads = models.BooleanField(default=False)  # Of strangers who write.
    on = models.BooleanField(default=True)
    made_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)
    synced_at = models.DateTimeField(null=True)  # When it was last read without an error.
    sync_error = models.CharField(max_length=300, blank=True)
    send_error = models.CharField(max_length=300, blank=True)
    failing_since = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(null=True)  # When somebody last had both servers tried.
    trying = models.BooleanField(default=False)

    objects: ClassVar[Any] = MailboxQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["address"], condition=Q(removed_at=None), name="messages_one_mailbox_an_address"
            ),
            models.CheckConstraint(
                condition=Q(owner__isnull=False) | Q(team__isnull=False), name="messages_mailbox_of_somebody"
            ),
            models.UniqueConstraint(
                fields=["hook_key"], condition=~Q(hook_key=""), name="messages_mailbox_hook_key"
            ),
        ]

    def __str__(self) -> str:
        return self.address

    @property
    def smtp(self) -> Server:
        """The server that its mail is handed to."""
        return Server(self.smtp_host, self.smtp_port, self.smtp_security)  # type: ignore[arg-type]

    @property
    def imap(self) -> Server:
        """The server that its mail is read from."""
        return Server(self.imap_host, self.imap_port, self.imap_security)  # type: ignore[arg-type]

    @property
    def is_connected(self) -> bool:
        """Whether its provider was asked to let us in, where it has one that must be asked."""
        return self.auth == self.Auth.PASSWORD or bool(self.secret)

    @property
    def can_send(self) -> bool:
        """Whether mail can go from it: through a provider's API, or a server that lets us in."""
        return bool(self.esp) or (bool(self.smtp_host) and self.is_connected)

    @property
    def is_shared(self) -> bool:
        """Whether a team works in it."""
        return self.owner_id is None


class OAuthClient(models.Model):
    """As what a provider of mailboxes knows this installation: registered once, by an administrator."""

    provider = models.CharField(max_length=10, unique=True)
    client_id = models.CharField(max_length=254)
    secret = models.TextField()  # Sealed; never shown again.
    tenant = models.CharField(max_length=100, blank=True)  # A company's own part of Microsoft.
    set_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.provider


class Folder(models.Model):
    """One folder of a mailbox on its server: how far it was read, and whether all of it is here."""

    class Role(models.TextChoices):
        """Which it is."""

        INBOX = "inbox", _("Inbox")
        SENT = "sent", _("Sent")

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="folders")
    role = models.CharField(max_length=5, choices=Role.choices)
    name = models.CharField(max_length=255)  # As the server writes it.
    uidvalidity = models.BigIntegerField(default=0)
    last_uid = models.BigIntegerField(default=0)
    on_server = models.PositiveIntegerField(default=0)  # When both sides were last compared.
    here = models.PositiveIntegerField(default=0)
    missing = models.PositiveIntegerField(default=0)
    unreadable = models.PositiveIntegerField(default=0)
    compared_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mailbox", "role"], name="messages_one_folder_a_role")]

    def __str__(self) -> str:
        return str(self.get_role_display())
