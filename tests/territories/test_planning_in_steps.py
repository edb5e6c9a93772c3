"""Planning in the background, step by step: stopped, gone on with, as at once; exceptions of any kind."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from isthmus.bulk.commands import go_on_with_bulk_edit, stop_bulk_edit
from isthmus.bulk.models import BulkEdit, BulkPart, BulkState
from isthmus.core.queue import run_due
from isthmus.core.queue.models import Job
from isthmus.leads.models import Lead
from isthmus.meetings.commands import book_meeting
from isthmus.people.commands import add_account
from isthmus.people.models import Account, Person
from isthmus.people.reassigning import reassign_account
from isthmus.sales.commands import open_deal
from isthmus.sales.models import Deal, Task
from isthmus.territories import finding, working
from isthmus.territories.commands import leave_out_of_reassignment
from isthmus.territories.models import PlannedUnit, Reassignment
from isthmus.workspace.actors import actor_for
from tests.cast import MONDAY_NOON
from tests.territories.conftest import ACT
from tests.territories.test_reassigning import SOON, planned, started, world
from tests.territories.test_rules import rule, switched_on

__all__ = ["world"]
pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def in_steps(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two records a step, in the background."""
    monkeypatch.setattr(finding, "CHUNK", 2)
    monkeypatch.setattr(finding, "_IDS", 2)
    monkeypatch.setattr(working, "AT_ONCE", 0)
    yield


@pytest.fixture
def many(world: Any, rita: Any) -> None:
    for number in range(5):
        made = add_account(name=f"Firm {number}", country="DE", **ACT)
        reassign_account(account_id=made.pk, owner_id=rita.pk, **ACT)
        open_deal(
            name=f"Deal {number}", account_id=made.pk, owner_id=rita.pk, amount=Decimal(10),
            expected_close_on=date(2026, 3, 20), **ACT,
        )  # fmt: skip


def parts(row: Reassignment) -> set[tuple[Any, ...]]:
    """Who gets which record, whatever part it stands in."""
    return {
        (one.list, pk, *sorted((one.changes or {}).items()), *sorted((one.before or {}).items()))
        for one in BulkPart.objects.filter(edit=row.pk)
        for pk in one.ids
    }


ASKED = [
    {"what": "seller", "to": "shares", "weights": [2, 1], "why": "Rita left"},
    {"what": "seller", "to": "turn"},
    {"what": "territory", "to": "one"},
    {"what": "rules", "to": "rules"},
    {"what": "records", "to": "one"},
]


@pytest.mark.parametrize("asked", ASKED, ids=lambda one: f"{one['what']} to {one['to']}")
def test_in_steps_it_is_the_plan_that_it_is_at_once(
    many: None, world: Any, rita: Any, olga: Any, bea: Any, admin: Any,
    monkeypatch: pytest.MonkeyPatch, asked: dict[str, Any],
) -> None:  # fmt: skip
    switched_on({"rules": [rule(world["Bavaria"], ("name", "is_not", "Elbe"), how="turn")]})
    given = {
        **asked,
        **({"seller_id": rita.pk} if asked["what"] == "seller" else {}),
        **({"territory_id": world["DACH"]} if asked["what"] == "territory" else {}),
        **({"ids": list(Account.objects.values_list("pk", flat=True))} if asked["what"] == "records" else {}),
        "to_ids": [] if asked["to"] == "rules" else [bea.pk, olga.pk][: 1 if asked["to"] == "one" else 2],
    }
    at_once = planned(admin, **given)
    monkeypatch.setattr(finding, "CHUNK", 2)
    monkeypatch.setattr(finding, "_IDS", 2)
    monkeypatch.setattr(working, "AT_ONCE", 0)

    in_steps = planned(admin, **given)
    assert in_steps.edit.state == BulkState.PREPARING
    run_due()

    in_steps.refresh_from_db()
    assert in_steps.edit.state == BulkState.TRIED
    assert parts(in_steps) == parts(at_once)
    assert in_steps.figures == at_once.figures
    assert (in_steps.planning, PlannedUnit.objects.count()) == ({}, 0)
    assert in_steps.edit.counts == at_once.edit.counts


