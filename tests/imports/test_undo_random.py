"""Random files, imported and undone: all is as it was before; and whatever was done in between stands."""

import random
from datetime import UTC, datetime
from typing import Any

import pytest

from isthmus.core.actors import SYSTEM, Actor
from isthmus.core.refusals import Refusal
from isthmus.imports.undoing import preview_undo, undo_import
from isthmus.leads import invariants as lead_invariants
from isthmus.leads.commands import disqualify_lead, qualify_lead
from isthmus.leads.models import Lead
from isthmus.ledger import invariants as ledger_invariants
from isthmus.marketing.models import Campaign
from isthmus.people.commands import edit_person, record_consent
from isthmus.people.models import (
    Account,
    AccountIdentifier,
    Consent,
    Identifier,
    IdentityEvent,
    Person,
    SearchToken,
)
from isthmus.sales import invariants as sales_invariants
from isthmus.sales.commands import log_activity, lose_deal, place_order, refund_order
from isthmus.sales.models import Activity, Deal, Order, OrderLine, Payment, Product
from isthmus.workspace.models import User
from tests.imports.conftest import Notebook

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

IMPORTER = Actor(kind="import", unlimited=True)
LATER = datetime(2026, 5, 4, 9, tzinfo=UTC)
MODELS: tuple[Any, ...] = (
    Person, Account, Identifier, AccountIdentifier, IdentityEvent, Consent, Lead, Deal, Order, OrderLine,
    Payment, Activity, Campaign, Product, User,
)  # fmt: skip
RECIPE = """
[inputs.people]
[inputs.leads]
[inputs.deals]
[inputs.orders]
[inputs.days]
[[rows]]
what = "person"
from = "people"
key = "id"
[rows.fields]
full_name = "name"
email = "mail"
phone = "phone"
title = "title"
company = "firm"
owner = { column = "rep", create = true }
custom.fleet = { column = "fleet", create = { type = "text", kind = "analytic" } }
[[rows]]
what = "lead"
from = "leads"
key = "id"
[rows.fields]
captured_at = "on"
qualified_at = "qualified"
handed_over_at = "handed"
contacted_at = "called"
accepted_at = "accepted"
email = "mail"
company = "firm"
channel = "origin"
consent = "consent"
owner = { column = "rep", create = true }
campaign = { column = "campaign", create = true, channel = "paid_search" }
[[rows]]
what = "deal"
from = "deals"
key = "id"
[rows.fields]
lead = "lead"
person = "who"
opened_at = "on"
won_at = "won"
amount = "sum"
stage = "stage"
[[rows]]
what = "order_line"
from = "orders"
key = "id"
[rows.fields]
deal = "deal"
placed_at = "on"
amount = "sum"
paid_at = "paid"
product = { column = "product", create = true }
[[rows]]
what = "fact"
from = "days"
key = "id"
fields = { kind = { value = "survey.answered" }, at = "on", person = { column = "mail", match = "email" } }
"""


