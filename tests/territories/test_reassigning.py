"""Giving customers to others: previewed, in parts, told once, taken back, and the past stays as it stood."""

import json
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from isthmus.bulk import running
from isthmus.bulk.commands import go_on_with_bulk_edit, stop_bulk_edit
from isthmus.bulk.models import BulkEdit, BulkState
from isthmus.core import commands
from isthmus.core.actors import SYSTEM
from isthmus.core.queue import run_due
from isthmus.core.refusals import InvalidInput, NotPermitted
from isthmus.core.window import Window
from isthmus.handoff.commands import hand_over_lead
from isthmus.leads.commands import capture_lead, qualify_lead
from isthmus.leads.models import Lead
from isthmus.ledger.models import InboxFact
from isthmus.meetings.commands import book_meeting
from isthmus.metrics.queries import Question, ask
from isthmus.people.commands import add_account, edit_account
from isthmus.people.models import Account, Person
from isthmus.people.reassigning import reassign_account, reassign_accounts
from isthmus.sales.commands import add_task, edit_deal, open_deal, pay_order, place_order, win_deal
from isthmus.sales.models import Deal, Task
from isthmus.territories.commands import leave_out_of_reassignment, plan_reassignment
from isthmus.territories.commands.reassigning import NothingToReassign
from isthmus.territories.figures import without_exceptions
from isthmus.workspace.actors import actor_for
from isthmus.workspace.models import Notification
from tests.cast import MONDAY_NOON
from tests.territories.conftest import ACT
from tests.territories.test_rules import rule, switched_on

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
SOON = MONDAY_NOON + timedelta(days=1)


@pytest.fixture
def world(tree, pipeline, rita, olga):
    """Rita's two accounts in Germany with people, an open lead whose clock runs, two deals and a task; and
    one deal of Olga's with one of them.
    """
    for number, name in enumerate(("Isar", "Elbe")):
        made = add_account(name=name, domain=f"{name.lower()}.example", country="DE", **ACT)
        reassign_account(account_id=made.pk, owner_id=rita.pk, **ACT)
        lead = capture_lead(
            full_name=f"Pat of {name}", email=f"pat@{name.lower()}.example", company=name,
            company_domain=f"{name.lower()}.example", country="DE", **ACT,
        )  # fmt: skip
        if not number:
            qualify_lead(lead_id=lead.pk, score=80, **ACT)
            hand_over_lead(lead_id=lead.pk, owner_id=rita.pk, due_at=SOON, **ACT)
        deal = open_deal(
            name=name, account_id=made.pk, owner_id=rita.pk, amount=Decimal(1000 + number),
            expected_close_on=date(2026, 3, 20), **ACT,
        )  # fmt: skip
    add_task(text="Call them", deal_id=deal.pk, owner_id=rita.pk, **ACT)
    open_deal(name="Olgas", account_id=made.pk, owner_id=olga.pk, **ACT)
    return tree


def planned(admin, **asked):
    return plan_reassignment(by=actor_for(admin), at=MONDAY_NOON, **asked)


def started(row, admin):
    return commands.run("start_bulk_edit", {"edit_id": row.pk}, by=actor_for(admin), at=SOON)


def owners(model):
    return [one.owner_id for one in model.objects.order_by("pk")]


def test_a_seller_leaves_and_everything_open_goes_to_others_each_customer_to_one(
    world, rita, olga, bea, admin
):
    book_meeting(
        title="Look at the boats", starts_at=SOON, minutes=30, owner_id=rita.pk,
        account_id=Account.objects.get(name="Isar").pk, **ACT,
    )  # fmt: skip
    row = planned(
        admin, what="seller", seller_id=rita.pk, to="shares", to_ids=[bea.pk, olga.pk], why="Rita left"
    )

    gives = row.figures["gives"][str(rita.pk)]
    assert gives["lists"] == {"accounts": 2, "people": 1, "leads": 1, "deals": 2, "tasks": 1}
    assert (gives["clocks"], gives["value"], gives["closing"]) == (1, 2001_000000, 2001_000000)
    assert {pk: hand["lists"]["accounts"] for pk, hand in row.figures["gets"].items()} == {
        str(bea.pk): 1, str(olga.pk): 1,
    }  # fmt: skip
    assert row.figures["stays"][str(rita.pk)] == {"unpaid_orders": 0, "meetings": 1}
    assert row.edit.state == BulkState.TRIED
    assert owners(Account) == [rita.pk, rita.pk]

    started(row, admin)

    assert owners(Account) == [olga.pk, bea.pk]
    assert owners(Deal) == [olga.pk, bea.pk, olga.pk]
    assert owners(Lead) == [olga.pk, None]
    assert owners(Task) == [bea.pk]
    assert Account.objects.get(name="Isar").team_id == olga.team_id
    assert Lead.objects.first().due_at == SOON  # The customer waits the same.
    elbe = Account.objects.get(name="Elbe")
    fact = InboxFact.objects.filter(kind="account.reassigned", account_id=elbe.pk, owner=bea.pk).get()
    told = json.loads(fact.props)
    assert told["owner_id"] == [rita.pk, bea.pk] and told["why"] == "Rita left"
    assert (fact.actor_kind, fact.actor_id) == ("user", admin.pk)
    told = {one.user_id: one.text for one in Notification.objects.filter(kind="records.given")}
    assert told == {
        olga.pk: "Yours now: 1 account, 1 person, 1 open lead, 1 open deal (Rita left)",
        bea.pk: "Yours now: 1 account, 1 open deal, 1 task (Rita left)",
    }


