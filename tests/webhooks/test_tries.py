"""A message that fails is tried again, later each time; an endpoint that nothing gets through to is left."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from isthmus.core.actors import SYSTEM
from isthmus.core.clock import now
from isthmus.core.models import Job
from isthmus.core.outbound import AddressRefused, NotReached
from isthmus.core.queue.control import cancel
from isthmus.core.queue.running import run_due
from isthmus.core.refusals import InvalidInput, NotFound, NotPermitted
from isthmus.leads.commands import capture_lead
from isthmus.upkeep.looking import webhooks_get_through
from isthmus.webhooks import delivering, rules
from isthmus.webhooks.commands import (
    DeliveryOnItsWay,
    NothingFailed,
    Signed,
    WebhookOff,
    WebhookOn,
    add_webhook,
    disable_webhook,
    edit_webhook,
    enable_webhook,
    remove_webhook,
    replay_delivery,
    replay_failed,
    try_webhook,
)
from isthmus.webhooks.models import Delivery, Webhook
from isthmus.workspace.actors import actor_for
from isthmus.workspace.models import Notification, User
from tests.cast import MONDAY_NOON
from tests.webhooks.conftest import OtherSide

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
Make = Callable[..., Signed]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Sets the time at which tries are noted."""

    def at(moment: datetime) -> None:
        monkeypatch.setattr(delivering, "now", lambda: moment)

    return at


def _capture(email: str = "a@example.com") -> Delivery:
    capture_lead(email=email, by=SYSTEM, at=MONDAY_NOON)
    delivery: Delivery = Delivery.objects.latest("pk")
    return delivery


def _try_until_the_end(delivery: Delivery, clock: Callable[[datetime], None]) -> None:
    while delivery.state == "waiting":
        _try_next(delivery, clock)


def _try_next(delivery: Delivery, clock: Callable[[datetime], None]) -> None:
    assert delivery.next_at
    at = delivery.next_at + timedelta(seconds=1)  # The job was queued a moment after the message was made.
    clock(at)
    assert run_due(limit=1, at=at) == 1
    delivery.refresh_from_db()


def test_a_failed_try_is_repeated_later_under_the_same_id(endpoint: Make, other_side: OtherSide) -> None:
    endpoint(kinds=["lead.captured"])
    other_side.answers = [503, NotReached("Nobody listens at this address.")]
    delivery = _capture()

    run_due()
    delivery.refresh_from_db()
    first = (delivery.state, delivery.tries, delivery.status, delivery.error)
    assert delivery.next_at
    for _again in range(2):
        run_due(at=delivery.next_at + timedelta(hours=3))
    delivery.refresh_from_db()

    assert first == ("waiting", 1, 503, "It answered 503.")
    assert (delivery.state, delivery.tries, delivery.error) == ("delivered", 3, "")
    assert len({headers["webhook-id"] for _url, _body, headers in other_side.came}) == 1
    assert len({body for _url, body, _headers in other_side.came}) == 1
    assert Webhook.objects.get().failing_since is None


def test_after_three_days_of_nothing_the_endpoint_is_switched_off_and_administrators_know(
    endpoint: Make, other_side: OtherSide, admin: User, clock: Callable[[datetime], None]
) -> None:
    made = endpoint(kinds=["lead.captured"])
    other_side.answers = [500] * 20
    delivery = _capture()

    _try_until_the_end(delivery, clock)

    row = Webhook.objects.get()
    assert (delivery.state, delivery.tries, row.off_because) == ("failed", rules.MAX_TRIES, "failing")
    assert delivery.tried_at and timedelta(days=3) < delivery.tried_at - delivery.made_at < timedelta(days=4)
    notice = Notification.objects.get(user=admin)
    assert (notice.kind, notice.path) == ("webhook.disabled", f"/settings/webhooks/{made.pk}/")
    _capture("another@example.com")
    assert Delivery.objects.count() == 1


