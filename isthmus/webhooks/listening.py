"""Facts that endpoints asked for become messages, in the transaction of their act."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.db import transaction

from isthmus.core import automations, queue
from isthmus.core.clock import now
from isthmus.people.models import Person
from isthmus.webhooks.events import KINDS, body_of, message_id
from isthmus.webhooks.models import Delivery, Webhook

TASK = "webhooks.deliver"
_KEY = "webhooks.somebody_listens"
_SECONDS = 2  # So long another process may not know of a company's first endpoint.


def note_facts(facts: Sequence[Mapping[str, Any]]) -> None:
    """Make messages of these facts for the endpoints that asked for them, and have them sent."""
    if not somebody_listens():
        return
    endpoints = list(Webhook.objects.listening())
    wanted = [
        (endpoint, fact)
        for fact in facts
        if fact["kind"] in KINDS
        for endpoint in endpoints
        if endpoint.wants(fact["kind"], fact["actor_kind"]) and automations.allows(endpoint.automation)
    ]
    if not wanted:
        return
    at, persons = now(), _persons([fact["subject"] for _endpoint, fact in wanted])
    send(
        [
            Delivery(
                webhook=endpoint,
                message_id=message_id(fact),
                kind=fact["kind"],
                body=body_of(fact, persons.get(fact["subject"])),
                made_at=at,
            )
            for endpoint, fact in wanted
        ],
        at=at,
    )
    for name, number in Counter(endpoint.automation for endpoint, _fact in wanted).items():
        automations.count(name, number)


def send(deliveries: Sequence[Delivery], *, at: datetime) -> None:
    """Write new messages and the jobs that send them."""
    for delivery in deliveries:
        delivery.begin(at)
    made = Delivery.objects.bulk_create(deliveries, batch_size=500)
    queue.enqueue_many(TASK, [({"delivery_id": one.pk}, one.job_key) for one in made])


def somebody_listens() -> bool:
    """Whether there is any endpoint: asked before each act, so the answer is kept for a moment."""
    found: bool | None = cache.get(_KEY)
    if found is None:
        found = Webhook.objects.listening().exists()
        cache.set(_KEY, found, _SECONDS)
    return found


def ask_again() -> None:
    """An endpoint came or went: this process looks again, now and once that is committed."""
    cache.delete(_KEY)
    transaction.on_commit(lambda: cache.delete(_KEY))


def _persons(subjects: Sequence[int | None]) -> Mapping[int | None, int]:
    numbers = sorted({one for one in subjects if one is not None})
    found: dict[int | None, int] = {}
    for start in range(0, len(numbers), 500):
        rows = Person.objects.filter(subject__in=numbers[start : start + 500])
        found |= dict(rows.values_list("subject", "pk"))
    return found