def test_the_undo_takes_back_what_nobody_worked_on_and_says_what_stays(world, rita, bea, admin):
    row = planned(admin, what="seller", seller_id=rita.pk, to="one", to_ids=[bea.pk])
    done = started(row, admin)
    edit_account(account_id=Account.objects.get(name="Isar").pk, city="Munich", **ACT)
    edit_deal(deal_id=Deal.objects.get(name="Elbe").pk, name="Elbe again", **ACT)

    commands.undo(done.batch, by=actor_for(admin), at=SOON)

    assert owners(Account) == [bea.pk, rita.pk]
    assert [one.owner_id for one in Deal.objects.exclude(name="Olgas").order_by("pk")] == [rita.pk, bea.pk]
    assert Account.objects.get(name="Elbe").team_id == rita.team_id
    edit = BulkEdit.objects.get()
    assert edit.counts["restoring"]["refused"] == 2
    assert "Somebody worked on this since" in next(iter(edit.counts["restoring"]["reasons"]))


def test_what_is_left_out_stays_with_all_that_is_open_with_it(world, rita, bea, admin):
    row = planned(admin, what="territory", territory_id=world["DACH"], to="one", to_ids=[bea.pk])
    isar = Account.objects.get(name="Isar").pk

    leave_out_of_reassignment(
        reassignment_id=row.pk, records={"accounts": [isar]}, by=actor_for(admin), at=MONDAY_NOON
    )
    started(row, admin)

    assert owners(Account) == [rita.pk, bea.pk]
    assert Deal.objects.get(name="Isar").owner_id == rita.pk
    assert owners(Lead)[0] == rita.pk


def test_figures_count_what_is_left_out_no_more(world, rita, bea, admin):
    isar = Account.objects.get(name="Isar").pk
    book_meeting(
        title="Boats", starts_at=SOON, minutes=30, owner_id=rita.pk, account_id=isar, **ACT
    )  # fmt: skip
    row = planned(admin, what="seller", seller_id=rita.pk, to="one", to_ids=[bea.pk])
    asked = {"reassignment_id": row.pk, "by": actor_for(admin), "at": MONDAY_NOON}

    row = leave_out_of_reassignment(records={"accounts": [isar]}, **asked)

    figures = without_exceptions(row.figures)
    (gives,), (gets,) = figures["gives"].values(), figures["gets"].values()
    assert gives == gets
    assert +Counter(gives["lists"]) == {"accounts": 1, "deals": 1, "tasks": 1}
    assert sum(gives["lists"].values()) == row.edit.total == 3
    assert (gives["clocks"], gives["value"], gives["closing"]) == (0, 1001_000000, 1001_000000)
    assert figures["stays"][str(rita.pk)]["meetings"] == 0

    leave_out_of_reassignment(records={"accounts": [isar, Account.objects.get(name="Elbe").pk]}, **asked)
    row.refresh_from_db()
    assert without_exceptions(row.figures)["gives"] == {}

    leave_out_of_reassignment(records={}, **asked)
    row.refresh_from_db()
    assert without_exceptions(row.figures)["gives"] == row.figures["gives"]


def test_changed_rules_are_applied_and_a_colleagues_deal_stays_theirs(world, rita, olga, bea, admin):
    switched_on({"rules": [rule(world["Bavaria"], ("name", "is", "Elbe"), how="turn")]})

    row = planned(admin, what="rules", to="rules")
    started(row, admin)

    assert row.figures["places"] == [[world["Germany"], world["Bavaria"], 1]]
    elbe = Account.objects.get(name="Elbe")
    assert (elbe.territory_id, elbe.owner_id) == (world["Bavaria"], bea.pk)
    assert Deal.objects.get(name="Elbe").territory_id == world["Bavaria"]
    assert Deal.objects.get(name="Olgas").owner_id == olga.pk


