"""What could not be read, sent again: once each, with its own time, whatever dies; or thrown away."""

from datetime import timedelta

import msgspec
import pytest

from isthmus.collect import invariants
from isthmus.collect.commands import (
    discard_quarantined,
    go_on_with_repair,
    replay_quarantined,
    stop_repair,
)
from isthmus.collect.commands.quarantine import NothingWaits, RepairNotUnderWay
from isthmus.collect.models import Quarantined, Repair, SourceCount
from isthmus.collect.quarantine import working
from isthmus.core.actors import SYSTEM
from isthmus.core.clock import now, to_us
from isthmus.core.queue.running import run_due
from isthmus.core.refusals import InvalidInput
from isthmus.ledger.invariants import check_facts
from isthmus.ledger.segments import writer
from isthmus.ledger.segments.frames import Batch
from tests.collect.received import receive, sealed, track, website
from tests.web.conftest import ledger_folder

__all__ = ["ledger_folder"]
pytestmark = [pytest.mark.both_databases, pytest.mark.django_db, pytest.mark.usefixtures("ledger_folder")]

AS_NUMBER = [{"act": "number", "field": "properties.revenue"}]


def order(revenue="12,50 €", **more):
    return track("Order", properties={"revenue": revenue, "currency": "EUR"}, **more)


def again(source, rules=AS_NUMBER, **given):
    asked = {"source_id": source.pk, "reason": "bad_amount", "event": "Order", **given}
    return replay_quarantined(**asked, rules=rules, by=SYSTEM, at=now())


def counts(source):
    names = ("acknowledged", "facts", "duplicates", "quarantined", "replayed")
    return SourceCount.objects.filter(source=source).values_list(*names).get()


def states():
    return sorted(Quarantined.objects.values_list("state", flat=True))


def test_an_event_is_repaired_by_a_rule_and_becomes_the_fact_it_was_meant_to_be():
    shop, then = website(), now() - timedelta(hours=5)
    receive(shop, order(), track("Seen"), at=then)
    assert [row[0] for row in sealed("event")] == ["Seen"]

    repair = again(shop)

    rows = sealed("event, amount, received_us, occurred_us", "event = 'Order'")
    assert rows == [("Order", 12_500_000, to_us(then), to_us(then))]
    assert (repair.done, repair.left, repair.ended_at is not None) == (1, 0, True)
    assert states() == ["replayed"]
    assert counts(shop) == (2, 2, 0, 1, 1)
    assert (invariants.check(), check_facts()) == ([], [])


def test_what_the_rules_do_not_mend_stays():
    shop = website()
    receive(shop, order(), order("free"))
    sealed()

    repair = again(shop)

    assert (repair.total, repair.done, repair.left) == (2, 1, 1)
    assert states() == ["replayed", "waiting"]
    assert len(sealed()) == 1
    assert invariants.check() == []


def test_some_of_a_group_are_sent_again_and_the_others_wait():
    shop = website()
    receive(shop, order(), order(), order())
    sealed()
    (chosen, *_rest) = Quarantined.objects.values_list("pk", flat=True)

    again(shop, ids=[chosen])

    assert states() == ["replayed", "waiting", "waiting"]
    assert len(sealed()) == 1
    with pytest.raises(NothingWaits):
        again(shop, ids=[chosen])
    with pytest.raises(InvalidInput):
        again(shop, ids=list(range(501)))


def test_dying_between_the_disk_and_the_mark_doubles_nothing(monkeypatch):
    shop = website()
    receive(shop, order(), order(messageId="m-1"), order(timestamp="2026-01-02T03:04:05Z"))
    sealed()

    class Died(BaseException):
        pass

    def die(_name):
        raise Died

    monkeypatch.setattr(working, "crash_point", die)
    with pytest.raises(Died):
        again(shop)
    assert (states(), len(sealed())) == (["waiting"] * 3, 3)
    monkeypatch.undo()
    again(shop)

    assert (states(), len(sealed())) == (["replayed"] * 3, 3)
    assert counts(shop) == (3, 3, 3, 3, 6)
    assert invariants.check() == []


