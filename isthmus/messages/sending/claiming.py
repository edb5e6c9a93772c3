"""Claims: a try of a message is committed before the server is called, and decided before its end goes.

Whoever finds a claim that did not end knows by it what may have happened. It is never taken over by time:
only the next holder of the message's job, or the tidying of claims whose job is over, ends it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.core import queue
from isthmus.messages.models import Claim, Mailbox, Message, Recipient, RecipientState
from isthmus.messages.sending.recording import record_outcomes
from isthmus.people.consents import consents_of, is_suppressed

State = RecipientState


@dataclass(frozen=True)
class Claimed:
    """What is to be sent now."""

    claim: Claim
    message: Message
    mailbox: Mailbox
    addresses: Sequence[str]


def claim(message_id: int, *, at: datetime) -> Claimed | None:
    """Claim a message for those who wait for it; None when nothing is left to send.

    Suppression, and consent to marketing, are asked at this moment.
    """
    with transaction.atomic():
        queue.confirm_lease()
        message = locked(message_id)
        if message is None or message.mailbox is None or message.taken_back_at:
            return None
        end_open_claim(message, at=at)
        waiting = list(message.recipients.select_for_update().filter(state=State.WAITING).order_by("pk"))
        going, over = _judged(message, waiting, at)
        for one in over:
            one.settled_at = at
        record_outcomes(message, over, at=at)
        if not going:
            return None
        made = Claim.objects.create(message=message, claimed_at=at)
        for one in going:
            one.state, one.claim, one.next_at = State.CLAIMED, made, None
            one.tries, one.first_tried_at = one.tries + 1, one.first_tried_at or at
        Recipient.objects.bulk_update(going, ["state", "claim", "next_at", "tries", "first_tried_at"])
        return Claimed(made, message, message.mailbox, [one.address for one in going])


def decide(claim: Claim, *, at: datetime) -> bool:
    """Say that the end of the mail goes out now; no when the claim was ended meanwhile."""
    with transaction.atomic():
        queue.confirm_lease()
        return bool(Claim.objects.filter(pk=claim.pk, ended_at=None, decided_at=None).update(decided_at=at))


def end_open_claim(message: Message, *, at: datetime) -> bool:
    """End a claim whose holder is gone: what was not decided was not sent, of the rest nobody knows.

    In the caller's transaction, with the message locked.
    """
    left = message.claims.select_for_update().filter(ended_at=None).first()
    if left is None:
        return False
    left.ended_at, left.said = at, _("The program stopped in the middle.")
    left.save(update_fields=["ended_at", "said"])
    rows = list(left.recipients.filter(state=State.CLAIMED))
    for one in rows:
        if left.decided_at is None:
            one.state, one.next_at = State.WAITING, at
        elif one.delivered_at or one.bounced_at:  # The provider told of it meanwhile.
            one.state, one.settled_at, one.said = State.SENT, at, ""
        else:
            one.state, one.settled_at, one.said = State.UNKNOWN, at, left.said
    record_outcomes(message, rows, at=at)
    return True


def locked(message_id: int) -> Message | None:
    """The message, for this transaction alone."""
    rows = Message.objects.select_for_update(of=("self",)).select_related("mailbox", "person")
    found: Message | None = rows.filter(pk=message_id).first()
    return found


def _judged(
    message: Message, waiting: Sequence[Recipient], at: datetime
) -> tuple[list[Recipient], list[Recipient]]:
    """Who gets it now, and who got an outcome without being written to."""
    going, over = [], []
    for one in waiting:
        reason = _reason_against(message, one, at)
        if reason is None:
            going.append(one)
            continue
        one.state, one.said = reason
        over.append(one)
    return going, over


def _reason_against(message: Message, one: Recipient, at: datetime) -> tuple[RecipientState, str] | None:
    mailbox = message.mailbox
    if mailbox is None or not mailbox.on or mailbox.removed_at is not None:
        return State.FAILED, _("Its mailbox was switched off before it was sent.")
    if not one.address:
        return State.SUPPRESSED, _("The address was erased.")
    if is_suppressed("email", one.address):
        return State.SUPPRESSED, _("The address must not be written to.")
    if message.marketing and not _agreed(one, at):
        return State.SUPPRESSED, _("There is no consent to marketing by e-mail.")
    return None


def _agreed(one: Recipient, at: datetime) -> bool:
    if one.person is None:
        return False
    found = consents_of(one.person, at=at).get(("marketing", "email"))
    return found is not None and found.given
