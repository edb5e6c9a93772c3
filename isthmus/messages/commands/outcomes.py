"""What people decide about mail whose outcome nobody knows, or that failed."""

from datetime import datetime
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.commands import command
from isthmus.core.refusals import NotFound, Refusal
from isthmus.messages.models import Mailbox, Message, Recipient, RecipientState
from isthmus.messages.sending.claiming import locked
from isthmus.messages.sending.delivering import queue_job
from isthmus.messages.sending.recording import FIELDS, outcome_fact


class OutcomeKnown(Refusal):
    """It is known already how the mail went."""


@command(permission="mail.send", label=gettext_lazy("Settle a mail of unknown outcome"), trade="sales")
def settle_mail(
    *, recipient_id: int, outcome: Literal["sent", "failed"], by: Actor, at: datetime
) -> Recipient:
    """Say how a mail went of which nobody knew: somebody looked, or asked the recipient."""
    one, message = _own(recipient_id, by)
    if one.state != RecipientState.UNKNOWN:
        raise OutcomeKnown(_("How this mail went is known already: %s.") % one.get_state_display().lower())
    one.state, one.settled_at, one.said = RecipientState(outcome), at, _("Settled by hand.")
    one.save(update_fields=FIELDS)
    ledger.record(outcome_fact(message, one, at), by=by)
    return one


@command(permission="mail.send", label=gettext_lazy("Send a mail again"), trade="sales")
def send_mail_again(*, recipient_id: int, by: Actor, at: datetime) -> Recipient:
    """Send a mail once more that failed or may not have arrived. If it did arrive, it comes twice."""
    one, message = _own(recipient_id, by)
    if one.state not in (RecipientState.UNKNOWN, RecipientState.FAILED):
        raise OutcomeKnown(_("This mail is not sent again: it is %s.") % one.get_state_display().lower())
    one.state, one.settled_at, one.next_at = RecipientState.WAITING, None, at
    one.first_tried_at, one.tries = None, 0
    one.save(update_fields=FIELDS)
    queue_job(message, run_at=None)
    ledger.record(outcome_fact(message, one, at), by=by)
    return one


def _own(recipient_id: int, by: Actor) -> tuple[Recipient, Message]:
    """A recipient of a mail of the actor's mailboxes, both locked. Raises NotFound."""
    found = Recipient.objects.filter(pk=recipient_id, message__mailbox__in=Mailbox.objects.of(by)).first()
    message = locked(found.message_id) if found else None
    if found is None or message is None:
        raise NotFound(_("There is no such mail, or it is not of a mailbox of yours."))
    return Recipient.objects.select_for_update(of=("self",)).select_related("person").get(
        pk=found.pk
    ), message
