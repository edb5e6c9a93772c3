"""Everything that writes endpoints: made, changed, switched off and on, tried, their messages sent again."""

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import uuid_utils
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.core import queue
from isthmus.core.actors import Actor
from isthmus.core.commands import command
from isthmus.core.outbound import AddressRefused, read_address
from isthmus.core.refusals import InvalidInput, NotFound, Refusal
from isthmus.core.safekeeping import seal
from isthmus.ledger.facts import Fact
from isthmus.webhooks import rules
from isthmus.webhooks.delivering import PURPOSE
from isthmus.webhooks.events import KINDS, TEST, trial_body
from isthmus.webhooks.listening import TASK, ask_again, send
from isthmus.webhooks.models import Delivery, Webhook
from isthmus.workspace.commands import notify
from isthmus.workspace.models import User

FORMER_COUNTS_FOR = timedelta(days=1)
NOTICE = "webhook.disabled"


class WebhookOff(Refusal):
    """Nothing goes to an endpoint that is switched off."""


class WebhookOn(Refusal):
    """The endpoint is on already."""


class DeliveryOnItsWay(Refusal):
    """The message will be tried anyway."""


class NothingFailed(Refusal):
    """There is no failed message to send again."""


@dataclass(frozen=True)
class Signed:
    """An endpoint with its secret, which is shown this once."""

    row: Webhook
    token: str

    @property
    def pk(self) -> int:
        """The row's number."""
        return int(self.row.pk)


@command(permission="webhooks.edit", label=gettext_lazy("Add a webhook"))
def add_webhook(
    *,
    url: str,
    by: Actor,
    at: datetime,
    description: str = "",
    kinds: list[str] | None = None,
    with_imports: bool = False,
) -> Signed:
    """Tell another system what happens from now on. Its secret is shown once: it proves who sends."""
    secret = rules.written_secret(os.urandom(rules.SECRET_BYTES))
    row = Webhook.objects.create(
        url=_checked_url(url),
        description=description.strip()[:200],
        kinds=_checked_kinds(kinds or []),
        with_imports=with_imports,
        secret=seal(secret, purpose=PURPOSE),
        made_by_id=by.id if by.kind == "user" else None,
        made_at=at,
    )
    ask_again()
    _record("webhook.added", row, by, at)
    return Signed(row, secret)


@command(permission="webhooks.edit", label=gettext_lazy("Change a webhook"))
def edit_webhook(
    *,
    webhook_id: int,
    by: Actor,
    at: datetime,
    url: str | None = None,
    description: str | None = None,
    kinds: list[str] | None = None,
    with_imports: bool | None = None,
) -> Webhook:
    """Change where messages go or what they tell of; those on their way go to the new address."""
    row = _locked(webhook_id)
    if url is not None:
        row.url = _checked_url(url)
    if description is not None:
        row.description = description.strip()[:200]
    if kinds is not None:
        row.kinds = _checked_kinds(kinds)
    if with_imports is not None:
        row.with_imports = with_imports
    row.save()
    _record("webhook.changed", row, by, at)
    return row


@command(permission="webhooks.edit", label=gettext_lazy("Change a webhook's secret"))
def rotate_webhook_secret(*, webhook_id: int, by: Actor, at: datetime) -> Signed:
    """Make a new secret, shown once. For a day messages are signed with the old one too."""
    row = _locked(webhook_id)
    secret = rules.written_secret(os.urandom(rules.SECRET_BYTES))
    row.former_secret, row.former_until = row.secret, at + FORMER_COUNTS_FOR
    row.secret = seal(secret, purpose=PURPOSE)
    row.save()
    _record("webhook.secret_rotated", row, by, at)
    return Signed(row, secret)


def _on_again(webhook: Webhook, arguments: Any) -> dict[str, Any]:
    return {"webhook_id": webhook.pk}


@command(
    permission="webhooks.edit",
    label=gettext_lazy("Switch a webhook off"),
    undo="enable_webhook",
    undo_arguments=_on_again,
)
def disable_webhook(
    *, webhook_id: int, by: Actor, at: datetime, because: Literal["chosen", "gone", "failing"] = "chosen"
) -> Webhook:
    """Send nothing to an endpoint any more. What happens meanwhile is not kept for it."""
    row = _locked(webhook_id)
    if not row.is_on:
        raise WebhookOff(_("This webhook is switched off already."))
    row.off_since, row.off_because = at, because
    row.save(update_fields=["off_since", "off_because"])
    ask_again()
    _record("webhook.disabled", row, by, at, because=because)
    if because != "chosen":
        for admin in User.objects.filter(role="admin", is_active=True).order_by("pk"):
            text = gettext_lazy(
                "A webhook was switched off: nothing got through to it. Look at it, then switch it on."
            )
            notify(user=admin, kind=NOTICE, text=text, path=f"/settings/webhooks/{row.pk}/", at=at)
    return row


