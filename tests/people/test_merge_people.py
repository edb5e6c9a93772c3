"""Merging two people, and taking them apart: what moves, what stands, what each has afterwards."""

from datetime import timedelta
from decimal import Decimal

import pytest

from isthmus.core.actors import SYSTEM
from isthmus.core.commands import run, undo
from isthmus.core.editing import ChangedSince
from isthmus.core.refusals import InvalidInput, NotFound, NotPermitted
from isthmus.leads import invariants
from isthmus.leads.commands import capture_lead, capture_leads, qualify_lead
from isthmus.leads.models import Lead
from isthmus.ledger import restating, timeline
from isthmus.ledger.models import SubjectMerge
from isthmus.ledger.reading import snapshot
from isthmus.ledger.sealing import seal
from isthmus.ledger.timeline import facts_for_subjects
from isthmus.people import invariants as people_invariants
from isthmus.people.commands import edit_person, record_consent
from isthmus.people.consents import consents_of
from isthmus.people.erasing import erase_person
from isthmus.people.merging.commands import merge_people, unmerge_people
from isthmus.people.merging.forgetting import Merges
from isthmus.people.merging.joining import CannotBeOne
from isthmus.people.merging.parting import CannotBeParted
from isthmus.people.models import Identifier, Merge, Person
from isthmus.people.search import find_people
from isthmus.people.whom import whom_of
from isthmus.sales.commands import edit_deal, log_activity, open_deal, pay_order, place_order
from isthmus.sales.models import Activity, Deal, Order
from isthmus.workspace.actors import actor_for
from isthmus.workspace.models import Territory
from tests.cast import MONDAY_NOON

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
LATER = MONDAY_NOON + timedelta(hours=2)
MUCH_LATER = MONDAY_NOON + timedelta(days=2)


@pytest.fixture
def pat(pipeline):
    return capture_lead(
        email="pat@work.example", full_name="Pat Prospect", channel="email", by=SYSTEM, at=MONDAY_NOON
    ).person


@pytest.fixture
def patricia(pipeline):
    return capture_lead(
        email="patricia@home.example",
        full_name="Patricia Prospect",
        phone="+46701234567",
        city="Lund",
        channel="paid_search",
        by=SYSTEM,
        at=MONDAY_NOON,
    ).person


def again(row):
    return type(row).objects.get(pk=row.pk)


def subjects_of(kind):
    with snapshot() as ledger:
        rows = ledger.execute("SELECT subject FROM facts WHERE kind = ? ORDER BY 1", [kind]).fetchall()
    return [subject for (subject,) in rows]


@pytest.fixture(autouse=True)
def nothing_hangs_on_who_was_merged_away(db):
    yield
    assert people_invariants.check() == []


def merged(pat, patricia, **more):
    return merge_people(keep_id=pat.pk, lose_id=patricia.pk, by=SYSTEM, at=LATER, **more)


def test_everything_of_the_second_is_the_firsts(pat, patricia):
    deal = open_deal(name="Kettle", person_id=patricia.pk, by=SYSTEM, at=MONDAY_NOON)
    order = place_order(
        number="O1", lines=[{"amount": "10"}], person_id=patricia.pk, by=SYSTEM, at=MONDAY_NOON
    )
    call = log_activity(kind="call", text="x", person_id=patricia.pk, by=SYSTEM, at=MONDAY_NOON)

    merged(pat, patricia)

    assert {again(deal).person, again(order).person, again(call).person} == {pat}
    assert set(Lead.objects.values_list("person_id", flat=True)) == {pat.pk}
    assert set(Identifier.objects.values_list("person_id", flat=True)) == {pat.pk}
    assert again(patricia).merged_into == pat
    assert set(subjects_of("lead.captured")) == {pat.subject}
    assert invariants.check() == []


def test_blanks_are_filled_and_what_stands_stays_unless_chosen_otherwise(pat, patricia):
    kept = merged(pat, patricia, choices={"full_name": "lose"})

    assert (kept.full_name, kept.city, kept.phone) == ("Patricia Prospect", "Lund", "+46701234567")
    assert kept.email == "pat@work.example"


