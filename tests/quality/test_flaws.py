"""What is wrong with records: each check finds the flawed and them only; what is mended is found no more."""

from datetime import date, timedelta

import pytest

from isthmus.core import commands
from isthmus.core.actors import SYSTEM
from isthmus.core.queue import run_due
from isthmus.core.refusals import NotPermitted
from isthmus.leads.commands import capture_lead
from isthmus.leads.models import Lead
from isthmus.ledger.models import InboxFact
from isthmus.people.commands import add_person, edit_person, record_consent
from isthmus.people.models import Account, Person
from isthmus.quality import checks
from isthmus.quality.checks import CHECKS, checks_of
from isthmus.quality.finding import find_flaws
from isthmus.quality.models import Flaw
from isthmus.sales.commands import edit_deal, log_activity, lose_deal, open_deal
from isthmus.sales.models import Deal
from isthmus.workspace.actors import actor_for
from isthmus.workspace.models import User
from tests.cast import MONDAY_NOON

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
ACT = {"by": SYSTEM, "at": MONDAY_NOON}
MODELS = {"people": Person, "accounts": Account, "leads": Lead, "deals": Deal}
YEARS_LATER = MONDAY_NOON + timedelta(days=800)


def flawed(of, key, at=MONDAY_NOON, look=True):
    if look:
        find_flaws(at=at)
    (check,) = [one for one in checks_of(of) if one.key == key]
    return {str(row) for row in MODELS[of].objects.filter(check.flawed(at))}


def person(name, **more):
    return add_person(full_name=name, **more, **ACT)


def test_people_are_missing_an_address_a_country_an_owner_and_an_account(company, rita):
    whole = person(
        "Whole", email="w@buyer.example", country="SE", company="Buyer", company_domain="buyer.example"
    )
    edit_person(person_id=whole.pk, owner_id=rita.pk, **ACT)
    person("Bare")

    for key in ("no_address", "no_country", "no_owner", "no_account"):
        assert flawed("people", key) == {"Bare"}, key


@pytest.mark.parametrize(
    ("email", "is_flawed"),
    [
        ("pat@buyer.example", False),
        ("Pat.O'Hara+list@mail.buyer.co.uk", False),
        ("", False),
        ("pat", True),
        ("pat@buyer", True),
        ("pat@-buyer.com", True),
        ("pat@buyer..com", True),
        ("pat@192.168.0.1", True),
        ("pat @buyer.com", True),
        ("pat@buyer.invalid", True),
        ("pat@localhost", True),
    ],
)
def test_an_email_whose_domain_cannot_receive_is_invalid(company, email, is_flawed):
    Person.objects.filter(pk=person("Pat").pk).update(email=email)

    assert flawed("people", "bad_email") == ({"Pat"} if is_flawed else set())


@pytest.mark.parametrize(
    ("phone", "is_flawed"), [("+46701234567", False), ("", False), ("0701", True), ("call me", True)]
)
def test_a_phone_number_that_was_not_understood_is_invalid(company, phone, is_flawed):
    Person.objects.filter(pk=person("Pat").pk).update(phone=phone)

    assert flawed("people", "bad_phone") == ({"Pat"} if is_flawed else set())


def test_who_took_back_the_consent_to_everything_is_unreachable_until_they_agree_again(company):
    def says(of, channel, given, day):
        record_consent(
            person_id=of.pk, channel=channel, given=given, source="call", by=SYSTEM,
            at=MONDAY_NOON + timedelta(days=day),
        )  # fmt: skip

    person("Silent", email="silent@buyer.example")
    both = person("Both", email="both@buyer.example", phone="+46701234567")
    one = person("One", email="one@buyer.example")
    back = person("Back", email="back@buyer.example")
    says(both, "email", False, 1)
    says(one, "email", True, 1)
    says(one, "email", False, 2)
    says(back, "email", False, 1)
    says(back, "email", True, 2)

    assert flawed("people", "withdrawn") == {"One"}
    says(both, "phone", False, 2)
    assert flawed("people", "withdrawn") == {"One", "Both"}
    says(one, "email", True, 3)
    assert flawed("people", "withdrawn", look=False) == {"Both"}


def test_people_are_quiet_after_a_year_without_a_word(company):
    person("Quiet")
    spoken = person("Spoken")
    Person.objects.update(created_at=MONDAY_NOON, updated_at=MONDAY_NOON)

    log_activity(person_id=spoken.pk, kind="call", by=SYSTEM, at=YEARS_LATER - timedelta(days=10))

    assert flawed("people", "quiet", YEARS_LATER) == {"Quiet"}


