"""Undoing an import: what nobody touched goes, what somebody worked on stays, a look changes nothing."""

import csv
from datetime import UTC, datetime
from typing import Any

import pytest

from isthmus.core.actors import SYSTEM, Actor, Scope
from isthmus.core.refusals import NotFound, Refusal
from isthmus.files.commands import attach_files
from isthmus.imports.commands import begin_import_undo
from isthmus.imports.models import ChangedRow, ImportBatch, ImportRun, KeptRow, RunState
from isthmus.imports.reversal.undoable import AlreadyUndone, NotNoted, undoable
from isthmus.imports.undoing import preview_undo, report_of, undo_import
from isthmus.leads import invariants as lead_invariants
from isthmus.leads.commands import qualify_lead
from isthmus.leads.models import Lead
from isthmus.ledger import invariants as ledger_invariants
from isthmus.people.commands import edit_person, record_consent
from isthmus.people.merging.commands import merge_people
from isthmus.people.models import Account, Consent, DuplicatePair, Identifier, Person, SearchToken
from isthmus.people.models.search import PERSON
from isthmus.sales import invariants as sales_invariants
from isthmus.sales.commands import log_activity, place_order, refund_order
from isthmus.sales.models import Activity, Deal, Order, Payment
from tests.attaching import brought
from tests.imports.conftest import Notebook

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

LATER = datetime(2026, 4, 1, 9, tzinfo=UTC)
IMPORTER = Actor(kind="import", unlimited=True)
PEOPLE = """
[[rows]]
what = "person"
key = "id"
fields = { full_name = "name", email = "mail", phone = "phone", title = "title", company = "firm" }
"""
LEADS = """
[[rows]]
what = "lead"
key = "id"
[rows.fields]
captured_at = "on"
qualified_at = "qualified"
full_name = "name"
email = "mail"
channel = "origin"
consent = { value = "email" }
consent_source = { value = "old form" }
"""
THREE = (
    "id,name,mail,phone,title,firm\n1,Ann,ann@example.com,,,Harbour\n2,Bob,bob@example.com,,,\n3,Cid,,,,\n"
)
SALES = """
[[rows]]
what = "person"
from = "people"
key = "id"
fields = { full_name = "name", email = "mail" }
[[rows]]
what = "deal"
from = "deals"
key = "id"
fields = { person = "who", opened_at = "on", name = "name", amount = "sum" }
[[rows]]
what = "order"
from = "orders"
key = "id"
fields = { deal = "deal", placed_at = "on", amount = "sum", paid_at = "on" }
[inputs.people]
[inputs.deals]
[inputs.orders]
"""
SALES_FILES = {
    "people": "id,name,mail\n1,Ann,ann@example.com\n2,Bob,bob@example.com\n",
    "deals": "id,who,on,name,sum\nD1,1,2026-03-01,Boat,100\nD2,2,2026-03-01,Sail,50\n",
    "orders": "id,deal,on,sum\nO1,D1,2026-03-02,100\nO2,D2,2026-03-02,50\n",
}


def undo(report: Any, by: Actor = IMPORTER) -> Any:
    return undo_import(report.run_id, by, Notebook())


def assert_all_is_well() -> None:
    assert lead_invariants.check() == []
    assert sales_invariants.check() == []
    assert ledger_invariants.check_facts() == []


def counted_facts() -> dict[str, int]:
    """Facts that count, by kind, without those of undoing itself."""
    from isthmus.ledger.reading import snapshot

    with snapshot() as ledger:
        rows = ledger.execute("SELECT kind, count(*) FROM facts GROUP BY kind").fetchall()
    return {kind: count for kind, count in rows if not kind.startswith("import.")}


def test_everything_that_only_the_import_made_goes(bring_in):
    before = counted_facts()
    report = bring_in(PEOPLE, people=THREE)
    assert (Person.objects.count(), Account.objects.count()) == (3, 1)

    done = undo(report)

    assert done.counts == {
        "people.account": {"reversed": 1, "kept": 0, "failed": 0},
        "people.person": {"reversed": 3, "kept": 0, "failed": 0},
    }
    assert not Person.objects.exists()
    assert not Account.objects.exists()
    assert not Identifier.objects.exists()
    assert not SearchToken.objects.exists()
    assert counted_facts() == before
    assert_all_is_well()


def test_a_preview_says_the_same_and_writes_nothing(bring_in):
    report = bring_in(PEOPLE, people=THREE)
    ann = Person.objects.get(full_name="Ann")
    edit_person(person_id=ann.pk, phone="+49 30 1234567", by=SYSTEM, at=LATER)
    runs = list(ImportRun.objects.values())

    preview = preview_undo(report.run_id, IMPORTER)

    assert preview.counts["people.person"] == {"reversed": 2, "kept": 1, "failed": 0}
    assert preview.counts["people.account"] == {"reversed": 0, "kept": 1, "failed": 0}
    kept = {(one.title, one.reason) for one in preview.samples if one.fate == "kept"}
    assert kept == {("Ann", "Edited since."), ("Harbour", "In use: person refers to it.")}
    assert list(ImportRun.objects.values()) == runs
    assert Person.objects.count() == 3
    assert undo(report).counts == preview.counts