def test_a_choice_about_no_field_is_refused(pat, patricia):
    with pytest.raises(InvalidInput, match="no such field"):
        merged(pat, patricia, choices={"shoe_size": "lose"})


def test_who_comes_with_the_address_of_either_is_the_one(pat, patricia):
    merged(pat, patricia)

    lead = capture_lead(email="Patricia@HOME.example", by=SYSTEM, at=LATER)

    assert lead.person == pat
    for text in ("patricia@home.example", "070 123 45 67", "pat@work.example"):
        assert find_people(text, actor=SYSTEM) == [pat]


def test_a_withdrawal_of_either_holds_though_the_other_agreed_later(pat, patricia):
    record_consent(
        person_id=patricia.pk, channel="email", given=False, source="call", by=SYSTEM, at=MONDAY_NOON
    )
    record_consent(
        person_id=pat.pk, channel="email", given=True, source="form", by=SYSTEM, at=MONDAY_NOON + timedelta(1)
    )

    merged(pat, patricia)

    held = consents_of(pat, at=MUCH_LATER)["marketing", "email"]
    assert not held.given
    unmerge_people(lose_id=patricia.pk, by=SYSTEM, at=MUCH_LATER)
    assert consents_of(pat, at=MUCH_LATER)["marketing", "email"].given
    assert not consents_of(patricia, at=MUCH_LATER)["marketing", "email"].given
    assert len(subjects_of("consent.withdrawn")) == 1


def test_taken_apart_each_has_their_own_again(pat, patricia):
    before = [list(Person.objects.order_by("pk").values_list("full_name", "email", "phone", "city"))]
    before.append(list(Lead.objects.order_by("pk").values_list("pk", "person_id")))
    before.append(list(Identifier.objects.order_by("pk").values_list("kind", "value", "person_id")))
    merged(pat, patricia, choices={"full_name": "lose"})

    unmerge_people(lose_id=patricia.pk, by=SYSTEM, at=MUCH_LATER)

    after = [list(Person.objects.order_by("pk").values_list("full_name", "email", "phone", "city"))]
    after.append(list(Lead.objects.order_by("pk").values_list("pk", "person_id")))
    after.append(list(Identifier.objects.order_by("pk").values_list("kind", "value", "person_id")))
    assert after == before
    assert again(patricia).merged_into is None
    assert sorted(subjects_of("lead.captured")) == sorted([pat.subject, patricia.subject])
    assert find_people("patricia", actor=SYSTEM) == [patricia]


def test_what_came_in_between_by_an_address_goes_to_whose_it_is(pat, patricia):
    merged(pat, patricia)
    lead = capture_lead(
        email="patricia@home.example", phone="+46709999999", consent=["email"], by=SYSTEM, at=LATER
    )
    qualify_lead(lead_id=lead.pk, by=SYSTEM, at=LATER)
    own = capture_lead(email="pat@work.example", by=SYSTEM, at=LATER)

    unmerge_people(lose_id=patricia.pk, by=SYSTEM, at=MUCH_LATER)

    assert (again(lead).person, again(own).person) == (patricia, pat)
    assert Identifier.objects.get(value="+46709999999").person == patricia
    assert patricia.consents.count() == 1
    assert subjects_of("lead.qualified") == subjects_of("consent.given") == [patricia.subject]
    assert invariants.check() == []


def test_work_on_what_was_theirs_goes_back_with_it(pat, patricia):
    theirs = Lead.objects.get(person=patricia)
    merged(pat, patricia)
    deal = open_deal(name="Kettle", lead_id=theirs.pk, amount=Decimal(5), by=SYSTEM, at=LATER)
    order = place_order(number="O1", lines=[{"amount": "5"}], deal_id=deal.pk, by=SYSTEM, at=LATER)
    pay_order(order_id=order.pk, amount=Decimal(5), by=SYSTEM, at=LATER)
    call = log_activity(kind="call", text="x", lead_id=theirs.pk, by=SYSTEM, at=LATER)
    note = log_activity(kind="note", text="y", person_id=pat.pk, by=SYSTEM, at=LATER)

    unmerge_people(lose_id=patricia.pk, by=SYSTEM, at=MUCH_LATER)

    assert {again(deal).person, again(order).person, again(call).person} == {patricia}
    assert again(note).person == pat
    for kind in ("deal.opened", "order.placed", "order.paid", "lead.contacted"):
        assert subjects_of(kind) == [patricia.subject]
    assert sorted(subjects_of("activity.logged")) == sorted([pat.subject, patricia.subject])