def test_it_is_stopped_and_goes_on_where_it_was_also_after_a_crash(
    in_steps: None, many: None, rita: Any, bea: Any, olga: Any, admin: Any, client: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    by = {"by": actor_for(admin), "at": SOON}
    reached: list[int] = []

    def crash(name: str) -> None:
        reached.append(len(reached))
        if len(reached) == 3:
            raise RuntimeError("the power went")

    row = planned(admin, what="seller", seller_id=rita.pk, to="shares", to_ids=[bea.pk, olga.pk])
    monkeypatch.setattr(working, "crash_point", crash)
    run_due()
    row.refresh_from_db()
    done = row.planning["done"]
    assert (done, row.edit.counts["preparing"]["through"]) == (4, 4)
    client.force_login(admin, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("reassignment", args=[row.pk])).content.decode()
    assert "Looking for what would go" in page
    assert f'value="4" max="{row.edit.total}"' in page

    stop_bulk_edit(edit_id=row.pk, **by)
    Job.objects.update(run_at=MONDAY_NOON)
    run_due()
    row.refresh_from_db()
    assert (row.planning["done"], row.edit.state) == (done, BulkState.PREPARING)
    assert "Go on" in client.get(reverse("reassignment", args=[row.pk])).content.decode()

    go_on_with_bulk_edit(edit_id=row.pk, **by)
    run_due()

    row.refresh_from_db()
    assert row.edit.state == BulkState.TRIED
    assert row.edit.total == row.figures["gives"][str(rita.pk)]["lists"]["accounts"] + 10
    gets = [hand["lists"]["accounts"] for hand in row.figures["gets"].values()]
    assert sorted(gets) == [3, 4], "shares go on from what was given before the stop"


def test_nothing_found_in_the_background_is_said_and_cannot_be_started(
    in_steps: None, world: Any, rita: Any, admin: Any, client: Any
) -> None:
    row = planned(
        admin, what="territory", territory_id=world["DACH"], to="one", to_ids=[rita.pk], kinds=["accounts"]
    )
    run_due()

    edit = BulkEdit.objects.get(pk=row.pk)
    assert (edit.state, edit.total) == (BulkState.TRIED, 0)
    client.force_login(admin, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("reassignment", args=[row.pk])).content.decode()
    assert "Nothing would go to anybody else" in page
    assert "Give them away" not in page


def test_a_person_a_lead_or_a_deal_is_left_out_with_what_is_open_about_it(
    world: Any, rita: Any, bea: Any, admin: Any, client: Any
) -> None:
    row = planned(admin, what="seller", seller_id=rita.pk, to="one", to_ids=[bea.pk])
    pat, elbe = Person.objects.get(full_name="Pat of Isar"), Deal.objects.get(name="Elbe")
    client.force_login(admin, backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("reassignment", args=[row.pk])
    for name, record in (("people", pat), ("deals", elbe)):
        page = client.get(address, {"list": name}).content.decode()
        assert f'name="keep" value="{record.pk}" checked' in page
        shown = BulkPart.objects.get(edit=row.pk, list=name).ids
        keep = [pk for pk in shown if pk != record.pk]
        client.post(f"{address}leave-out/", {"list": name, "shown": shown, "keep": keep})

    row.refresh_from_db()
    assert row.edit.left_out["said"] == {"people": [pat.pk], "deals": [elbe.pk]}
    started(row, admin)

    assert {one.name: one.owner_id for one in Account.objects.all()} == {"Isar": bea.pk, "Elbe": bea.pk}
    assert Lead.objects.get(person=pat).owner_id == rita.pk, "an open lead stays with its person"
    assert Person.objects.get(pk=pat.pk).owner_id == rita.pk
    assert (Deal.objects.get(pk=elbe.pk).owner_id, Task.objects.get().owner_id) == (rita.pk, rita.pk)
    assert Deal.objects.get(name="Isar").owner_id == bea.pk


def test_meetings_ahead_are_offered_where_they_can_be_moved_or_called_off(
    world: Any, rita: Any, bea: Any, admin: Any, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("isthmus.core.clock.now", lambda: MONDAY_NOON)
    isar = Account.objects.get(name="Isar")
    with_isar = book_meeting(
        title="Look at the boats", starts_at=SOON, minutes=30, owner_id=rita.pk, account_id=isar.pk, **ACT
    )
    book_meeting(
        title="With nobody", starts_at=SOON + timedelta(hours=2), minutes=30, owner_id=rita.pk, **ACT
    )
    row = planned(admin, what="seller", seller_id=rita.pk, to="one", to_ids=[bea.pk])
    client.force_login(admin, backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("reassignment", args=[row.pk])

    page = client.get(address).content.decode()
    assert f'href="{reverse("meeting", args=[with_isar.pk])}"' in page
    assert "With nobody" not in page

    leave_out_of_reassignment(
        reassignment_id=row.pk, records={"accounts": [isar.pk]}, by=actor_for(admin), at=MONDAY_NOON
    )
    assert "Look at the boats" not in client.get(address).content.decode()