@command(
    permission="webhooks.edit",
    label=gettext_lazy("Switch a webhook on"),
    undo="disable_webhook",
    undo_arguments=_on_again,
)
def enable_webhook(*, webhook_id: int, by: Actor, at: datetime) -> Webhook:
    """Send to an endpoint again, from now on. What failed before is sent again when you ask for it."""
    row = _locked(webhook_id)
    if row.is_on:
        raise WebhookOn(_("This webhook is on already."))
    row.off_since, row.off_because, row.failing_since, row.failed_at = None, "", None, None
    row.save(update_fields=["off_since", "off_because", "failing_since", "failed_at"])
    ask_again()
    _record("webhook.enabled", row, by, at)
    return row


@command(permission="webhooks.edit", label=gettext_lazy("Remove a webhook"))
def remove_webhook(*, webhook_id: int, by: Actor, at: datetime) -> Webhook:
    """Take an endpoint away for good, its secret and its messages with it."""
    row = _locked(webhook_id)
    row.removed_at, row.url, row.description, row.secret, row.former_secret = at, "", "", "", ""
    row.save()
    row.deliveries.all().delete()
    ask_again()
    _record("webhook.removed", row, by, at)
    return row


@command(permission="webhooks.edit", label=gettext_lazy("Send a test to a webhook"))
def try_webhook(*, webhook_id: int, by: Actor, at: datetime) -> Delivery:
    """Send an endpoint a message that tells of nothing, to see whether it gets there."""
    row = _on(webhook_id)
    stamp = at.isoformat().replace("+00:00", "Z")
    message = Delivery(
        webhook=row,
        message_id=f"msg_{uuid_utils.uuid7().hex}",
        kind=TEST,
        body=trial_body(stamp, row.pk),
        made_at=at,
    )
    send([message], at=at)
    _record("webhook.tested", row, by, at)
    return message


@command(permission="webhooks.edit", label=gettext_lazy("Send a message again"))
def replay_delivery(*, delivery_id: int, by: Actor, at: datetime) -> Delivery:
    """Send one message again, delivered or not, under its own id, by which it is known on the other side."""
    found = Delivery.objects.filter(pk=delivery_id, webhook__removed_at=None).first()
    if found is None:
        raise NotFound(_("There is no such message any more; they are kept for a month."))
    row = _on(found.webhook_id)
    message = Delivery.objects.select_for_update().get(pk=found.pk)
    if message.state == Delivery.State.WAITING:
        raise DeliveryOnItsWay(_("This message is on its way already and is tried until it gets there."))
    _send_again(Delivery.objects.filter(pk=message.pk), at)
    _record("webhook.replayed", row, by, at, count=1)
    message.refresh_from_db()
    return message


@command(permission="webhooks.edit", label=gettext_lazy("Send what failed again"))
def replay_failed(*, webhook_id: int, failed_since: datetime, by: Actor, at: datetime) -> dict[str, int]:
    """Send every message again that failed since a time, in the order in which they were made."""
    row = _on(webhook_id)
    failed = Delivery.objects.filter(webhook=row, state=Delivery.State.FAILED, made_at__gte=failed_since)
    count = _send_again(failed, at)
    if not count:
        raise NothingFailed(_("Nothing has failed since then, so there is nothing to send again."))
    _record("webhook.replayed", row, by, at, count=count)
    return {"replayed": count}


def _send_again(messages: "QuerySet[Delivery]", at: datetime) -> int:
    rows = list(messages.select_for_update().order_by("made_at", "pk"))
    for message in rows:
        message.begin(at)
    Delivery.objects.bulk_update(
        rows, ["state", "tries", "next_at", "error", "status", "milliseconds", "runs"], batch_size=500
    )
    queue.enqueue_many(TASK, [({"delivery_id": one.pk}, one.job_key) for one in rows])
    return len(rows)


def _locked(webhook_id: int) -> Webhook:
    # Not its key: acts that make messages for it meanwhile need not wait.
    row = Webhook.objects.kept().select_for_update(no_key=True).filter(pk=webhook_id).first()
    if row is None:
        raise NotFound(_("There is no such webhook any more."))
    return row


def _on(webhook_id: int) -> Webhook:
    row = _locked(webhook_id)
    if not row.is_on:
        raise WebhookOff(_("This webhook is switched off. Switch it on first."))
    return row


def _checked_url(url: str) -> str:
    try:
        read_address(url.strip())
    except AddressRefused as refusal:
        raise InvalidInput({"url": str(refusal)}) from None
    return url.strip()


def _checked_kinds(kinds: list[str]) -> list[str]:
    if unknown := sorted(set(kinds) - set(KINDS)):
        names = ", ".join(unknown)
        raise InvalidInput({"kinds": _("There are no events called %(names)s.") % {"names": names}})
    return [kind for kind in KINDS if kind in set(kinds)]


def _record(kind: str, row: Webhook, by: Actor, at: datetime, **told: Any) -> None:
    ledger.record(Fact(kind=kind, at=at, props={"webhook_id": row.pk, **told}), by=by)
