"""Forms of commission: a plan is previewed before it is made, given to sellers, and a deal's credit split."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine

from isthmus.core.actors import SYSTEM
from isthmus.money.commands import add_commission_plan, assign_commission_plan
from isthmus.money.commission.reading import rules_from
from isthmus.money.models import CommissionPlan, CreditSplit, PlanAssignment, PlanVersion
from isthmus.people.commands import add_person
from isthmus.sales.commands import open_deal, pay_order, place_order
from isthmus.web import formats
from isthmus.workspace.actors import actor_for
from tests.cast import MONDAY_NOON

pytestmark = pytest.mark.django_db
FORM = {
    "name": "Bold", "period_kind": "quarter", "rate": "10", "valid_from": "2026-07-01", "clawback": "on",
    "tier_1_from": "100", "tier_1_times": "1.5", "cap": "500",
}  # fmt: skip


@pytest.fixture(autouse=True)
def in_may():
    with time_machine.travel("2026-05-04 12:00+00:00", tick=False):
        yield


@pytest.fixture
def plan(rita):
    plan = add_commission_plan(
        name="Standard", period_kind="quarter", rate=Decimal("0.08"), valid_from=date(2026, 1, 1),
        product_rates=None, family_rates=[{"family": "Probes", "rate": Decimal("0.05")}],
        by=SYSTEM, at=MONDAY_NOON,
    )  # fmt: skip
    given = {"seller_id": rita.pk, "plan_id": plan.pk, "from_on": date(2026, 1, 1)}
    assign_commission_plan(**given, by=SYSTEM, at=MONDAY_NOON)
    return plan


@pytest.fixture
def deal(rita, pipeline):
    """1,500 paid in March."""
    by = actor_for(rita)
    pat = add_person(full_name="Pat", email="pat@x.example", by=by, at=MONDAY_NOON)
    deal = open_deal(person_id=pat.pk, amount=Decimal(1500), by=by, at=MONDAY_NOON)
    lines = [{"amount": Decimal(1500)}]
    order = place_order(number="P-1", deal_id=deal.pk, lines=lines, by=SYSTEM, at=MONDAY_NOON)
    pay_order(order_id=order.pk, by=SYSTEM, at=MONDAY_NOON)
    return deal


def test_a_plan_shows_what_it_would_have_paid_before_it_is_made(client, plan, deal, admin):
    client.force_login(admin)

    seen = client.post("/commission/plans/new/", {**FORM, "preview": "1"})

    said = seen.content.decode()
    assert "On the money paid in Q1 2026 this plan would have paid €150" in said
    assert "To 1 seller, on €1,500; what holds now pays €120 on it." in said
    assert CommissionPlan.objects.count() == 1
    capped = client.post("/commission/plans/new/", {**FORM, "cap": "90", "preview": "1"}).content.decode()
    assert "this plan would have paid €90" in capped


def test_a_plan_is_made_and_changed_without_losing_what_it_says(client, plan, admin):
    client.force_login(admin)
    assert client.post("/commission/plans/new/", FORM).status_code == 302
    bold = CommissionPlan.objects.get(name="Bold")
    rules = rules_from(PlanVersion.objects.get(plan=bold).rules)
    assert (rules.rate, rules.cap, rules.accelerators) == (
        Decimal("0.1"), 500_000_000, ((Decimal(1), Decimal("1.5")),),
    )  # fmt: skip

    form = client.get(f"/commission/plans/{plan.pk}/").context["form"]
    told = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    given = {name: value for name, value in told.items() if value not in (None, "")} | {"rate": "9"}
    given = {name: "on" if value is True else value for name, value in given.items()}
    assert client.post(f"/commission/plans/{plan.pk}/", given).status_code == 302
    changed = rules_from(PlanVersion.objects.filter(plan=plan).latest("pk").rules)
    assert (changed.rate, changed.families) == (Decimal("0.09"), {"Probes": Decimal("0.05")})


def test_half_a_tier_and_a_day_within_a_quarter_are_said_beside_their_fields(client, admin):
    client.force_login(admin)

    half = client.post("/commission/plans/new/", {**FORM, "tier_1_times": ""})
    within = client.post("/commission/plans/new/", {**FORM, "valid_from": "2026-07-02"})

    assert (half.status_code, within.status_code) == (422, 422)
    assert "Fill in both of the pair, or neither." in half.content.decode()
    assert "It holds from the first day of a Quarter on." in within.content.decode()


def test_a_plan_is_given_to_a_seller_and_stands_with_them(client, plan, olga, admin):
    client.force_login(admin)

    client.post(
        "/commission/plans/give/", {"seller_id": olga.pk, "plan_id": plan.pk, "from_on": "2026-04-01"}
    )

    assert PlanAssignment.objects.get(owner=olga).plan == plan
    page = client.get("/commission/plans/").content.decode()
    rate, own = formats.percent(Decimal("0.08")), formats.percent(Decimal("0.05"))
    assert f"{rate} of money paid, net of refunds. {own} of Probes." in page
    assert "Olga Orlova" in page


def test_a_manager_splits_a_deals_credit_and_a_seller_does_not(client, plan, deal, rita, sam, olga):
    address = f"/commission/split/{deal.pk}/"
    client.force_login(rita)
    assert client.get(address).status_code == 403
    client.force_login(sam)
    form = {"seller_1": rita.pk, "share_1": "60", "seller_2": olga.pk, "share_2": "30"}
    wrong = client.post(address, form)
    assert (wrong.status_code, "add up to 0.9" in wrong.content.decode()) == (422, True)

    client.post(address, {**form, "share_2": "40"})

    assert CreditSplit.objects.get().shares == {str(rita.pk): "0.6", str(olga.pk): "0.4"}
    assert "Rita Reyes 60%, Olga Orlova 40%" in client.get(f"/deals/{deal.pk}/").content.decode()


@pytest.mark.parametrize("path", ["", "new/", "give/"])
def test_plans_are_an_administrators(client, path, rita, sam, mia, ada):
    for user in (rita, sam, mia, ada):
        client.force_login(user)
        assert client.get(f"/commission/plans/{path}").status_code == 403
