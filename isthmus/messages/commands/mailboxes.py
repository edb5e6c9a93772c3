"""Mailboxes: added, changed, switched on and off, tried, removed."""

from datetime import datetime
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.core import queue
from isthmus.core.actors import Actor, Scope
from isthmus.core.commands import command
from isthmus.core.outbound import AddressRefused
from isthmus.core.outbound.mail_servers import Server
from isthmus.core.refusals import InvalidInput, NotFound, NotPermitted, Refusal
from isthmus.ledger.facts import Fact
from isthmus.messages.credentials import TOKEN_FIELDS, sealed_password, sealed_tokens
from isthmus.messages.esps.keeping import forget_esp, set_esp
from isthmus.messages.models import Mailbox, OAuthClient
from isthmus.people.normalise import normal_email
from isthmus.workspace.models import Team, User

Security = Literal["tls", "starttls", "none"]
Auth = Literal["password", "google", "microsoft"]
Esp = Literal["postmark", "mailgun", "brevo", "sendgrid"]
PrivacyLevel = Literal["participants", "metadata", "full"]
EDIT = "mailboxes.edit"
# What is known of the two providers that are signed in to by OAuth.
SERVERS = {
    "google": ("smtp.gmail.com", 465, "tls", "imap.gmail.com", 993, "tls"),
    "microsoft": ("smtp.office365.com", 587, "starttls", "outlook.office365.com", 993, "tls"),
}
_SERVER_FIELDS = ("smtp_host", "smtp_port", "smtp_security", "imap_host", "imap_port", "imap_security")
LONGEST_UNDO = 120


class MailboxKnown(Refusal):
    """There is a mailbox for this address already."""


class NotYourMailbox(Refusal):
    """Only whoever owns a mailbox opens it to others."""


class MailboxStands(Refusal):
    """The mailbox is as it should become already."""


@command(permission=EDIT, label=gettext_lazy("Add a mailbox"))
def add_mailbox(
    *,
    address: str,
    by: Actor,
    at: datetime,
    name: str = "",
    team_id: int | None = None,
    owner_id: int | None = None,
    privacy: PrivacyLevel = "metadata",
    auth: Auth = "password",
    login: str = "",
    password: str = "",
    client_id: str = "",
    client_secret: str = "",
    refresh_token: str = "",
    smtp_host: str = "",
    smtp_port: int = 465,
    smtp_security: Security = "tls",
    imap_host: str = "",
    imap_port: int = 993,
    imap_security: Security = "tls",
    esp: Esp | None = None,
    api_key: str = "",
    esp_region: str = "",
    signing_key: str = "",
    undo_seconds: int = 10,
    history_days: int = 90,
    makes_leads: bool = False,
) -> Mailbox:
    """Connect a mailbox: of oneself, or shared by a team. Its mail is sent and read from now on.

    With Google or Microsoft the servers are known. Without a token it waits until somebody connects it there.
    """
    given = dict(locals())
    row = Mailbox(address=_checked_address(address), made_at=at, auth=auth, privacy=privacy)
    row.owner_id, row.team_id = _whose(by, owner_id, team_id)
    if esp is not None:
        set_esp(row, given)
    _set_plain(row, given)
    _set_servers(row, given)
    _set_secret(row, given)
    if Mailbox.objects.kept().filter(address=row.address).exists():
        raise MailboxKnown(_("There is a mailbox for this address already. Change that one."))
    row.save()
    record_mailbox("mailbox.added", row, by, at)
    return row


@command(permission=EDIT, label=gettext_lazy("Change a mailbox"))
def edit_mailbox(
    *,
    mailbox_id: int,
    by: Actor,
    at: datetime,
    name: str | None = None,
    privacy: PrivacyLevel | None = None,
    login: str | None = None,
    password: str | None = None,
    client_id: str | None = None,
    client_secret: str | None = None,
    refresh_token: str | None = None,
    smtp_host: str | None = None,
    smtp_port: int | None = None,
    smtp_security: Security | None = None,
    imap_host: str | None = None,
    imap_port: int | None = None,
    imap_security: Security | None = None,
    undo_seconds: int | None = None,
    history_days: int | None = None,
    makes_leads: bool | None = None,
) -> Mailbox:
    """Change a mailbox's servers, its password, or what others see of its mail."""
    given = {key: value for key, value in locals().items() if value is not None}
    row = locked_mailbox(mailbox_id, by)
    if privacy is not None and privacy != row.privacy:
        if row.owner_id is not None and row.owner_id != by.id:
            raise NotYourMailbox(_("Only whoever owns a mailbox decides what others see of it. Ask them."))
        row.privacy = privacy
    _set_plain(row, given)
    _set_servers(row, given)
    _set_secret(row, given)
    row.save()
    record_mailbox("mailbox.changed", row, by, at)
    return row


