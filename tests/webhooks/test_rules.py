"""Signatures and waits, worked by hand and after the published example."""

from datetime import timedelta

import pytest

from isthmus.webhooks import rules

pytestmark = pytest.mark.core


def test_the_published_example_is_signed_as_published() -> None:
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    signed = rules.signatures([secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, '{"test": 2432232314}')

    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_waits_grow_to_three_days_in_all() -> None:
    waits = [rules.wait_after(tries, jitter=0) for tries in range(1, rules.MAX_TRIES + 1)]

    assert waits[0] == timedelta(seconds=5)
    assert waits[-1] is None
    whole = [wait for wait in waits if wait is not None]
    assert whole == sorted(whole)
    assert timedelta(days=3) < sum(whole, timedelta()) < timedelta(days=4)


@pytest.mark.parametrize(
    ("asked", "wait"),
    [
        ("", 5), ("1", 5), ("60", 60), ("99999999", 86_400), ("-5", 5), ("Wed, 21 Oct 2026 07:28:00 GMT", 5),
        ("٣", 5), ("9" * 400, 5),
    ],
)  # fmt: skip
def test_an_endpoint_that_asks_for_time_gets_it_within_reason(asked: str, wait: int) -> None:
    assert rules.wait_after(1, jitter=0, asked=asked) == timedelta(seconds=wait)


def test_what_failed_together_does_not_return_together() -> None:
    assert rules.wait_after(2, jitter=1) == timedelta(seconds=360)


def test_a_message_alone_is_never_held_up_by_the_pause_of_its_endpoint() -> None:
    failing_for = timedelta()

    for wait in rules.WAITS:
        failing_for += wait
        assert rules.pause(failing_for) <= wait
