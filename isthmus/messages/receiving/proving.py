"""Proof that a mail of unknown outcome arrived: it lies in the sent folder, or its recipient answered it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.messages.models import Folder, Message, Recipient, RecipientState
from isthmus.messages.sending.claiming import locked
from isthmus.messages.sending.recording import record_outcomes


def settle_proven(*, at: datetime) -> int:
    """Settle the mails that arrived after all; how many."""
    unknown = Recipient.objects.filter(state=RecipientState.UNKNOWN)
    in_sent = unknown.filter(message__holdings__folder__role=Folder.Role.SENT)
    answered = unknown.filter(
        message__answered_by__direction="in",
        message__answered_by__automatic=False,
        message__answered_by__participants__role="from",
        message__answered_by__participants__person__isnull=False,
    )
    count = 0
    for rows, said in (
        (in_sent, _("Found in the sent folder.")),
        (answered, _("Somebody answered it.")),
    ):
        for message_id in rows.values_list("message_id", flat=True).distinct()[:500]:
            count += _settle(message_id, said, at)
    return count


@transaction.atomic
def _settle(message_id: int, said: str, at: datetime) -> int:
    message: Message | None = locked(message_id)
    if message is None:
        return 0
    rows = list(
        message.recipients.select_for_update(of=("self",))
        .select_related("person")
        .filter(state=RecipientState.UNKNOWN)
    )
    for one in rows:
        one.state, one.settled_at, one.said = RecipientState.SENT, at, said
    record_outcomes(message, rows, at=at)
    return len(rows)
