"""Deals, orders and payments from files, joined to what came before them."""

from datetime import UTC, datetime

import pytest

from isthmus.ledger.models import InboxFact
from isthmus.sales.models import Deal, Order, Payment, Product

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

LEADS = "id,date,name,origin\n1,2026-03-01,Ann,social\n2,2026-03-02,Bob,email\n3,2026-03-05,Cid,email\n"
WON = """lead,customer,rep,won,lost,why
1,c1,9,2026-03-10 10:00,,
2,c2,9,,2026-03-11,cheaper elsewhere
3,c3,,2026-03-04,,
"""
ITEMS = """order,customer,product,price,ship
A,c1,p1,10.50,2026-04-01
A,c1,p2,1.25,2026-04-03
A,c9,p1,99.00,2026-04-03
B,c1,p1,10.50,2026-04-05
C,c3,p3,0.00,2026-04-05
D,,p3,5.00,2026-04-05
"""
RECIPE = """
[inputs.leads]
file = "leads*"
[inputs.wins]
file = "wins*"
[inputs.items]
file = "items*"

[[rows]]
what = "order_line"
from = "items"
join = { input = "wins", on = "customer" }
where = { "wins.lead" = true }
key = ["order", "customer"]
[rows.fields]
deal = "wins.lead"
placed_at = "ship"
paid_at = "ship"
amount = "price"
product = { column = "product", create = true, name = "Product {product}" }

[[rows]]
what = "deal"
from = "wins"
join = { input = "leads", on = { lead = "id" } }
key = "lead"
[rows.fields]
lead = "lead"
opened_at = { first = ["date", "won", "lost"] }
won_at = "won"
lost_at = "lost"
lost_reason = { column = "why", map = { "cheaper elsewhere" = "price" } }
owner = { column = "rep", create = true }

[[rows]]
what = "lead"
from = "leads"
join = { input = "wins", on = { id = "lead" } }
key = "id"
[rows.fields]
captured_at = "date"
full_name = "name"
channel = "origin"
company_key = "customer"
company = { text = "Customer {customer}" }
"""


def test_three_files_make_one_story(bring_in, pipeline):
    report = bring_in(RECIPE, leads=LEADS, wins=WON, items=ITEMS)

    assert report.bad_rows == 0
    assert [(title, count["new"], count["passed_over"]) for title, count in report.counts.items()] == [
        ("lead (leads)", 3, 0), ("deal (wins)", 3, 0), ("order_line (items)", 3, 2),
    ]  # fmt: skip
    ann = Deal.objects.get(external_id="crm:1")
    assert (ann.state, ann.closed_at) == ("won", datetime(2026, 3, 10, 10, 0, tzinfo=UTC))
    assert (str(ann.person), str(ann.account), ann.channel) == ("Ann", "Customer c1", "social")
    assert Deal.objects.get(external_id="crm:2").lost_reason == "price"
    order = Order.objects.get(number="crm:A/c1")
    assert (order.total, order.paid, order.deal) == (11_750_000, 11_750_000, ann)
    assert order.placed_at == datetime(2026, 4, 1, tzinfo=UTC)
    assert [str(line.product) for line in order.lines.all()] == ["Product p1", "Product p2"]
    assert Payment.objects.get(order=order).at == datetime(2026, 4, 3, tzinfo=UTC)
    paid = InboxFact.objects.filter(kind="order.paid", order_id=order.pk)
    assert sorted(paid.values_list("amount", "lead_id", "channel")) == [
        (1_250_000, ann.lead_id, "social"), (10_500_000, ann.lead_id, "social"),
    ]  # fmt: skip


def test_a_deal_won_before_its_first_contact_comes_in_as_it_is(bring_in, pipeline):
    bring_in(RECIPE, leads=LEADS, wins=WON, items=ITEMS)

    early = Deal.objects.get(external_id="crm:3")
    assert (early.state, early.closed_at < early.opened_at) == ("won", True)


def test_an_order_of_nothing_is_placed_and_not_paid(bring_in, pipeline):
    bring_in(RECIPE, leads=LEADS, wins=WON, items=ITEMS)

    assert not Payment.objects.filter(order__number="crm:C/c3").exists()