def test_a_row_that_somebody_edited_stays_with_the_edit(bring_in):
    report = bring_in(LEADS, leads="id,on,qualified,name,mail,origin\n1,2026-03-01,,Ann,ann@example.com,web\n"
                                   "2,2026-03-01,,Bob,bob@example.com,web\n")  # fmt: skip
    ann = Lead.objects.get(external_id="crm:1")
    qualify_lead(lead_id=ann.pk, by=SYSTEM, at=LATER)

    done = undo(report)

    assert Lead.objects.get().pk == ann.pk
    assert Lead.objects.get().state == "qualified"
    assert Person.objects.get().full_name == "Ann"
    assert Consent.objects.get().person == Person.objects.get(), "what was said with the lead stays with them"
    assert done.counts["leads.lead"] == {"reversed": 1, "kept": 1, "failed": 0}
    assert counted_facts() == {
        "lead.captured": 1, "lead.qualified": 1, "person.created": 1, "consent.given": 1,
    }  # fmt: skip
    assert_all_is_well()


def test_known_people_get_back_what_they_had(bring_in):
    bring_in(PEOPLE, people="id,name,mail,phone,title,firm\n1,Ann,ann@example.com,,,\n")
    before = Person.objects.values("full_name", "email", "phone", "title", "account", "custom").get()
    words = set(SearchToken.objects.values_list("token", flat=True))
    second = bring_in(
        PEOPLE.replace('key = "id"', 'key = { columns = ["id"], namespace = "other" }'),
        more="id,name,mail,phone,title,firm\n9,Ann,ann@example.com,+49 30 1234567,Captain,Harbour\n",
    )
    assert Person.objects.get().title == "Captain"
    assert ChangedRow.objects.count() == 1
    assert "Captain" not in ChangedRow.objects.get().fields, "what changed is sealed under the person's key"

    done = undo(second)

    assert Person.objects.values("full_name", "email", "phone", "title", "account", "custom").get() == before
    assert set(SearchToken.objects.values_list("token", flat=True)) == words
    assert set(Identifier.objects.values_list("kind", "value")) == {
        ("external", "crm:1"), ("email", "ann@example.com"),
    }  # fmt: skip
    assert not Account.objects.exists()
    assert not ChangedRow.objects.exists()
    assert done.counts["people.person"] == {"reversed": 1, "kept": 0, "failed": 0}


def test_of_a_known_person_only_the_fields_edited_since_stay(bring_in):
    bring_in(PEOPLE, people="id,name,mail,phone,title,firm\n1,Ann,ann@example.com,,,\n")
    second = bring_in(PEOPLE, more="id,name,mail,phone,title,firm\n1,Ann,,+49 30 1234567,Captain,\n")
    edit_person(person_id=Person.objects.get().pk, title="Admiral", by=SYSTEM, at=LATER)

    undo(second)

    ann = Person.objects.get()
    assert (ann.phone, ann.title) == ("", "Admiral")
    assert KeptRow.objects.get().reason == "Edited since: title."


def test_orders_and_payments_go_with_their_deals(bring_in, pipeline):
    report = bring_in(SALES, **SALES_FILES)
    assert (Order.objects.count(), Payment.objects.count()) == (2, 2)

    done = undo(report)

    assert not any(model.objects.exists() for model in (Payment, Order, Deal, Person))
    assert done.total("kept") == done.total("failed") == 0
    assert_all_is_well()


def test_money_that_somebody_built_on_stays(bring_in, pipeline):
    report = bring_in(SALES, **SALES_FILES)
    order = Order.objects.get(number="crm:O1")
    refund_order(order_id=order.pk, amount=None, by=SYSTEM, at=LATER)

    done = undo(report)

    assert Order.objects.get() == order
    assert Payment.objects.count() == 2
    assert Deal.objects.get().external_id == "crm:D1"
    assert Person.objects.get().full_name == "Ann"
    assert done.counts["sales.payment"] == {"reversed": 1, "kept": 1, "failed": 0}
    assert_all_is_well()


@pytest.mark.parametrize("act", ["order", "call", "consent", "file"])
def test_what_something_was_built_on_stays(bring_in, act):
    report = bring_in(PEOPLE, people=THREE)
    bob = Person.objects.get(full_name="Bob")
    if act == "order":
        line: Any = {"amount": "20"}
        place_order(number="N1", lines=[line], person_id=bob.pk, by=SYSTEM, at=LATER)
    elif act == "call":
        log_activity(kind="call", person_id=bob.pk, by=SYSTEM, at=LATER)
    elif act == "file":
        attach_files(kind="person", record_id=bob.pk, files=[brought()], by=SYSTEM, at=LATER)
    else:
        record_consent(person_id=bob.pk, channel="email", given=False, source="mail", by=SYSTEM, at=LATER)

    done = undo(report)

    assert Person.objects.get() == bob
    assert done.counts["people.person"] == {"reversed": 2, "kept": 1, "failed": 0}
    assert_all_is_well()


