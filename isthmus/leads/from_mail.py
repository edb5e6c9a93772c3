"""Strangers who write to a mailbox that makes leads of them become leads."""

import json
from typing import Any

from isthmus.core.actors import Actor
from isthmus.leads.commands import capture_lead
from isthmus.leads.models import Lead
from isthmus.messages.models import Mailbox, Message
from isthmus.messages.receiving.rematching import match_strangers
from isthmus.people.normalise import is_junk


def capture_from_mail(fact: dict[str, Any], *, by: Actor) -> None:
    """The lead of a mail that a stranger wrote; safe to repeat."""
    props = json.loads(fact.get("props") or "{}")
    if not props.get("stranger"):
        return
    message = Message.objects.filter(pk=props["message_id"], person=None).first()
    mailbox = Mailbox.objects.filter(pk=props["mailbox_id"]).first()
    written_by = message.participants.filter(role="from").first() if message else None
    if message is None or mailbox is None or written_by is None or not written_by.address:
        return
    if is_junk("email", written_by.address):
        return  # Nobody is behind it whom a seller could answer.
    external_id = f"mail:{message.pk}"
    if not Lead.objects.filter(external_id=external_id).exists():
        capture_lead(
            email=written_by.address,
            full_name=written_by.name,
            channel="email",
            message=message.text[:5000],
            owner_id=mailbox.owner_id,
            team_id=mailbox.team_id,
            external_id=external_id,
            by=by,
            at=message.at,
        )
    match_strangers()
