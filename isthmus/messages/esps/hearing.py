"""What providers tell of mails that went through them: delivered, came back, refused, complained of.

A message is taken only from the provider itself: it knows the password in the address that it was given, or
has signed what it says. Told twice it changes nothing more.
"""

import base64
import warnings
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.exceptions import ImproperlyConfigured, SuspiciousOperation
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare
from django.utils.module_loading import import_string

from isthmus import ledger
from isthmus.core.actors import SYSTEM
from isthmus.core.system_acts import system_act
from isthmus.messages.esps.handing_over import MARK
from isthmus.messages.esps.keeping import keys_of
from isthmus.messages.esps.known import ESPS
from isthmus.messages.models import Mailbox, Message, Recipient, RecipientState
from isthmus.messages.receiving.bouncing import bear, end_writing_to
from isthmus.messages.sending.claiming import locked
from isthmus.messages.sending.recording import record_outcomes, told_fact

USER = "isthmus"
State = RecipientState
_FOR_GOOD = {"bounced", "invalid"}
# As its reader fails on what has not the shape that the provider gives it.
_NOT_ITS_WORDS = (ValueError, KeyError, TypeError, AttributeError)


class NotFromTheProvider(Exception):  # noqa: N818  (an answer to whoever calls)
    """Whoever calls knows neither password nor signature."""


class NotUnderstood(Exception):  # noqa: N818
    """It is nothing that this provider says."""


def mailbox_of(key: str) -> Mailbox | None:
    """The mailbox whose provider was given an address with this key."""
    found: Mailbox | None = Mailbox.objects.kept().exclude(hook_key="").filter(hook_key=key).first()
    return found if found is not None and found.esp in ESPS else None


def hear(mailbox: Mailbox, request: HttpRequest, *, at: datetime) -> int:
    """Take what a provider tells; of how many mails. Raises NotFromTheProvider, NotUnderstood."""
    keys = keys_of(mailbox)
    _need_signature(mailbox, request, keys)
    try:
        events = _view(mailbox, keys).parse_events(request)
    except (*_NOT_ITS_WORDS, SuspiciousOperation, ImproperlyConfigured) as error:
        raise NotUnderstood from error
    Mailbox.objects.filter(pk=mailbox.pk).update(heard_at=at)
    return sum(_settle(mailbox, event, at) for event in events)


def _need_signature(mailbox: Mailbox, request: HttpRequest, keys: dict[str, str]) -> None:
    if mailbox.esp == "mailgun":
        try:
            _view(mailbox, keys).run_validators(request)
        except SuspiciousOperation:
            raise NotFromTheProvider from None
        return
    given = request.headers.get("Authorization", "")
    wanted = base64.b64encode(f"{USER}:{keys.get('password', '')}".encode()).decode()
    if not keys.get("password") or not constant_time_compare(given, f"Basic {wanted}"):
        raise NotFromTheProvider
    if mailbox.esp == "sendgrid" and keys.get("signing_key") and not _is_signed(request, keys["signing_key"]):
        raise NotFromTheProvider


def _is_signed(request: HttpRequest, key: str) -> bool:
    """SendGrid's signature: over the time and the body, with its elliptic key."""
    stamp = request.headers.get("X-Twilio-Email-Event-Webhook-Timestamp", "")
    try:
        known = serialization.load_der_public_key(base64.b64decode(key))
        signature = base64.b64decode(request.headers.get("X-Twilio-Email-Event-Webhook-Signature", ""))
        if not isinstance(known, ec.EllipticCurvePublicKey):
            return False
        known.verify(signature, stamp.encode() + request.body, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True


def _view(mailbox: Mailbox, keys: dict[str, str]) -> Any:
    given = {"webhook_signing_key": keys.get("signing_key", "")} if mailbox.esp == "mailgun" else {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # That it knows no password: `_need_signature` asks for ours.
        return import_string(ESPS[mailbox.esp].webhook)(**given)


@transaction.atomic
def _settle(mailbox: Mailbox, event: Any, at: datetime) -> int:
    found = _recipient(mailbox, event)
    message = locked(found.message_id) if found is not None else None
    if found is None or message is None:
        return 0
    one = Recipient.objects.select_for_update(of=("self",)).select_related("person").get(pk=found.pk)
    with system_act("hear_of_mail", at=at):
        _write(message, one, event, at)
    return 1


def _write(message: Message, one: Recipient, event: Any, at: datetime) -> None:
    kind, said = str(event.event_type), " ".join(str(event.mta_response or event.description or "").split())
    reason = str(event.reject_reason or "")
    if event.message_id and not one.esp_id:
        one.esp_id = str(event.message_id)[:200]
    if kind == "delivered":
        _it_went(message, one, at)
        if one.delivered_at is None:
            one.delivered_at = at
            ledger.record(told_fact("message.delivered", message, one, at), by=SYSTEM)
    elif kind == "bounced":
        _it_went(message, one, at)
        one.said = said[:300] or one.said
        bear(one, permanent=_is_for_good(event), at=at)
    elif kind in ("rejected", "failed"):
        _it_did_not_go(message, one, said or reason, at)
        if reason in _FOR_GOOD:
            end_writing_to(one.address, "bounced", at)
    elif kind == "complained":
        _it_went(message, one, at)
        if one.complained_at is None:
            one.complained_at = at
            ledger.record(told_fact("message.complained", message, one, at), by=SYSTEM)
        end_writing_to(one.address, "complained", at)
    one.save(update_fields=["esp_id", "delivered_at", "bounced_at", "complained_at", "said"])


def _it_went(message: Message, one: Recipient, at: datetime) -> None:
    """Of what nobody knew: the provider had it. While it is being sent, its own answer says so."""
    if one.state == State.UNKNOWN:
        one.state, one.settled_at, one.said = State.SENT, at, ""
        record_outcomes(message, [one], at=at)


def _it_did_not_go(message: Message, one: Recipient, said: str, at: datetime) -> None:
    if one.state in (State.UNKNOWN, State.SENT) and one.delivered_at is None:
        one.state, one.settled_at, one.said = State.FAILED, at, said[:300]
        record_outcomes(message, [one], at=at)


def _is_for_good(event: Any) -> bool:
    """Whether a bounce is for good, by each provider's own word for that."""
    told: Any = event.esp_event if isinstance(event.esp_event, dict) else {}
    words = {told.get("Type"), told.get("event"), told.get("type")}
    data: Any = told.get("event-data")
    severity = data.get("severity") if isinstance(data, dict) else None
    if severity == "permanent" or words & {"HardBounce", "hard_bounce", "invalid_email"}:
        return True
    return "bounce" in words and told.get("type") != "blocked"  # SendGrid's


def _recipient(mailbox: Mailbox, event: Any) -> Recipient | None:
    """Whom an event is about: by the mark that went along, else by the provider's id or the mail's own."""
    address = str(event.recipient or "").strip().lower()
    rows = Recipient.objects.filter(message__mailbox=mailbox, address=address)
    number = str((event.metadata or {}).get(MARK, ""))
    if number.isascii() and number.isdigit() and len(number) < 18:
        return rows.filter(message=int(number)).first()
    known = str(event.message_id or "")[:200]
    return rows.filter(Q(esp_id=known) | Q(message__rfc_id=known)).first() if known and address else None


def address_for(mailbox: Mailbox, url: str) -> str:
    """The address that the provider is given, with the password in it where it does not sign."""
    if mailbox.esp == "mailgun":
        return url
    scheme, _colon, rest = url.partition("://")
    return f"{scheme}://{USER}:{keys_of(mailbox).get('password', '')}@{rest}"