def test_a_known_lead_takes_its_steps_back(bring_in):
    head = "id,on,qualified,name,mail,origin\n"
    bring_in(LEADS, first=head + "1,2026-03-01,,Ann,ann@example.com,web\n")
    second = bring_in(LEADS, second=head + "1,2026-03-01,2026-03-05,Ann,ann@example.com,web\n")
    assert Lead.objects.get().state == "qualified"

    undo(second)

    lead = Lead.objects.get()
    assert (lead.state, lead.qualified_at) == ("captured", None)
    assert "lead.qualified" not in counted_facts()
    assert_all_is_well()


def test_after_the_undo_the_same_file_comes_in_again(bring_in):
    facts = """
[[rows]]
what = "fact"
key = "id"
fields = { kind = { value = "survey.answered" }, at = "on" }
"""
    answers = "id,on\n1,2026-03-01\n2,2026-03-02\n"
    undo(bring_in(PEOPLE, people=THREE))
    undo(bring_in(facts, answers=answers))
    assert "survey.answered" not in counted_facts()

    people, again = bring_in(PEOPLE, people=THREE), bring_in(facts, answers=answers)

    assert people.counts["person (rows)"]["new"] == 3
    assert again.counts["fact (rows)"]["new"] == 2
    assert counted_facts()["survey.answered"] == 2


def test_what_stays_is_listed_with_its_reason_and_no_name(bring_in):
    report = bring_in(PEOPLE, people=THREE)
    cid = Person.objects.get(full_name="Cid")
    edit_person(person_id=cid.pk, title="Captain", by=SYSTEM, at=LATER)

    path = undo(report).kept_file

    with path.open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [
            ["what", "number", "fate", "reason"],
            ["person", str(cid.pk), "kept", "Edited since."],
        ]
    assert report_of(report.run_id).kept_file == path


def test_an_import_is_undone_once(bring_in):
    report = bring_in(PEOPLE, people=THREE)
    undo(report)

    assert ImportRun.objects.get().state == RunState.UNDONE
    with pytest.raises(AlreadyUndone, match="undone already"):
        undo(report)


def test_an_import_of_an_earlier_version_says_that_it_cannot_be_undone(bring_in):
    report = bring_in(PEOPLE, people=THREE)
    ImportBatch.objects.update(made=None)

    with pytest.raises(NotNoted, match="did not note what it changed"):
        begin_import_undo(run_id=report.run_id, by=IMPORTER, at=LATER)
    assert ImportRun.objects.get().state == RunState.FINISHED


def test_nobody_undoes_the_import_of_another_without_the_right(bring_in, mia):
    report = bring_in(PEOPLE, people=THREE)
    actor = Actor(kind="user", id=mia.pk, grants={"imports.run": Scope.OWN})

    with pytest.raises(NotFound, match="no such import"):
        undoable(report.run_id, actor)
    with pytest.raises(Refusal):
        undo(report, actor)
    assert Person.objects.count() == 3


def test_activities_of_the_import_go_with_their_lead(bring_in, rita):
    recipe = LEADS.replace("consent = { value", 'contacted_at = "qualified"\nconsent = { value')
    report = bring_in(
        recipe, leads="id,on,qualified,name,mail,origin\n1,2026-03-01,2026-03-05,Ann,a@b.com,web\n"
    )
    assert Activity.objects.count() == 1

    undo(report)

    assert not Activity.objects.exists()
    assert not Lead.objects.exists()
    assert_all_is_well()


def test_it_goes_on_after_half_of_it(bring_in, monkeypatch):
    from isthmus.imports import undoing

    monkeypatch.setattr(undoing, "ROWS", 100)
    rows = "".join(f"{number},Name {number},p{number}@example.com,,,\n" for number in range(250))
    report = bring_in(PEOPLE, people="id,name,mail,phone,title,firm\n" + rows)
    assert ImportBatch.objects.count() == 3

    class Stopped(Notebook):
        def advance(self, rows: int) -> None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        undo_import(report.run_id, IMPORTER, Stopped())
    assert Person.objects.count() == 200
    assert_all_is_well()

    done = undo(report)

    assert done.counts["people.person"]["reversed"] == 250
    assert not Person.objects.exists()


def test_pairs_of_possible_duplicates_are_no_reason_to_stay_and_a_merge_is(bring_in):
    report = bring_in(PEOPLE, people=THREE + "4,Dan,dan@example.com,,,\n")
    ann, bob, cid, dan = Person.objects.order_by("pk")
    DuplicatePair.objects.create(party=PERSON, one_id=ann.pk, other_id=cid.pk, score=80, found_at=LATER)
    merge_people(keep_id=bob.pk, lose_id=dan.pk, by=SYSTEM, at=LATER)

    done = undo(report)

    assert set(Person.objects.values_list("full_name", flat=True)) == {"Bob", "Dan"}
    assert done.counts["people.person"] == {"reversed": 2, "kept": 2, "failed": 0}
    assert not DuplicatePair.objects.exists()
    assert_all_is_well()
