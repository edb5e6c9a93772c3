"""One try of one message: claimed, sent, noted; the next try, where one is due, is a job of its own."""

import random
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.core import queue
from isthmus.core.clock import now
from isthmus.core.crash import crash_point
from isthmus.core.models import Job
from isthmus.core.queue.models import JobState
from isthmus.files.storing import FileGone
from isthmus.messages.esps.handing_over import hand_over
from isthmus.messages.models import Claim, Mailbox, Message, Recipient, RecipientState
from isthmus.messages.sending import claiming, rules
from isthmus.messages.sending.composing import written
from isthmus.messages.sending.conversation import DecidedByAnother, MailboxCannotSend, Outcomes, converse
from isthmus.messages.sending.recording import record_outcomes
from isthmus.messages.sending.rules import Outcome

TASK = "messages.send"
State = RecipientState
_LIVE = (JobState.READY, JobState.RUNNING, JobState.HELD)


def deliver(message_id: int) -> None:
    """Send a message to those who wait for it."""
    claimed = claiming.claim(message_id, at=now())
    if claimed is None:
        return
    crash_point("mail.claimed")
    try:
        outcomes = _handed_over(claimed)
    except FileGone as gone:
        note(claimed.claim, dict.fromkeys(claimed.addresses, Outcome("failed", str(gone))), at=now())
        return
    except DecidedByAnother:
        return
    except MailboxCannotSend as said:
        _note_mailbox(claimed.mailbox, str(said), at=now())
        note(claimed.claim, dict.fromkeys(claimed.addresses, Outcome("later", str(said))), at=now())
        return
    crash_point("mail.answered")
    note(claimed.claim, outcomes, at=now())
    _note_mailbox(claimed.mailbox, "", at=now())


def _handed_over(claimed: claiming.Claimed) -> Outcomes:
    """By the API of the mailbox's provider where it has one, else by its server."""
    mailbox, message, decide = claimed.mailbox, claimed.message, _decide(claimed.claim)
    if mailbox.esp:
        return hand_over(mailbox, message, claimed.addresses, decide=decide)
    return converse(mailbox, claimed.addresses, written(message, mailbox), decide=decide)


def _decide(claim: Claim) -> Callable[[], bool]:
    def decide() -> bool:
        decided = claiming.decide(claim, at=now())
        crash_point("mail.decided")
        return decided

    return decide


@transaction.atomic
def note(claim: Claim, outcomes: Mapping[str, Outcome], *, at: datetime) -> None:
    """Write down how a try went. It counts also where the job was lost meanwhile: it is what happened."""
    message = claiming.locked(claim.message_id)
    if message is None:
        return
    said = next((one.said for one in outcomes.values() if one.said), "")
    Claim.objects.filter(pk=claim.pk, ended_at=None).update(ended_at=at, said=said[:300])
    rows = list(
        Recipient.objects.select_for_update(of=("self",))
        .select_related("person")
        .filter(claim=claim, state__in=[State.CLAIMED, State.UNKNOWN], address__in=list(outcomes))
    )
    for one in rows:
        _settle(one, outcomes[one.address], at)
    record_outcomes(message, rows, at=at)
    _queue_again(message)


def _settle(one: Recipient, outcome: Outcome, at: datetime) -> None:
    if one.state == State.UNKNOWN and outcome.verdict == "later":
        return  # It was listed already; people decide.
    one.esp_id = outcome.esp_id or one.esp_id
    if outcome.verdict == "unknown" and _is_told_of(one):
        outcome = Outcome("sent")
    one.said, one.next_at, one.settled_at = outcome.said[:300], None, at
    if outcome.verdict != "later":
        one.state = State(outcome.verdict)
        return
    began = one.first_tried_at or at
    if at - began >= rules.GIVES_UP:
        one.state = State.FAILED
        one.said = _("Given up after %(days)d days. The last answer: %(said)s") % {
            "days": rules.GIVES_UP.days,
            "said": outcome.said,
        }
        one.said = one.said[:300]
        return
    one.state, one.settled_at = State.WAITING, None
    one.next_at = at + rules.wait_after(one.tries, jitter=random.random())


def _is_told_of(one: Recipient) -> bool:
    """Whether the provider told of a mail already, before its own answer came or instead of it."""
    return one.delivered_at is not None or one.bounced_at is not None


def _queue_again(message: Message) -> None:
    due = message.recipients.filter(state=State.WAITING).exclude(next_at=None).order_by("next_at").first()
    if due is not None:
        queue_job(message, run_at=due.next_at)


def queue_job(message: Message, *, run_at: datetime | None) -> None:
    """Have a message sent by a new job; in the caller's transaction."""
    message.runs += 1
    message.save(update_fields=["runs"])
    queue.enqueue(TASK, {"message_id": message.pk}, key=message.job_key, run_at=run_at)


def note_lost(at: datetime) -> int:
    """Messages whose job is over though they were not: their claims end, and they say that they wait no more.

    Nothing is queued again by itself: after a restore it may have been sent before. Answers how many.
    """
    late = at - timedelta(minutes=10)
    stuck = Recipient.objects.filter(state__in=[State.WAITING, State.CLAIMED], message__at__lt=late).exclude(
        next_at__gt=late
    )
    lost = 0
    for message_id in stuck.order_by("message_id").values_list("message_id", flat=True).distinct()[:1000]:
        lost += _end_lost(message_id, at)
    return lost


@transaction.atomic
def _end_lost(message_id: int, at: datetime) -> int:
    message = claiming.locked(message_id)
    if message is None or Job.objects.filter(key=message.job_key, state__in=_LIVE).exists():
        return 0
    claiming.end_open_claim(message, at=at)
    rows = list(message.recipients.select_for_update().filter(state=State.WAITING))
    for one in rows:
        one.state, one.settled_at, one.next_at = State.FAILED, at, None
        one.said = _("Its job was dropped, so it was not sent.")
    record_outcomes(message, rows, at=at)
    return len(rows)


def _note_mailbox(mailbox: Mailbox, error: str, *, at: datetime) -> None:
    rows = Mailbox.objects.filter(pk=mailbox.pk)
    if error:
        rows.filter(failing_since=None).update(failing_since=at)
        rows.update(send_error=error[:300])
    elif mailbox.send_error:
        rows.update(send_error="")
        rows.filter(sync_error="").update(failing_since=None)