def test_the_same_files_again_double_nothing(bring_in, pipeline):
    bring_in(RECIPE, leads=LEADS, wins=WON, items=ITEMS)
    before = InboxFact.objects.count()

    report = bring_in(RECIPE, leads=LEADS, wins=WON, items=ITEMS)

    assert report.bad_rows == 0
    assert all(count["new"] == 0 for count in report.counts.values())
    assert InboxFact.objects.count() == before
    assert Product.objects.count() == 3


def test_a_deal_without_its_lead_is_refused_and_all_else_comes_in(bring_in, pipeline):
    report = bring_in(RECIPE, leads=LEADS, wins=WON + "8,c8,,2026-03-09,,\n", items=ITEMS)

    assert report.counts["deal (wins)"]["refused"] == 1
    assert "there is no lead “8” here" in report.bad_files["wins"].read_text()


def test_an_order_with_one_bad_line_is_refused_whole(bring_in, pipeline):
    report = bring_in(RECIPE, leads=LEADS, wins=WON, items=ITEMS.replace("A,c1,p2,1.25", "A,c1,p2,cheap"))

    assert report.counts["order_line (items)"]["refused"] == 1
    assert not Order.objects.filter(number="crm:A/c1").exists()
    refused = report.bad_files["items"].read_text().splitlines()
    assert len(refused) == 3
    assert all("amount: “cheap” is not a number." in line for line in refused[1:])


def test_a_deal_in_a_stage_stands_there(bring_in, pipeline):
    bring_in(
        '[[rows]]\nwhat = "account"\nkey = "id"\nfields = { name = "name" }\n'
        '[[rows]]\nwhat = "deal"\nkey = "id"\n'
        'fields = { account = "id", opened_at = "on", stage = "stage", amount = "sum" }',
        deals="id,name,on,stage,sum\n1,Harbour,2026-03-01,Proposal,99.90\n2,Quay,2026-03-01,Sleeping,\n",
    )

    deal = Deal.objects.get(external_id="crm:1")
    assert (deal.stage.name, deal.amount, str(deal.account)) == ("Proposal", 99_900_000, "Harbour")
    assert Deal.objects.get(external_id="crm:2").stage.name == "Discovery"


def test_deals_without_a_pipeline_are_refused_before_anything_is_written(bring_in):
    from isthmus.imports.preparing import PipelineMissing

    with pytest.raises(PipelineMissing, match=r"give the recipe a \[pipeline\]"):
        bring_in(RECIPE, leads=LEADS, wins=WON, items=ITEMS)

    assert not Deal.objects.exists()


def test_payments_and_refunds_find_their_orders(bring_in):
    orders = '[[rows]]\nwhat = "account"\nkey = "who"\nfields = { name = "who" }\n'
    orders += '[[rows]]\nwhat = "order"\nkey = "id"\n'
    orders += 'fields = { account = "who", placed_at = "on", amount = "sum" }\n'
    bring_in(orders, orders="id,who,on,sum\n1,Harbour,2026-03-01,100\n2,Quay,2026-03-01,50\n")
    recipe = (
        '[[rows]]\nwhat = "payment"\nkey = "pid"\nfields = { order = "id", paid_at = "on", amount = "sum" }'
    )
    paid = "pid,id,on,sum\na,1,2026-03-02,60\nb,1,2026-03-03,40\nc,1,2026-03-04,-25\n"
    paid += "d,2,2026-03-04,-1\ne,9,2026-03-04,1\n"

    report = bring_in(recipe, payments=paid)
    again = bring_in(recipe, payments=paid)

    assert (report.counts["payment (rows)"]["new"], report.counts["payment (rows)"]["refused"]) == (3, 2)
    assert again.counts["payment (rows)"]["matched"] == 3
    assert Order.objects.get(number="crm:1").paid == 75_000_000
    reasons = report.bad_files["rows"].read_text()
    assert "no more can be given back" in reasons
    assert "there is no order “9” here" in reasons