def test_the_doctor_names_an_endpoint_that_nothing_gets_through_to(endpoint: Make) -> None:
    made = endpoint(description="Shop")
    assert webhooks_get_through() == []

    Webhook.objects.update(failing_since=now() - timedelta(hours=2))
    (failing,) = webhooks_get_through()
    disable_webhook(webhook_id=made.pk, because="gone", by=SYSTEM, at=now())
    (gone,) = webhooks_get_through()

    assert "Nothing gets through to the webhook Shop" in failing
    assert "so it is off" in gone


def test_a_message_that_fails_while_others_get_through_leaves_the_endpoint_on(
    endpoint: Make, other_side: OtherSide, clock: Callable[[datetime], None]
) -> None:
    endpoint(kinds=["lead.captured"])
    other_side.answers = [500] * 9 + [200, 500]
    first = _capture()
    for _again in range(9):
        _try_next(first, clock)
    another = _capture("another@example.com")
    _try_next(another, clock)
    if another.state == "waiting":  # Put off, as the ninth try was a moment ago.
        _try_next(another, clock)

    _try_until_the_end(first, clock)

    assert (first.state, Webhook.objects.get().is_on) == ("failed", True)


def test_many_messages_do_not_all_try_an_endpoint_that_fails(
    endpoint: Make, other_side: OtherSide, clock: Callable[[datetime], None]
) -> None:
    endpoint(kinds=["lead.captured"])
    other_side.answers = [NotReached("No answer came within 20 seconds.")] * 99
    for number in range(10):
        _capture(f"p{number}@example.com")
    at = now()

    clock(at)
    run_due(at=at + timedelta(seconds=1))
    once = len(other_side.came)
    for _minute in range(10):
        at += timedelta(minutes=1)
        clock(at)
        run_due(limit=200, at=at)

    assert once == 1
    assert len(other_side.came) < 15
    assert Delivery.objects.filter(state="waiting").count() == 10
    other_side.answers = []
    for _hour in range(3):
        at += timedelta(hours=1)
        clock(at)
        run_due(at=at)
    assert set(Delivery.objects.values_list("state", flat=True)) == {"delivered"}


def test_410_switches_an_endpoint_off_at_once(endpoint: Make, other_side: OtherSide, admin: User) -> None:
    endpoint(kinds=["lead.captured"])
    other_side.answers = [410]
    delivery = _capture()

    run_due()

    delivery.refresh_from_db()
    assert (delivery.state, Webhook.objects.get().off_because) == ("failed", "gone")
    assert Notification.objects.filter(user=admin).count() == 1


def test_what_waits_when_an_endpoint_is_switched_off_is_not_sent(
    endpoint: Make, other_side: OtherSide
) -> None:
    made = endpoint(kinds=["lead.captured"])
    delivery = _capture()
    disable_webhook(webhook_id=made.pk, by=SYSTEM, at=MONDAY_NOON)

    run_due()

    delivery.refresh_from_db()
    assert (other_side.came, delivery.state) == ([], "failed")
    assert "switched off" in delivery.error


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (302, "a redirect, and nobody is sent on"),
        (AddressRefused("10.0.0.1 lies within a private network."), "private network"),
        (NotReached("Nobody knows the name x."), "Nobody knows"),
    ],
)
def test_why_it_failed_is_said(endpoint: Make, other_side: OtherSide, said: Any, sentence: str) -> None:
    endpoint(kinds=["lead.captured"])
    other_side.answers = [said]
    delivery = _capture()

    run_due()

    delivery.refresh_from_db()
    assert (delivery.state, sentence in delivery.error) == ("waiting", True)


