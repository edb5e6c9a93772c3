"""Outcomes as rows and facts: one fact for each recipient stands, the newest."""

from collections.abc import Sequence
from datetime import datetime

from isthmus import ledger
from isthmus.core.actors import SYSTEM, Actor
from isthmus.core.system_acts import system_act
from isthmus.ledger.facts import Fact
from isthmus.messages.models import Message, Recipient, RecipientState

FACT_OF = {
    RecipientState.SENT: "message.sent",
    RecipientState.FAILED: "message.failed",
    RecipientState.SUPPRESSED: "message.suppressed",
    RecipientState.UNKNOWN: "message.outcome_unknown",
    RecipientState.WAITING: "message.waiting",
}
FIELDS = ["state", "claim", "next_at", "said", "settled_at", "first_tried_at", "tries", "esp_id"]


def record_outcomes(message: Message, rows: Sequence[Recipient], *, at: datetime, by: Actor = SYSTEM) -> None:
    """Save recipients that got an outcome, with its fact; in the caller's transaction.

    Who waits again gets a fact only where another outcome stood before.
    """
    if not rows:
        return
    Recipient.objects.bulk_update(rows, FIELDS)
    told = [one for one in rows if one.state != RecipientState.WAITING]
    if told:
        with system_act("send_mail_out", at=at):
            ledger.record([outcome_fact(message, one, at) for one in told], by=by)


def told_fact(kind: str, message: Message, one: Recipient, at: datetime) -> Fact:
    """What a provider told later of the copy for one recipient; told twice it is one fact."""
    return _fact(kind, f"mail-{kind.partition('.')[2]}:{one.pk}", message, one, at)


def outcome_fact(message: Message, one: Recipient, at: datetime) -> Fact:
    """What happened to the copy for one recipient; the next outcome takes its place."""
    return _fact(FACT_OF[RecipientState(one.state)], f"mail:{one.pk}", message, one, at)


def _fact(kind: str, natural_key: str, message: Message, one: Recipient, at: datetime) -> Fact:
    person = one.person or message.person
    return Fact(
        kind=kind,
        at=at,
        subject=person.subject if person else None,
        account_id=person.account_id if person else message.account_id,
        lead_id=message.lead_id,
        deal_id=message.deal_id,
        owner=message.author_id,
        team=person.team_id if person else None,
        territory=person.territory_id if person else None,
        quantity=1,
        natural_key=natural_key,
        props={"message_id": message.pk, "thread_id": message.thread_id, "mailbox_id": message.mailbox_id},
    )