@command(
    permission=EDIT,
    label=gettext_lazy("Switch a mailbox on or off"),
    undo="switch_mailbox",
    undo_arguments=lambda row, given: {"mailbox_id": row.pk, "on": not given["on"]},
)
def switch_mailbox(*, mailbox_id: int, on: bool, by: Actor, at: datetime) -> Mailbox:
    """Send and read no more for a mailbox, or do so again. What waits is not sent while it is off."""
    row = locked_mailbox(mailbox_id, by)
    if row.on == on:
        raise MailboxStands(
            _("The mailbox is on already.") if on else _("The mailbox is switched off already.")
        )
    row.on = on
    row.save(update_fields=["on"])
    record_mailbox("mailbox.switched_on" if on else "mailbox.switched_off", row, by, at)
    return row


@command(permission=EDIT, label=gettext_lazy("Remove a mailbox"))
def remove_mailbox(*, mailbox_id: int, by: Actor, at: datetime) -> Mailbox:
    """Take a mailbox away for good, its password with it. Its mail stays, as open as it was."""
    row = locked_mailbox(mailbox_id, by)
    if row.auth != Mailbox.Auth.PASSWORD and row.secret:
        queue_revoking(row, at)
    forget_esp(row)
    row.removed_at, row.on, row.secret, row.login = at, False, "", ""
    row.save()
    record_mailbox("mailbox.removed", row, by, at)
    return row


@command(permission=EDIT, label=gettext_lazy("Try a mailbox's servers"))
def try_mailbox(*, mailbox_id: int, by: Actor, at: datetime) -> Mailbox:
    """Sign in to both servers and say what came of it. Nothing is sent."""
    row = locked_mailbox(mailbox_id, by)
    row.trying = True
    row.save(update_fields=["trying"])
    queue.enqueue("messages.try", {"mailbox_id": row.pk}, key=f"try-mailbox:{row.pk}:{at.isoformat()}")
    record_mailbox("mailbox.tried", row, by, at)
    return row


@command(permission="mail.send", label=gettext_lazy("Read a mailbox now"))
def read_mailbox(*, mailbox_id: int, by: Actor, at: datetime) -> Mailbox:
    """Read what is new in a mailbox and compare it with what is here; what is missing is fetched."""
    kept = Mailbox.objects.kept()
    mine = set(kept.of(by).values_list("pk", flat=True)) | set(
        kept.visible_to(by, EDIT).values_list("pk", flat=True)
    )
    row: Mailbox | None = kept.filter(pk=mailbox_id).first()
    if row is None or row.pk not in mine:
        raise NotFound(_("There is no such mailbox, or your role does not reach it."))
    if not row.on or not row.imap_host:
        raise MailboxStands(_("Nothing is read from this mailbox: it is off, or has no server for reading."))
    queue.enqueue(
        "messages.sync",
        {"mailbox_id": row.pk, "compare": True},
        key=f"sync-mailbox:{row.pk}:{at.isoformat()}",
        priority=1,
    )
    record_mailbox("mailbox.read", row, by, at)
    return row


def queue_revoking(row: Mailbox, at: datetime) -> None:
    """Have its provider forget the token that a mailbox holds; the job keeps it sealed."""
    given = {"auth": row.auth, "sealed": row.secret}
    queue.enqueue("messages.revoke", given, key=f"revoke-mailbox:{row.pk}:{at.isoformat()}")


