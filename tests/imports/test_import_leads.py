"""Leads from files: who they are, whose they are, how far they came; twice the same file is once."""

from datetime import UTC, datetime

import pytest

from isthmus.core.runs import CommandRun
from isthmus.imports.models import ImportBatch, ImportRun
from isthmus.leads.models import Lead
from isthmus.ledger.invariants import check_facts
from isthmus.ledger.models import InboxFact
from isthmus.people.models import Account, Person
from isthmus.sales.models import Activity
from isthmus.workspace.models import FieldDefinition, User

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

RECIPE = """
[[rows]]
what = "lead"
key = "id"

[rows.fields]
captured_at = "date"
full_name = "name"
email = "email"
company = "company"
channel = { column = "origin", map = { "Google Ads" = "paid_search", "-" = "" } }
landing_page = "page"
"""
LEADS = """id,date,name,email,company,origin,page
1,2026-03-01,Pat Prospect,pat@example.com,Harbour,Google Ads,/offer
2,2026-03-02,Zoë Zander,zoe@example.com,Harbour,-,/offer
3,2026-03-03,Pat P.,PAT@example.com,,social,/home
"""
JOURNEY = """
[[rows]]
what = "lead"
key = "id"

[rows.fields]
captured_at = "captured"
full_name = "name"
owner = { column = "rep", create = true, name = "Rep {rep}" }
qualified_at = "qualified"
handed_over_at = "handed"
contacted_at = "called"
accepted_at = "accepted"
returned_at = "returned"
return_reason = { column = "why", map = { "too little money" = "no_budget" } }
"""
STEPS = """id,name,rep,captured,qualified,handed,called,accepted,returned,why
1,Ann,7,2026-03-01,2026-03-02,2026-03-03,2026-03-04,2026-03-05,,
2,Bob,7,2026-03-01,2026-03-02,2026-03-03,,,2026-03-06,too little money
3,Cid,,2026-03-01,2026-03-02,,,,,
4,Dot,,2026-03-01,,,,,,
"""


def kinds() -> dict[str, int]:
    found: dict[str, int] = {}
    for kind in InboxFact.objects.values_list("kind", flat=True):
        found[kind] = found.get(kind, 0) + 1
    return found


def test_each_row_becomes_a_lead_of_the_person_it_names(bring_in):
    report = bring_in(RECIPE, leads=LEADS)

    assert report.counts["lead (rows)"] | {"rows": 3} == {
        "new": 3, "matched": 0, "refused": 0, "partial": 0, "rows": 3, "passed_over": 0,
    }  # fmt: skip
    first, second, third = Lead.objects.order_by("pk")
    assert first.external_id == "crm:1"
    assert (first.channel, second.channel, third.channel) == ("paid_search", "", "social")
    assert first.captured_at == datetime(2026, 3, 1, tzinfo=UTC)
    assert first.person == third.person, "one e-mail address is one person"
    assert first.account == second.account == Account.objects.get()
    assert Person.objects.count() == 2


def test_the_same_file_again_changes_nothing(bring_in):
    bring_in(RECIPE, leads=LEADS)
    before = kinds()

    report = bring_in(RECIPE, leads=LEADS)

    assert report.counts["lead (rows)"]["matched"] == 3
    assert not report.resumed
    assert kinds() == before
    assert Lead.objects.count() == 3


def test_a_longer_file_brings_only_what_is_new(bring_in):
    bring_in(RECIPE, leads=LEADS)

    report = bring_in(RECIPE, leads=LEADS + "4,2026-03-04,New One,new@example.com,,social,/\n")

    assert (report.counts["lead (rows)"]["new"], report.counts["lead (rows)"]["matched"]) == (1, 3)
    assert Lead.objects.count() == 4


def test_a_key_that_stands_twice_is_one_lead(bring_in):
    report = bring_in(RECIPE, leads=LEADS + "1,2026-03-09,Somebody Else,else@example.com,,social,/\n")

    assert (report.counts["lead (rows)"]["new"], report.counts["lead (rows)"]["matched"]) == (3, 1)
    assert Lead.objects.count() == 3


def test_a_lead_comes_as_far_as_its_times_say(bring_in):
    report = bring_in(JOURNEY, leads=STEPS)

    assert report.bad_rows == 0
    states = dict(Lead.objects.values_list("external_id", "state"))
    assert states == {
        "crm:1": "accepted", "crm:2": "returned", "crm:3": "qualified", "crm:4": "captured",
    }  # fmt: skip
    assert Lead.objects.get(external_id="crm:2").return_reason == "no_budget"
    assert Activity.objects.get().lead == Lead.objects.get(external_id="crm:1")
    happened = kinds()
    assert happened["lead.qualified"] == 3
    assert happened["lead.handed_over"] == 2
    assert happened["lead.contacted"] == 1
    assert happened["lead.accepted"] == 1
    assert "deal.opened" not in happened, "deals are rows of their own"


