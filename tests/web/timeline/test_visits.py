"""Visits stand on the timeline as one event each, with where they came from, for whoever may see visits."""

from dataclasses import replace
from datetime import timedelta

import pytest

from isthmus import ledger
from isthmus.core.actors import SYSTEM
from isthmus.leads.commands import capture_lead
from isthmus.ledger import Fact
from isthmus.ledger.machines import judge_agents
from isthmus.ledger.merges import join_visitors, unmerge_subjects
from isthmus.ledger.sealing import seal
from isthmus.people.commands import add_person
from isthmus.sales import timeline
from isthmus.web.timeline import days, names, part, reading, visits, way
from isthmus.workspace.actors import actor_for
from tests.cast import MONDAY_NOON
from tests.ledger.collected import collect, form, page, visitor

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def at(minutes):
    return MONDAY_NOON + minutes * MINUTE


@pytest.fixture
def pat(ledger_folder, company):
    return add_person(full_name="Pat Prospect", email="pat@buyer.example", by=SYSTEM, at=at(-10))


@pytest.fixture
def browser(pat):
    """Pat's browser."""
    stranger = visitor()
    join_visitors([(stranger, pat.subject)], by=SYSTEM, at=at(0))
    return stranger


def told_to(actor, about, show="all"):
    facts, _older = reading.page(about, actor, show=show)
    found = days.days_of(facts, names.names_for(facts))
    return [event for day in found for event in day.events]


def titles(*events):
    return [event.title for event in events]


def test_a_visit_is_one_event_with_its_pages_where_it_came_from_and_how_long(pat, browser, mia):
    tags = {"utm_source": "google", "utm_medium": "cpc", "utm_campaign": "spring-sale"}
    page(browser, at(1), "/pricing", channel="paid_search", **tags)
    collect("page.left", browser, at(2), path="/pricing", quantity=60_000)
    page(browser, at(3), "/sizes", event="Sizes")
    collect("link.clicked", browser, at(4), path="/sizes", props={"href_host": "shop.example"})
    collect("page.left", browser, at(4), path="/sizes", quantity=90_000)
    page(browser, at(90), "/")

    later, visit, _known = told_to(actor_for(mia), timeline.of_person(pat))

    assert (visit.kind, visit.title, visit.quiet) == (
        "marketing",
        "Visited /pricing and 1 other page",
        "2 min 30 s",
    )
    assert (visit.detail, visit.side) == ("Campaign spring-sale, google / cpc", "Paid search")
    assert [line[6:] for line in visit.lines] == ["/pricing", "Sizes", "on to shop.example"]
    assert (later.title, later.lines) == ("Visited /", ())


def test_what_was_done_as_a_stranger_appears_with_the_join_and_goes_with_it(pat, mia):
    stranger = visitor()
    page(stranger, at(1), "/pricing", channel="email")
    about, actor = timeline.of_person(pat), actor_for(mia)
    assert titles(*told_to(actor, about)) == ["The person became known"]

    join_visitors([(stranger, pat.subject)], by=SYSTEM, at=at(5))
    assert "Visited /pricing" in titles(*told_to(actor, about))

    unmerge_subjects(stranger, pat.subject, by=SYSTEM, at=at(6))
    assert "Visited /pricing" not in titles(*told_to(actor, about))


def test_a_visit_that_began_as_a_strangers_goes_on_as_the_persons(pat, browser, mia):
    page(browser, at(1), "/pricing")
    page(pat.subject, at(5), "/account")

    assert titles(*told_to(actor_for(mia), timeline.of_person(pat)))[0] == "Visited /pricing and 1 other page"


def test_a_form_is_told_with_what_was_typed(pat, browser, mia):
    page(browser, at(1), "/contact")
    form(browser, at(2), "contact", Message="How much?", Size="40")

    sent, visit = told_to(actor_for(mia), timeline.of_person(pat))[:2]

    assert (sent.title, sent.quiet) == ("Sent the form contact", "on /contact")
    assert sent.quote == "Message: How much?\nSize: 40"
    assert visit.title == "Visited /contact"