def test_it_goes_on_where_it_was_stopped(world, rita, bea, admin, monkeypatch):
    monkeypatch.setattr("isthmus.bulk.commands.AT_ONCE", 1)
    row = planned(admin, what="seller", seller_id=rita.pk, to="one", to_ids=[bea.pk])
    run_due()
    by = {"by": actor_for(admin), "at": SOON}
    started(row, admin)
    stop_bulk_edit(edit_id=row.pk, **by)
    run_due()
    assert owners(Account) == [rita.pk, rita.pk]

    go_on_with_bulk_edit(edit_id=row.pk, **by)
    run_due()

    assert owners(Account) == [bea.pk, bea.pk]
    assert Notification.objects.filter(kind="records.given").count() == 1


def test_revenue_by_territory_of_past_days_does_not_change(world, ledger_folder, rita, olga, bea, admin):
    deal = Deal.objects.get(name="Isar")
    win_deal(deal_id=deal.pk, **ACT)
    lines = [{"text": "Boats", "quantity": 1, "amount": Decimal(1000)}]
    order = place_order(number="1", deal_id=deal.pk, lines=lines, **ACT)
    pay_order(order_id=order.pk, amount=Decimal(1000), **ACT)

    def revenue():
        window = Window.days(date(2026, 3, 1), date(2026, 3, 3), ZoneInfo("Europe/Berlin"))
        found = {}
        for name, pk in world.items():
            question = Question(
                metric="revenue", window=window, actor=SYSTEM, by=("owner",), where={"territory": pk}
            )
            found |= {(name, *one.keys): one.value for one in ask(question).rows}
        return found

    before = revenue()
    assert before == {("DACH", rita.pk): 1000, ("Germany", rita.pk): 1000}
    switched_on({"rules": [rule(world["Bavaria"], ("country", "is", "DE"), how="seller", user_id=bea.pk)]})
    for asked in (
        {"what": "seller", "seller_id": rita.pk, "to": "rules"},
        {"what": "territory", "territory_id": world["DACH"], "to": "one", "place_id": world["Nordics"]},
        {"what": "seller", "seller_id": bea.pk, "to": "turn", "to_ids": [olga.pk, admin.pk]},
    ):
        started(planned(admin, **asked), admin)
        assert revenue() == before

    assert {one.territory_id for one in Account.objects.all()} == {world["Nordics"]}


def test_a_manager_gives_away_what_the_team_has_and_to_the_team_alone(world, rita, olga, bea, sam, admin):
    by = actor_for(sam)
    with pytest.raises(NothingToReassign):
        plan_reassignment(what="seller", seller_id=olga.pk, to="one", to_ids=[bea.pk], by=by, at=MONDAY_NOON)
    row = plan_reassignment(
        what="seller", seller_id=rita.pk, to="one", to_ids=[olga.pk], by=by, at=MONDAY_NOON
    )
    assert row.edit.counts["trying"]["changed"] == 0
    assert "your role does not reach them" in next(iter(row.edit.counts["trying"]["reasons"]))
    with pytest.raises(NotPermitted):
        plan_reassignment(
            what="seller", seller_id=rita.pk, to="one", to_ids=[bea.pk], by=actor_for(rita), at=MONDAY_NOON
        )
    with pytest.raises(InvalidInput, match="cannot be among those"):
        planned(admin, what="seller", seller_id=rita.pk, to="one", to_ids=[rita.pk])


def test_parts_are_set_based(world, rita, bea, admin, django_assert_max_num_queries):
    for number in range(60):
        made = add_account(name=f"Firm {number}", country="DE", **ACT)
        reassign_account(account_id=made.pk, owner_id=rita.pk, **ACT)
    row = planned(admin, what="seller", seller_id=rita.pk, to="one", to_ids=[bea.pk], kinds=["accounts"])
    assert row.edit.parts.count() == 1

    with django_assert_max_num_queries(40):
        started(row, admin)

    assert Person.objects.filter(owner=bea.pk).count() == 0
    assert running.PART == 200


def test_bulk_and_single_forms_are_equal(world, rita, bea):
    isar, elbe = Account.objects.order_by("pk")
    by_one = reassign_account(account_id=isar.pk, owner_id=bea.pk, territory_id=world["Bavaria"], **ACT)
    row = {"account_id": elbe.pk, "owner_id": bea.pk, "territory_id": world["Bavaria"], "at": MONDAY_NOON}
    (by_many,) = reassign_accounts(rows=[row], by=SYSTEM)

    facts = InboxFact.objects.filter(kind="account.reassigned").order_by("-id")[:2]
    assert facts[0].props == facts[1].props
    assert (by_one.owner_id, by_one.team_id) == (by_many.owner_id, by_many.team_id)