def locked_mailbox(mailbox_id: int, by: Actor) -> Mailbox:
    """A mailbox that somebody may change, for this transaction. Raises NotFound."""
    seen = Mailbox.objects.kept().visible_to(by, EDIT)
    row: Mailbox | None = seen.select_for_update(of=("self",)).filter(pk=mailbox_id).first()
    if row is None:
        raise NotFound(_("There is no such mailbox, or your role does not reach it."))
    return row


def _whose(by: Actor, owner_id: int | None, team_id: int | None) -> tuple[int | None, int | None]:
    """Owner and team of a new mailbox: one's own, unless the right reaches further."""
    scope = by.scope(EDIT)
    if team_id is not None:
        reaches = scope is Scope.ALL or (scope is Scope.TEAM and team_id in by.team_ids)
        if not reaches or not Team.objects.filter(pk=team_id).exists():
            raise NotPermitted(_("Your role adds no mailbox for this team. Ask a manager of it."))
        return None, team_id
    owner_id = by.id if owner_id is None else owner_id
    if owner_id != by.id and scope is not Scope.ALL:
        raise NotPermitted(_("Everybody connects their own mailbox. Ask them to do so."))
    owner = User.objects.filter(pk=owner_id).first() if owner_id is not None else None
    if owner is None:
        raise InvalidInput({"owner_id": _("Say whose mailbox it is: a user's or a team's.")})
    return owner.pk, owner.team_id


def _checked_address(text: str) -> str:
    address = normal_email(text)
    if address is None or not address.isascii():
        raise InvalidInput({"address": _("This is no e-mail address. Write it like rita@example.com.")})
    return address


def _set_plain(row: Mailbox, given: dict[str, Any]) -> None:
    for name in ("name", "login"):
        if name in given:
            setattr(row, name, str(given[name]).strip()[: 120 if name == "name" else 254])
    if "undo_seconds" in given:
        if not 0 <= given["undo_seconds"] <= LONGEST_UNDO:
            raise InvalidInput({"undo_seconds": _("From 0 to %d seconds.") % LONGEST_UNDO})
        row.undo_seconds = given["undo_seconds"]
    if "history_days" in given:
        if not 0 <= given["history_days"] <= 3650:
            raise InvalidInput({"history_days": _("From 0 to 3,650 days.")})
        row.history_days = given["history_days"]
    if "makes_leads" in given:
        row.makes_leads = given["makes_leads"]


def _set_servers(row: Mailbox, given: dict[str, Any]) -> None:
    known = SERVERS.get(row.auth)
    told = dict(zip(_SERVER_FIELDS, known, strict=True)) if known and not row.pk else {}
    for name in _SERVER_FIELDS:
        value = told.get(name) if told and not given.get(name.replace("port", "host")) else given.get(name)
        if value is not None:
            setattr(row, name, value.strip() if isinstance(value, str) else value)
    if not row.smtp_host and not row.imap_host and not row.esp:
        raise InvalidInput({"smtp_host": _("Name the server that mail is sent by, or read from, or both.")})
    for way in ("smtp", "imap"):
        server: Server = getattr(row, way)
        if server.host:
            try:
                server.target()
            except AddressRefused as refusal:
                raise InvalidInput({f"{way}_host": str(refusal)}) from None


def _set_secret(row: Mailbox, given: dict[str, Any]) -> None:
    tokens = {name: given.get(name) or "" for name in TOKEN_FIELDS}
    if row.auth == Mailbox.Auth.PASSWORD:
        if given.get("password"):
            row.secret = sealed_password(given["password"])
    elif tokens["refresh_token"]:
        row.secret = sealed_tokens(tokens)
    elif not row.secret and not OAuthClient.objects.filter(provider=row.auth).exists():
        said = _(
            "Paste the refresh token that the provider gave; or have an administrator register this "
            "installation with the provider first."
        )
        raise InvalidInput({"refresh_token": said})


def record_mailbox(kind: str, row: Mailbox, by: Actor, at: datetime) -> None:
    """What happened to a mailbox, as a fact."""
    props = {"mailbox_id": row.pk, "privacy": row.privacy, "shared": row.is_shared}
    ledger.record(Fact(kind=kind, at=at, owner=row.owner_id, team=row.team_id, props=props), by=by)