def test_visits_and_mails_stand_under_marketing_and_not_under_sales(pat, browser, mia):
    page(browser, at(1), "/pricing")
    collect("email.opened", browser, at(2))
    collect("email.clicked", browser, at(3))
    about, actor = timeline.of_person(pat), actor_for(mia)

    assert titles(*told_to(actor, about, "marketing")) == [
        "Clicked a link in a mail",
        "Opened a mail",
        "Visited /pricing",
    ]
    assert told_to(actor, about, "sales") == []


def test_who_may_not_see_visits_sees_none(pat, browser, mia):
    page(browser, at(1), "/pricing")
    collect("email.opened", browser, at(2))
    marketer = actor_for(mia)
    without = replace(marketer, grants={k: v for k, v in marketer.grants.items() if k != "visits.view"})

    assert titles(*told_to(without, timeline.of_person(pat))) == ["The person became known"]


def test_the_visits_of_its_person_stand_on_the_lead_and_of_its_people_on_the_account(pat, browser, mia):
    lead = capture_lead(email="pat@buyer.example", company="Buyer", by=SYSTEM, at=at(5))
    page(browser, at(1), "/pricing")
    page(visitor(), at(1), "/secret")
    actor = actor_for(mia)

    assert titles(*told_to(actor, timeline.of_lead(lead))) == ["Became a lead", "Visited /pricing"]
    pat.refresh_from_db()
    on_account = titles(*told_to(actor, timeline.of_account(pat.account, actor)))
    assert "Visited /pricing" in on_account
    assert "Visited /secret" not in on_account


def test_pages_of_an_account_are_its_facts_and_its_peoples_visits_in_one_order(pat, browser, mia):
    lead = capture_lead(email="pat@buyer.example", company="Buyer", by=SYSTEM, at=at(0))
    pat.refresh_from_db()
    month = 30 * 24 * 60
    for turn in range(4):
        for minute in range(6):
            page(browser, at(turn * month + minute), f"/{turn}/{minute}")
            number = {"subject": pat.subject, "lead_id": lead.pk, "account_id": pat.account_id}
            moment = at(turn * month + minute * (1 if turn % 2 else 900))
            ledger.record(Fact(kind="lead.scored", at=moment, **number), by=SYSTEM)
        seal()
    actor = actor_for(mia)
    whose = timeline.of_account(pat.account, actor)
    whole, end = timeline.page(whose, actor, limit=1_000)
    assert end is None
    assert sum(fact.kind == "page.viewed" for fact in whole) == 24
    assert sum(fact.kind == "lead.scored" for fact in whole) == 24
    assert whole == sorted(whole, key=lambda fact: fact.place, reverse=True)

    for limit in (2, 5, 20):
        found, place = [], ""
        while place is not None:
            some, place = timeline.page(whose, actor, after=place, limit=limit)
            found += some
        assert [fact.id for fact in found] == [fact.id for fact in whole]


def test_what_a_machine_did_is_folded_away(pat, browser, mia):
    judge_agents({77: True})
    page(browser, at(1), "/pricing", agent=77)
    collect("email.opened", browser, at(2), agent=77)

    events = told_to(actor_for(mia), timeline.of_person(pat))

    assert titles(*events) == ["3 system facts"]
    assert "Opened a mail (by a machine)" in events[0].lines


def test_a_visit_is_not_cut_where_a_page_of_the_timeline_ends(pat, browser, mia):
    for minute in range(0, 60, 2):
        page(browser, at(minute), f"/{minute}")
    for minute in range(200, 240):
        page(browser, at(minute), "/late")
    actor, about = actor_for(mia), timeline.of_person(pat)
    facts, before = reading.page(about, actor)
    assert len(facts) == reading.PAGE

    kept = visits.whole_visits(facts, names.names_for(facts))

    assert len(kept) == 40
    rest, _end = reading.page(about, actor, before=timeline.written(kept[-1].place))
    assert len(visits.visits_of(rest, names.Names())) == 1
    assert before and part


def test_a_visit_is_one_touch_of_marketing(pat, browser):
    for minute in range(5):
        page(browser, at(minute), f"/{minute}")
    collect("page.left", browser, at(6), quantity=5)
    page(browser, at(200), "/")
    facts, more = reading.latest(timeline.of_person(pat), SYSTEM, 100)

    its_way = way.way_of(visits.moments_of(facts), at(300), more)

    assert len(its_way.touches) == 2