def test_whose_owner_left_is_found_in_every_list(company, pipeline, rita, sam):
    pat = person("Pat", email="pat@buyer.example", company="Buyer", company_domain="buyer.example")
    edit_person(person_id=pat.pk, owner_id=rita.pk, **ACT)
    lead = capture_lead(full_name="Pat", email="pat@buyer.example", **ACT)
    Lead.objects.filter(pk=lead.pk).update(owner=rita)
    Account.objects.update(owner=rita)
    open_deal(name="Probes", person_id=pat.pk, owner_id=rita.pk, **ACT)
    assert all(flawed(of, "owner_left") == set() for of in MODELS)

    User.objects.filter(pk=rita.pk).update(is_active=False)

    assert [len(flawed(of, "owner_left")) for of in MODELS] == [1, 1, 1, 1]


def test_accounts_want_a_country_and_a_domain_that_is_one(company):
    for name, domain in (("Whole", "whole.example"), ("None", ""), ("Odd", "not a domain")):
        pat = person(name, company=name)
        Account.objects.filter(pk=pat.account_id).update(domain=domain, country="SE" if domain else "")

    assert flawed("accounts", "no_country") == flawed("accounts", "no_domain") == {"None"}
    assert flawed("accounts", "bad_domain") == {"Odd"}


def test_open_deals_want_an_amount_a_rate_and_a_close_that_is_to_come(company, pipeline, rita):
    pat = person("Pat")

    def deal(name, **more):
        return open_deal(name=name, person_id=pat.pk, **({"owner_id": rita.pk} | more), **ACT)

    deal("Whole", amount=10, expected_close_on=date(2026, 9, 30))
    late = deal("Late", amount=10, expected_close_on=date(2026, 3, 1))
    lost = deal("Lost")
    lose_deal(deal_id=lost.pk, reason="price", **ACT)
    deal("Bare", owner_id=None)
    Deal.objects.filter(name="Bare").update(owner=None, currency="XTS", person=None)

    for key in ("no_amount", "no_close", "no_owner", "no_rate", "nobody"):
        assert flawed("deals", key) == {"Bare"}, key
    assert flawed("deals", "past_close") == {"Late"}
    assert flawed("deals", "still", MONDAY_NOON + timedelta(days=91)) == {"Whole", "Late", "Bare"}
    assert flawed("deals", "ahead", MONDAY_NOON - timedelta(days=1)) == {"Whole", "Late", "Lost", "Bare"}
    edit_deal(deal_id=late.pk, expected_close_on=date(2026, 9, 30), **ACT)
    assert flawed("deals", "past_close", look=False) == set()


def test_what_is_mended_is_found_no_more_before_the_next_look_and_forgotten_in_it(company):
    pat = person("Pat")
    assert flawed("people", "no_country") == {"Pat"}

    edit_person(person_id=pat.pk, country="SE", **ACT)

    assert flawed("people", "no_country", look=False) == set()
    find_flaws(at=MONDAY_NOON)
    assert not Flaw.objects.filter(name="people.no_country").exists()


def test_flaws_are_looked_for_when_asked_by_those_who_may_change_many(company, admin, ada):
    person("Pat")
    with pytest.raises(NotPermitted):
        commands.run("look_for_flaws", {}, by=actor_for(ada), at=MONDAY_NOON)

    commands.run("look_for_flaws", {}, by=actor_for(admin), at=MONDAY_NOON)
    run_due()

    assert InboxFact.objects.filter(kind="flaws.sought").count() == 1
    assert Flaw.objects.filter(name="people.no_country").count() == 1


def test_every_check_has_a_name_of_its_own_that_fits(company):
    names = [check.name for check in CHECKS]
    assert len(set(names)) == len(names) and max(map(len, names)) <= 40


def test_many_flawed_are_listed_as_few_are(company, monkeypatch):
    for name in ("Pat", "Kim", "Lee"):
        person(name)
    whole = person("Whole")
    edit_person(person_id=whole.pk, country="SE", **ACT)
    few = flawed("people", "no_country")

    monkeypatch.setattr(checks, "FEW", 2)

    assert flawed("people", "no_country") == few == {"Pat", "Kim", "Lee"}