def test_an_event_that_its_sender_sent_twice_is_one_fact():
    shop = website()
    twice = order(timestamp="2026-01-02T03:04:05Z")
    receive(shop, twice)
    receive(shop, twice)
    receive(shop, order())
    receive(shop, order())
    sealed()

    again(shop)

    assert len(sealed()) == 3


def test_a_call_for_one_event_is_sent_again_as_what_it_was():
    shop = website()
    body = msgspec.json.encode({"event": "", "anonymousId": "anna"})
    writer.append(Batch(shop.pk, to_us(now()), "t", "", "", "", body, 1))
    sealed()

    again(shop, [{"act": "event", "value": "Named"}], reason="no_event", event="track")

    assert sealed("event") == [("Named",)]


def test_a_call_whose_envelope_could_not_be_read_is_counted_and_sent_again_as_a_whole():
    shop = website()
    receive(shop, track("A"), track("B"), sentAt={"not": "a time"})
    sealed()
    assert counts(shop) == (2, 0, 0, 2, 0)

    again(shop, [{"act": "remove", "field": "none"}], reason="not_json", event="")
    assert states() == ["waiting"]
    again(shop, [{"act": "remove", "field": "sentAt"}], reason="not_json", event="")

    assert sorted(sealed("event")) == [("A",), ("B",)]
    assert counts(shop) == (2, 2, 0, 2, 2)
    assert invariants.check() == []


def test_what_is_no_object_can_only_be_thrown_away():
    shop = website()
    receive(shop, b'"a text"', b"17")
    sealed()
    asked = {"reason": "not_an_event", "event": ""}
    assert again(shop, **asked).left == 2

    discard_quarantined(source_id=shop.pk, **asked, by=SYSTEM, at=now())

    assert states() == ["discarded", "discarded"]
    assert (sealed(), invariants.check()) == ([], [])


def test_a_disk_that_takes_nothing_leaves_all_of_them_waiting(monkeypatch):
    shop = website()
    receive(shop, order())
    sealed()

    def full(_batches):
        raise writer.SegmentFull

    monkeypatch.setattr(writer, "append_all", full)
    with pytest.raises(working.NotWritten, match="Make room"):
        again(shop)

    assert states() == ["waiting"]
    assert not Repair.objects.exists()


def test_many_are_sent_again_in_the_background_stopped_and_gone_on_with(monkeypatch):
    monkeypatch.setattr("isthmus.collect.commands.quarantine.AT_ONCE", 2)
    monkeypatch.setattr(working, "PART", 2)
    shop = website()
    receive(shop, *[order() for _ in range(5)])
    sealed()

    repair = again(shop)
    assert (repair.done, states()) == (0, ["waiting"] * 5)
    stop_repair(repair_id=repair.pk, by=SYSTEM, at=now())
    run_due()
    assert states() == ["waiting"] * 5
    with pytest.raises(RepairNotUnderWay):
        stop_repair(repair_id=repair.pk, by=SYSTEM, at=now())
    go_on_with_repair(repair_id=repair.pk, by=SYSTEM, at=now())
    run_due()

    repair.refresh_from_db()
    assert (repair.done, repair.ended_at is not None, states()) == (5, True, ["replayed"] * 5)
    assert len(sealed()) == 5
    with pytest.raises(RepairNotUnderWay):
        go_on_with_repair(repair_id=repair.pk, by=SYSTEM, at=now())


def test_counts_that_do_not_add_up_are_named():
    shop = website(name="Shop")
    receive(shop, track("A"), order())
    sealed()
    assert invariants.check() == []

    SourceCount.objects.update(facts=2)
    Quarantined.objects.create(
        source=shop, unit=1, received_us=1, endpoint="batch", reason="no_event", body="{}"
    )

    assert len(invariants.check()) == 3
    assert "Source “Shop” had 2 events acknowledged" in invariants.check()[0]