def test_an_edit_in_between_stands_with_the_one_who_was_kept(pat, patricia):
    merged(pat, patricia)
    edit_person(person_id=pat.pk, city="Malmö", title="Buyer", by=SYSTEM, at=LATER)

    unmerge_people(lose_id=patricia.pk, by=SYSTEM, at=MUCH_LATER)

    assert (again(pat).city, again(pat).title, again(pat).phone) == ("Malmö", "Buyer", "")
    assert (again(patricia).city, again(patricia).title) == ("Lund", "")


def test_a_change_made_while_they_were_one_is_not_taken_back_when_they_are_two(pat, patricia):
    merged(pat, patricia)
    change = run("edit_person", {"person_id": pat.pk, "city": "Malmö"}, by=SYSTEM, at=LATER)
    unmerge_people(lose_id=patricia.pk, by=SYSTEM, at=MUCH_LATER)

    with pytest.raises(ChangedSince, match="which are two again now"):
        undo(change.batch, by=SYSTEM, at=MUCH_LATER)

    assert again(pat).city == "Malmö"


def test_a_change_is_taken_back_across_a_merge_while_it_stands(pat, patricia):
    before = run("edit_person", {"person_id": pat.pk, "title": "Buyer"}, by=SYSTEM, at=MONDAY_NOON)
    merged(pat, patricia)
    between = run("edit_person", {"person_id": pat.pk, "city": "Malmö"}, by=SYSTEM, at=LATER)

    undo(before.batch, by=SYSTEM, at=LATER)
    undo(between.batch, by=SYSTEM, at=LATER)
    unmerge_people(lose_id=patricia.pk, by=SYSTEM, at=MUCH_LATER)

    assert (again(pat).title, again(pat).city, again(patricia).city) == ("", "", "Lund")


def test_a_change_of_the_one_who_was_merged_away_waits_until_they_are_two(pat, patricia):
    change = run("edit_person", {"person_id": patricia.pk, "city": "Malmö"}, by=SYSTEM, at=MONDAY_NOON)
    merged(pat, patricia)

    with pytest.raises(NotFound, match="no such person"):
        undo(change.batch, by=SYSTEM, at=LATER)
    unmerge_people(lose_id=patricia.pk, by=SYSTEM, at=MUCH_LATER)
    undo(change.batch, by=SYSTEM, at=MUCH_LATER)

    assert again(patricia).city == "Lund"


def test_what_fills_a_blank_by_the_others_address_is_the_others(pat, patricia):
    edit_person(person_id=pat.pk, title="Buyer", by=SYSTEM, at=MONDAY_NOON)
    merged(pat, patricia)
    edit_person(person_id=pat.pk, clear=["title", "city"], by=SYSTEM, at=LATER)

    capture_lead(email="patricia@home.example", title="Brewer", city="Ystad", by=SYSTEM, at=LATER)
    assert (again(pat).title, again(pat).city) == ("Brewer", "Ystad")
    unmerge_people(lose_id=patricia.pk, by=SYSTEM, at=MUCH_LATER)

    assert (again(pat).title, again(pat).city) == ("", "")
    assert (again(patricia).title, again(patricia).city) == ("Brewer", "Lund")


def test_what_comes_in_one_go_by_a_new_number_of_the_others_is_the_others(pat, patricia):
    merged(pat, patricia)

    leads = capture_leads(
        rows=[
            {"email": "patricia@home.example", "phone": "+46709999999", "at": LATER},
            {"phone": "+46709999999", "at": LATER},
        ],
        by=SYSTEM,
    )
    unmerge_people(lose_id=patricia.pk, by=SYSTEM, at=MUCH_LATER)

    assert {again(lead).person for lead in leads} == {patricia}