def test_messages_are_sent_again_one_or_all_that_failed_since(endpoint: Make, other_side: OtherSide) -> None:
    made = endpoint(kinds=["lead.captured"])
    other_side.answers = [410]
    first = _capture()
    run_due()
    with pytest.raises(WebhookOff, match="Switch it on first"):
        replay_delivery(delivery_id=first.pk, by=SYSTEM, at=now())
    enable_webhook(webhook_id=made.pk, by=SYSTEM, at=now())

    told = replay_failed(webhook_id=made.pk, failed_since=MONDAY_NOON, by=SYSTEM, at=now())
    with pytest.raises(DeliveryOnItsWay):
        replay_delivery(delivery_id=first.pk, by=SYSTEM, at=now())
    run_due()
    replay_delivery(delivery_id=first.pk, by=SYSTEM, at=now())
    run_due()

    first.refresh_from_db()
    assert (told, first.state, len(other_side.came)) == ({"replayed": 1}, "delivered", 3)
    with pytest.raises(NothingFailed):
        replay_failed(webhook_id=made.pk, failed_since=MONDAY_NOON, by=SYSTEM, at=now())


def test_a_test_is_sent(endpoint: Make, other_side: OtherSide) -> None:
    made = endpoint(kinds=["deal.won"])

    try_webhook(webhook_id=made.pk, by=SYSTEM, at=MONDAY_NOON)
    run_due()

    assert Delivery.objects.get().state == "delivered"
    assert b'"type":"webhook.test"' in other_side.came[0][1]


@pytest.mark.parametrize("url", ["http://example.com/", "https://127.0.0.1/", "https://localhost/", "x"])
def test_an_address_that_is_never_called_is_refused(admin: User, endpoint: Make, url: str) -> None:
    made = endpoint()

    with pytest.raises(InvalidInput) as refused:
        add_webhook(url=url, by=SYSTEM, at=MONDAY_NOON)
    with pytest.raises(InvalidInput):
        edit_webhook(webhook_id=made.pk, url=url, by=SYSTEM, at=MONDAY_NOON)
    assert set(refused.value.errors) == {"url"}


def test_unknown_events_are_refused_by_name(endpoint: Make) -> None:
    with pytest.raises(InvalidInput, match=r"lead\.captred"):
        endpoint(kinds=["lead.captred"])


def test_only_whoever_may_looks_after_endpoints(admin: User, sam: User) -> None:
    with pytest.raises(NotPermitted):
        add_webhook(url="https://example.com/", by=actor_for(sam), at=MONDAY_NOON)
    made = add_webhook(url="https://example.com/", by=actor_for(admin), at=MONDAY_NOON)
    assert made.row.made_by == admin


def test_what_is_on_off_or_removed_is_refused_in_a_sentence(endpoint: Make) -> None:
    made = endpoint()
    with pytest.raises(WebhookOn):
        enable_webhook(webhook_id=made.pk, by=SYSTEM, at=MONDAY_NOON)
    disable_webhook(webhook_id=made.pk, by=SYSTEM, at=MONDAY_NOON)
    with pytest.raises(WebhookOff):
        disable_webhook(webhook_id=made.pk, by=SYSTEM, at=MONDAY_NOON)
    with pytest.raises(WebhookOff):
        try_webhook(webhook_id=made.pk, by=SYSTEM, at=MONDAY_NOON)
    remove_webhook(webhook_id=made.pk, by=SYSTEM, at=MONDAY_NOON)
    with pytest.raises(NotFound):
        enable_webhook(webhook_id=made.pk, by=SYSTEM, at=MONDAY_NOON)


def test_old_messages_are_forgotten_and_a_dropped_job_is_noticed(endpoint: Make) -> None:
    endpoint(kinds=["lead.captured"])
    delivery = _capture()
    cancel(Job.objects.get(key=delivery.job_key).pk)

    assert delivering.note_lost(now()) == 0  # It may just be on its way.
    assert delivering.note_lost(now() + timedelta(hours=2)) == 1
    delivery.refresh_from_db()
    assert (delivery.state, "dropped" in delivery.error) == ("failed", True)
    assert delivering.forget_old(now() + timedelta(days=29)) == 0
    assert delivering.forget_old(now() + timedelta(days=31)) == 1
