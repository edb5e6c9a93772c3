"""One try of one message: signed anew, sent through the one way out, its outcome noted, the next one set."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.core import outbound, queue
from isthmus.core.actors import SYSTEM
from isthmus.core.clock import now
from isthmus.core.models import Job
from isthmus.core.queue.models import JobState
from isthmus.core.safekeeping import SafekeepingLost, unseal
from isthmus.webhooks import rules
from isthmus.webhooks.listening import TASK
from isthmus.webhooks.models import Delivery, Webhook

PURPOSE = "webhook secret"
KEPT = timedelta(days=30)
_FORGOTTEN_AT_ONCE = 1000


@dataclass(frozen=True)
class Outcome:
    """How a try went."""

    status: int | None = None
    milliseconds: int | None = None
    error: str = ""
    asked_to_wait: str = ""


def deliver(delivery_id: int) -> None:
    """Try a message once. When it fails, the next try is another job, later."""
    delivery = (
        Delivery.objects.select_related("webhook")
        .filter(pk=delivery_id, state=Delivery.State.WAITING)
        .first()
    )
    if delivery is None:
        return
    if not delivery.webhook.is_on:
        _note(delivery, Outcome(error=_("The endpoint was switched off before this was sent.")), give_up=True)
        return
    if not _postponed(delivery):
        _note(delivery, _tried(delivery))


def secrets_of(webhook: Webhook, at: datetime) -> list[str]:
    """The secrets that sign now: the newest first, the one before it as long as it still counts."""
    secrets = [unseal(webhook.secret, purpose=PURPOSE)]
    if webhook.former_secret and webhook.former_until is not None and at < webhook.former_until:
        secrets.append(unseal(webhook.former_secret, purpose=PURPOSE))
    return secrets


def forget_old(at: datetime) -> int:
    """Forget messages after a month, in parts; how many went."""
    old = Delivery.objects.filter(made_at__lt=at - KEPT).exclude(state=Delivery.State.WAITING)
    forgotten = 0
    while numbers := list(old.values_list("pk", flat=True)[:_FORGOTTEN_AT_ONCE]):
        forgotten += Delivery.objects.filter(pk__in=numbers).delete()[0]
    return forgotten


def note_lost(at: datetime) -> int:
    """Messages whose job somebody dropped or cancelled are not on their way any more; how many those were."""
    due = Delivery.objects.filter(state=Delivery.State.WAITING, next_at__lt=at - timedelta(hours=1))
    rows = {one.job_key: one.pk for one in due.order_by("next_at")[:_FORGOTTEN_AT_ONCE]}
    going = Job.objects.filter(
        key__in=list(rows), state__in=[JobState.READY, JobState.RUNNING, JobState.HELD]
    )
    lost = [pk for key, pk in rows.items() if key not in set(going.values_list("key", flat=True))]
    return Delivery.objects.filter(pk__in=lost, state=Delivery.State.WAITING).update(
        state=Delivery.State.FAILED, next_at=None, error=_("Its job was dropped, so it was not sent.")
    )


@transaction.atomic
def _postponed(delivery: Delivery) -> bool:
    """Put a message off while its endpoint fails and was tried a moment ago; that is no try."""
    at, webhook = now(), delivery.webhook
    if webhook.failing_since is None or webhook.failed_at is None:
        return False
    until = webhook.failed_at + rules.pause(at - webhook.failing_since)
    if until <= at:
        return False
    queue.confirm_lease()
    delivery.error = _("Waits, as nothing gets through to this endpoint now.")
    _queue_again(delivery, until + (until - webhook.failed_at) * random.random() / 5)
    delivery.save()
    return True


def _queue_again(delivery: Delivery, run_at: datetime) -> None:
    delivery.next_at, delivery.runs = run_at, delivery.runs + 1
    queue.enqueue(TASK, {"delivery_id": delivery.pk}, key=delivery.job_key, run_at=run_at)


def _tried(delivery: Delivery) -> Outcome:
    at = now()
    try:
        secrets = secrets_of(delivery.webhook, at)
        stamp = int(at.timestamp())
        answer = outbound.post(
            delivery.webhook.url,
            delivery.body.encode(),
            {
                "Content-Type": "application/json",
                "webhook-id": delivery.message_id,
                "webhook-timestamp": str(stamp),
                "webhook-signature": rules.signatures(secrets, delivery.message_id, stamp, delivery.body),
            },
        )
    except (outbound.AddressRefused, outbound.NotReached, SafekeepingLost) as error:
        return Outcome(error=str(error))
    told = Outcome(answer.status, answer.milliseconds, "", answer.headers.get("retry-after", ""))
    if rules.is_delivered(answer.status):
        return told
    return Outcome(told.status, told.milliseconds, _said(answer.status), told.asked_to_wait)


@transaction.atomic
def _note(delivery: Delivery, outcome: Outcome, *, give_up: bool = False) -> None:
    queue.confirm_lease()
    at = now()
    webhook = Webhook.objects.select_for_update(no_key=True).get(pk=delivery.webhook_id)
    delivery.status, delivery.milliseconds = outcome.status, outcome.milliseconds
    delivery.error, delivery.next_at = outcome.error[:300], None
    if not give_up:
        delivery.tries, delivery.tried_at = delivery.tries + 1, at
    if not outcome.error:
        delivery.state = Delivery.State.DELIVERED
        _note_success(webhook)
    else:
        wait = rules.wait_after(delivery.tries, jitter=random.random(), asked=outcome.asked_to_wait)
        if give_up or wait is None or outcome.status == rules.GONE:
            delivery.state = Delivery.State.FAILED
        else:
            _queue_again(delivery, at + wait)
    delivery.save()
    if outcome.error and not give_up:
        _note_failure(webhook, delivery, at)


def _note_success(webhook: Webhook) -> None:
    if webhook.failing_since is not None:
        webhook.failing_since = webhook.failed_at = None
        webhook.save(update_fields=["failing_since", "failed_at"])


def _note_failure(webhook: Webhook, delivery: Delivery, at: datetime) -> None:
    from isthmus.webhooks.commands import disable_webhook

    webhook.failing_since, webhook.failed_at = webhook.failing_since or at, at
    webhook.save(update_fields=["failing_since", "failed_at"])
    if not webhook.is_on:
        return
    if delivery.status == rules.GONE:
        disable_webhook(webhook_id=webhook.pk, because="gone", by=SYSTEM, at=at)
    elif at - webhook.failing_since >= rules.FAILING_FOR:
        disable_webhook(webhook_id=webhook.pk, because="failing", by=SYSTEM, at=at)


def _said(status: int) -> str:
    if 300 <= status < 400:
        return (
            _("It answered %d, a redirect, and nobody is sent on: enter the address where it leads.") % status
        )
    return _("It answered %d.") % status