def test_facts_of_files_and_of_many_pages_go_back_too(pat, patricia, monkeypatch):
    monkeypatch.setattr(timeline, "_PAGE", 3)
    monkeypatch.setattr(restating, "_CHUNK", 2)
    deal = open_deal(name="D", person_id=patricia.pk, by=SYSTEM, at=MONDAY_NOON)
    seal()
    merged(pat, patricia)
    for number in range(8):
        at = LATER + timedelta(minutes=number // 3)
        edit_deal(deal_id=deal.pk, name=f"D{number}", by=SYSTEM, at=at)
        if number == 4:
            seal()

    unmerge_people(lose_id=patricia.pk, by=SYSTEM, at=MUCH_LATER)

    assert subjects_of("deal.changed") == [patricia.subject] * 8
    changes = facts_for_subjects([patricia.subject], kinds=["deal.changed"])
    told = [texts["name"] for texts in timeline.open_sealed(changes)]
    assert told == [*(f"D{number - 1} → D{number}" for number in range(7, 0, -1)), "D → D0"]


def test_sealed_words_in_between_are_read_by_their_rightful_person(pat, patricia):
    from isthmus.ledger.timeline import open_sealed

    merged(pat, patricia)
    edit_person(person_id=pat.pk, title="Buyer", by=SYSTEM, at=LATER)
    unmerge_people(lose_id=patricia.pk, by=SYSTEM, at=MUCH_LATER)

    (changed,) = facts_for_subjects([pat.subject], kinds=["person.changed"])
    assert open_sealed([changed]) == [{"title": " → Buyer"}]


def test_merges_in_a_row_come_apart_from_the_outside_in(pat, patricia):
    kim = capture_lead(email="kim@x.example", full_name="Kim", by=SYSTEM, at=MONDAY_NOON).person
    merged(pat, patricia)
    merge_people(keep_id=kim.pk, lose_id=pat.pk, by=SYSTEM, at=LATER)
    lead = capture_lead(email="patricia@home.example", by=SYSTEM, at=LATER)
    assert lead.person == kim

    with pytest.raises(CannotBeParted, match="Take those apart first"):
        unmerge_people(lose_id=patricia.pk, by=SYSTEM, at=MUCH_LATER)
    unmerge_people(lose_id=pat.pk, by=SYSTEM, at=MUCH_LATER)
    assert again(lead).person == pat
    unmerge_people(lose_id=patricia.pk, by=SYSTEM, at=MUCH_LATER)

    assert again(lead).person == patricia
    assert again(kim).full_name == "Kim"


def test_two_merged_into_one_come_apart_in_any_order(pat, patricia):
    kim = capture_lead(email="kim@x.example", by=SYSTEM, at=MONDAY_NOON).person
    merge_people(keep_id=kim.pk, lose_id=patricia.pk, by=SYSTEM, at=LATER)
    merge_people(keep_id=kim.pk, lose_id=pat.pk, by=SYSTEM, at=LATER)
    assert again(kim).full_name == "Patricia Prospect"

    unmerge_people(lose_id=patricia.pk, by=SYSTEM, at=MUCH_LATER)
    unmerge_people(lose_id=pat.pk, by=SYSTEM, at=MUCH_LATER)

    assert (again(kim).full_name, again(kim).city, again(kim).phone) == ("", "", "")
    assert again(pat).full_name == "Pat Prospect"


def test_the_merge_is_undone_like_any_other_act(pat, patricia):
    done = run(
        "merge_people", {"keep_id": pat.pk, "lose_id": patricia.pk, "choices": {}}, by=SYSTEM, at=LATER
    )

    undo(done.batch, by=SYSTEM, at=MUCH_LATER)

    assert again(patricia).merged_into is None


def test_taking_apart_is_undone_with_the_choices_of_the_merge(pat, patricia):
    merged(pat, patricia, choices={"full_name": "lose"})
    done = run("unmerge_people", {"lose_id": patricia.pk}, by=SYSTEM, at=MUCH_LATER)

    undo(done.batch, by=SYSTEM, at=MUCH_LATER)

    assert again(patricia).merged_into == pat
    assert again(pat).full_name == "Patricia Prospect"


def test_a_country_brings_its_territory_and_an_owner_the_team(pat, patricia, rita, olga):
    north, south = (Territory.objects.create(name=name) for name in ("North", "South"))
    Person.objects.filter(pk=pat.pk).update(country="SE", owner=rita, team=None)
    Person.objects.filter(pk=patricia.pk).update(country="IT", territory=south, owner=olga, team=olga.team)

    kept = merged(pat, patricia)
    assert (kept.country, kept.territory, kept.owner, kept.team) == ("SE", None, rita, None)
    unmerge_people(lose_id=patricia.pk, by=SYSTEM, at=MUCH_LATER)
    Person.objects.filter(pk=pat.pk).update(territory=north)
    kept = merged(again(pat), patricia, choices={"country": "lose", "owner_id": "lose"})

    assert (kept.country, kept.territory, kept.owner, kept.team) == ("IT", south, olga, olga.team)


def test_the_doctor_tells_what_hangs_on_who_was_merged_away(pat, patricia):
    merged(pat, patricia)
    Lead.objects.filter(person=pat).update(person=patricia)
    SubjectMerge.objects.update(undone_us=1)

    hanging, differing = people_invariants.check()

    assert hanging.startswith("2 rows of leads.Lead.person hang on records that were merged away.")
    assert differing.startswith("One merge differs between the tables and the ledger.")
    Lead.objects.update(person=pat)
    SubjectMerge.objects.update(undone_us=None)


def test_one_person_is_not_merged_with_themselves(pat):
    with pytest.raises(CannotBeOne, match="one already"):
        merge_people(keep_id=pat.pk, lose_id=pat.pk, by=SYSTEM, at=LATER)


def test_who_is_merged_away_is_not_there_to_be_merged_again(pat, patricia):
    merged(pat, patricia)

    with pytest.raises(NotFound, match="not there any more"):
        merged(pat, patricia)


def test_those_who_are_not_merged_cannot_be_taken_apart(pat, patricia):
    with pytest.raises(CannotBeParted, match="not merged any more"):
        unmerge_people(lose_id=patricia.pk, by=SYSTEM, at=LATER)


def test_erasing_one_of_two_who_are_one_erases_both_and_leaves_nothing_to_take_apart(pat, patricia):
    merged(pat, patricia, choices={"full_name": "lose"})
    (known,) = Merges().export(whom_of(pat))
    assert known["before"]["full_name"] == "Pat Prospect"

    erase_person(person_id=pat.pk, reason="request", by=SYSTEM, at=MUCH_LATER)

    assert (again(pat).full_name, again(patricia).full_name, again(patricia).city) == ("", "", "")
    assert Merge.objects.values_list("before", "after").get() == ({}, {})
    with pytest.raises((CannotBeParted, NotFound)):
        unmerge_people(lose_id=patricia.pk, by=SYSTEM, at=MUCH_LATER)


def test_erasing_one_of_two_who_were_one_empties_what_the_merge_kept(pat, patricia):
    merged(pat, patricia)
    unmerge_people(lose_id=patricia.pk, by=SYSTEM, at=LATER)
    assert list(Merges().export(whom_of(pat))) == [{"at": LATER}]

    erase_person(person_id=patricia.pk, reason="request", by=SYSTEM, at=MUCH_LATER)

    assert again(pat).full_name == "Pat Prospect"
    assert "Lund" not in str(list(Merge.objects.values()))


def test_a_manager_merges_only_whom_her_team_looks_after(pat, patricia, sam, olga, rita):
    Person.objects.filter(pk=pat.pk).update(owner=rita, team=rita.team)
    Person.objects.filter(pk=patricia.pk).update(owner=olga, team=olga.team)
    Lead.objects.update(owner=None, team=None)

    with pytest.raises(NotFound, match="does not reach both"):
        merge_people(keep_id=pat.pk, lose_id=patricia.pk, by=actor_for(sam), at=LATER)
    with pytest.raises(NotPermitted):
        merge_people(keep_id=pat.pk, lose_id=patricia.pk, by=actor_for(rita), at=LATER)

    assert Deal.objects.count() == Order.objects.count() == Activity.objects.count() == 0