def made_up(seed: int, rows: int, prefix: str) -> dict[str, str]:
    """Files with duplicates, blanks and people who are known already, so that much is matched and filled."""
    draw = random.Random(seed)
    mails = [f"p{number}@example.com" for number in range(rows)]

    def pick(*values: str) -> str:
        return draw.choice(values)

    people = [
        [
            f"{draw.randrange(rows)}", pick("", f"Name {number}"), pick("", draw.choice(mails)),
            pick("", f"+49 30 12345{number:02}"), pick("", "Captain", "Mate"), pick("", "Harbour", "Quay"),
            pick("", "R1", "R2"), pick("", "big", "small"),
        ]
        for number in range(rows)
    ]  # fmt: skip
    leads = []
    for number in range(rows):
        steps = draw.randrange(5)
        times = [f"2026-03-0{day}" if day <= steps + 1 else "" for day in range(2, 6)]
        leads.append(
            [
                f"{prefix}L{number}", "2026-03-01", *times, draw.choice(mails), pick("", "Harbour"),
                pick("a", "b"), pick("", "email"), pick("R1", "R3"), pick("", "Spring"),
            ]
        )  # fmt: skip
    deals = [
        [
            f"{prefix}D{number}", pick("", f"{prefix}L{draw.randrange(rows)}"), f"{draw.randrange(rows)}",
            "2026-03-06", pick("", "2026-03-09"), f"{draw.randrange(1, 99)}", pick("", "Proposal"),
        ]
        for number in range(rows)
    ]  # fmt: skip
    orders = [
        [
            f"{prefix}O{draw.randrange(rows)}", f"{prefix}D{draw.randrange(rows)}", "2026-03-10",
            f"{draw.randrange(1, 50)}", pick("", "2026-03-12"), pick("", "Rope"),
        ]
        for _number in range(rows)
    ]  # fmt: skip
    days = [[f"{draw.randrange(rows)}", "2026-03-15", draw.choice(mails)] for _number in range(rows // 2)]
    heads = {
        "people": "id,name,mail,phone,title,firm,rep,fleet",
        "leads": "id,on,qualified,handed,called,accepted,mail,firm,origin,consent,rep,campaign",
        "deals": "id,lead,who,on,won,sum,stage",
        "orders": "id,deal,on,sum,paid,product",
        "days": "id,on,mail",
    }
    tables = {"people": people, "leads": leads, "deals": deals, "orders": orders, "days": days}
    return {name: "\n".join([heads[name], *map(",".join, lines)]) + "\n" for name, lines in tables.items()}


def stand() -> dict[str, Any]:
    """Every row and every fact that counts, without when and how often a row was written."""
    from isthmus.ledger.reading import snapshot

    dump: dict[str, Any] = {}
    bookkeeping = ("updated_at", "version")
    for model in MODELS:
        rows = model.objects.order_by("pk").values()
        dump[model.__name__] = [
            {name: value for name, value in row.items() if name not in bookkeeping} for row in rows
        ]
    dump["words"] = sorted(SearchToken.objects.values_list("party", "party_id", "token"))
    with snapshot() as ledger:
        rows = ledger.execute("SELECT id, kind FROM facts ORDER BY id").fetchall()
    settings = ("import", "field", "currency", "pipeline")
    dump["facts"] = [(bytes(one), kind) for one, kind in rows if kind.partition(".")[0] not in settings]
    return dump


def assert_all_is_well() -> None:
    assert lead_invariants.check() == []
    assert sales_invariants.check() == []
    assert ledger_invariants.check_facts() == []
    assert ledger_invariants.check_files(LATER) == []


def work_on_something(draw: random.Random) -> list[tuple[Any, int, dict[str, Any]]]:
    """Some acts on rows drawn by lot; what each row must still say after the undo."""
    must: list[tuple[Any, int, dict[str, Any]]] = []
    for number in range(draw.randrange(1, 6)):
        act = draw.randrange(7)
        model: Any = (Person, Lead, Lead, Deal, Order, Person, Person)[act]
        row = draw.choice(list(model.objects.all()) or [None])
        if row is None:
            continue
        kept: dict[str, Any] = {}
        try:
            if act == 0:
                edit_person(person_id=row.pk, city=f"Port {number}", by=SYSTEM, at=LATER)
                kept = {"city": f"Port {number}"}
            elif act == 1:
                qualify_lead(lead_id=row.pk, by=SYSTEM, at=LATER)
                kept = {"state": "qualified"}
            elif act == 2:
                disqualify_lead(lead_id=row.pk, reason="no ships", by=SYSTEM, at=LATER)
                kept = {"state": "disqualified"}
            elif act == 3:
                lose_deal(deal_id=row.pk, reason="price", by=SYSTEM, at=LATER)
                kept = {"state": "lost"}
            elif act == 4:
                refund_order(order_id=row.pk, by=SYSTEM, at=LATER)
                kept = {"paid": 0}
            elif act == 5:
                record_consent(
                    person_id=row.pk, channel="email", given=False, source="mail", by=SYSTEM, at=LATER
                )
            else:
                line: Any = {"amount": "20"}
                place_order(number=f"N{number}", lines=[line], person_id=row.pk, by=SYSTEM, at=LATER)
                log_activity(kind="note", person_id=row.pk, by=SYSTEM, at=LATER)
        except Refusal:
            continue
        must = [
            one for one in must if (one[0], one[1]) != (model, row.pk) or not (kept.keys() & one[2].keys())
        ]
        must.append((model, row.pk, kept))
    return must


@pytest.mark.parametrize("seed", range(8))
def test_undone_at_once_all_is_as_it_was(bring_in, pipeline, seed, monkeypatch):
    from isthmus.imports import undoing

    monkeypatch.setattr("isthmus.imports.turns.ALONE", 7)
    monkeypatch.setattr("isthmus.imports.turns.MOST", 7)
    monkeypatch.setattr(undoing, "ROWS", random.Random(seed).choice([1, 20, 1000]))
    bring_in(RECIPE, **made_up(seed, 12, "a"))
    before = stand()
    report = bring_in(RECIPE, **made_up(seed + 100, 20, random.Random(seed).choice(["a", "b"])))
    assert stand() != before

    preview = preview_undo(report.run_id, IMPORTER)
    done = undo_import(report.run_id, IMPORTER, Notebook())

    after = stand()
    for name in before:
        assert after[name] == before[name], name
    assert done.total("kept") == done.total("failed") == 0
    assert preview.counts == done.counts
    assert_all_is_well()


@pytest.mark.parametrize("seed", range(8))
def test_what_was_done_in_between_stands(bring_in, pipeline, seed, monkeypatch):
    from isthmus.imports import undoing

    draw = random.Random(seed)
    monkeypatch.setattr("isthmus.imports.turns.ALONE", 7)
    monkeypatch.setattr("isthmus.imports.turns.MOST", 7)
    monkeypatch.setattr(undoing, "ROWS", draw.choice([1, 20, 1000]))
    bring_in(RECIPE, **made_up(seed, 8, "a"))
    report = bring_in(RECIPE, **made_up(seed + 100, 15, "b"))
    must = work_on_something(draw)

    preview = preview_undo(report.run_id, IMPORTER)
    done = undo_import(report.run_id, IMPORTER, Notebook())

    for model, number, kept in must:
        assert model.objects.filter(pk=number, **kept).exists(), (model.__name__, number, kept)
    assert done.total("failed") == 0
    assert preview.counts == done.counts
    assert_all_is_well()