def test_a_later_file_takes_leads_further_without_doing_anything_twice(bring_in):
    bring_in(JOURNEY, leads=STEPS)

    report = bring_in(JOURNEY, leads=STEPS.replace("4,Dot,,2026-03-01,,", "4,Dot,,2026-03-01,2026-03-08,"))

    assert report.counts["lead (rows)"]["matched"] == 4
    assert report.bad_rows == 0
    assert kinds()["lead.qualified"] == 4
    assert kinds()["lead.handed_over"] == 2
    assert Lead.objects.get(external_id="crm:4").state == "qualified"


def test_an_owner_who_may_be_created_is_here_but_cannot_sign_in(bring_in):
    bring_in(JOURNEY, leads=STEPS)

    rep = User.objects.get(external_id="crm:7")
    assert (rep.name, rep.role, rep.is_active) == ("Rep 7", "seller", False)
    assert not rep.has_usable_password()
    assert rep.email.endswith("@crm.invalid")
    assert Lead.objects.filter(owner=rep).count() == 2


def test_an_owner_is_found_by_address_and_brings_the_team(bring_in, rita):
    bring_in(
        JOURNEY.replace(
            '{ column = "rep", create = true, name = "Rep {rep}" }', '{ column = "rep", match = "email" }'
        ),
        leads="id,name,rep,captured,qualified,handed,called,accepted,returned,why\n"
        "1,Ann,Rita@example.com,2026-03-01,2026-03-02,2026-03-03,,,,\n",
    )

    lead = Lead.objects.get()
    assert (lead.owner, lead.team) == (rita, rita.team)


def test_an_owner_whom_nobody_knows_refuses_the_row(bring_in):
    recipe = JOURNEY.replace("create = true, ", "").replace(', name = "Rep {rep}"', "")

    report = bring_in(recipe, leads=STEPS)

    assert (report.counts["lead (rows)"]["new"], report.counts["lead (rows)"]["refused"]) == (2, 2)
    assert "there is no user “7” here" in report.bad_files["rows"].read_text()


def test_custom_fields_and_the_options_of_a_choice_are_created(bring_in):
    recipe = (
        RECIPE
        + """
custom.size = { column = "origin", create = { type = "choice", kind = "analytic" } }
custom.visits.column = "page"
custom.visits.map = { "/offer" = 3 }
custom.visits.others = "empty"
custom.visits.create = { type = "number", kind = "analytic" }
person_custom.nick = { column = "name", create = { type = "text", kind = "identifying", label = "Nickname" } }
"""
    )

    bring_in(recipe, leads=LEADS)

    size = FieldDefinition.objects.get(model="lead", key="size")
    assert (size.label, size.type, size.kind, size.options) == (
        "Size", "choice", "analytic", ["-", "Google Ads", "social"],
    )  # fmt: skip
    assert FieldDefinition.objects.get(model="person", key="nick").label == "Nickname"
    assert Lead.objects.get(external_id="crm:1").custom == {"size": "Google Ads", "visits": 3}
    assert Lead.objects.get(external_id="crm:3").custom == {"size": "social"}
    assert Person.objects.get(email="zoe@example.com").custom == {"nick": "Zoë Zander"}


def test_a_choice_learns_the_new_options_of_a_later_file(bring_in):
    recipe = RECIPE + 'custom.size = { column = "origin", create = { type = "choice", kind = "analytic" } }'
    bring_in(recipe, leads=LEADS)

    report = bring_in(recipe, leads=LEADS.replace("3,2026", "5,2026").replace("social", "mail"))

    assert report.bad_rows == 0
    assert FieldDefinition.objects.get().options == ["-", "Google Ads", "social", "mail"]


def test_every_fact_of_a_run_is_found_by_its_batches(bring_in):
    report = bring_in(RECIPE, leads=LEADS)

    run = ImportRun.objects.get(pk=report.run_id)
    batches = {str(batch) for batch in ImportBatch.objects.filter(run=run).values_list("batch", flat=True)}
    facts = InboxFact.objects.exclude(kind__startswith="company").values_list("batch", "actor_kind")
    assert {(str(batch), kind) for batch, kind in facts} == {(batch, "import") for batch in batches}
    assert (run.state, run.files["rows"]["name"]) == ("finished", "leads.csv")


def test_an_owner_made_for_a_row_that_is_then_refused_is_in_the_audit(bring_in):
    recipe = JOURNEY + 'consent = "consent"\n'

    report = bring_in(recipe, leads=STEPS.splitlines()[0] + ",consent\n1,Ann,7,2026-03-01,,,,,,,pigeon\n")

    assert report.counts["lead (rows)"]["refused"] == 1
    assert User.objects.filter(external_id="crm:7").exists()
    run = CommandRun.objects.get(command="import_rows")
    assert (run.rows, run.facts) == (0, InboxFact.objects.count())
    assert check_facts() == [], "acts and ledger hold the same number of facts"
