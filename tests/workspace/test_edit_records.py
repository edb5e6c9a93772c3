"""Changing records: a field can be emptied, nobody's later change is lost, and a change can be taken back."""

from datetime import date
from decimal import Decimal

import pytest

from isthmus.core import commands
from isthmus.core.actors import SYSTEM
from isthmus.core.editing import ChangedSince, VersionMoved
from isthmus.core.refusals import InvalidInput, Refusal
from isthmus.leads.commands import capture_lead, edit_lead
from isthmus.leads.models import Lead
from isthmus.ledger.models import InboxFact
from isthmus.people.changing import NamelessPerson
from isthmus.people.commands import add_account, add_person, edit_account, edit_people, edit_person
from isthmus.people.models import Account, Person
from isthmus.sales.commands import edit_deal, edit_deals, open_deal
from isthmus.sales.models import Deal
from isthmus.workspace.commands import add_field
from tests.cast import MONDAY_NOON

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
ACT = {"by": SYSTEM, "at": MONDAY_NOON}


@pytest.fixture
def pat(company, rita):
    """Pat, Rita's, with an account and custom fields: one analytic, one identifying."""
    about = {"model": "person", "by": SYSTEM, "at": MONDAY_NOON}
    add_field(key="seats", label="Seats", type="number", kind="analytic", **about)
    add_field(key="nick", label="Nickname", type="text", kind="identifying", **about)
    person = add_person(full_name="Pat Prospect", email="pat@buyer.example", title="Buyer", **ACT)
    account = add_account(name="Buyer Works", size=40, **ACT)
    edit_person(
        person_id=person.pk,
        account_id=account.pk,
        owner_id=rita.pk,
        custom={"seats": 5, "nick": "Patty"},
        **ACT,
    )
    return Person.objects.get()


@pytest.fixture
def deal(pat, pipeline, rita):
    """A deal with every field filled."""
    made = open_deal(person_id=pat.pk, name="Probes", amount=Decimal(300), owner_id=rita.pk, **ACT)
    edit_deal(deal_id=made.pk, expected_close_on=date(2026, 5, 1), **ACT)
    return Deal.objects.get()


def done(command, **arguments):
    return commands.run(command, arguments, **ACT)


def test_a_field_can_be_emptied_by_name(pat, deal):
    edit_deal(deal_id=deal.pk, clear=["amount", "expected_close_on", "owner_id"], **ACT)
    edit_person(person_id=pat.pk, clear=["title", "account_id", "owner_id"], custom={"seats": None}, **ACT)
    edit_account(account_id=pat.account_id, clear=["size"], **ACT)

    deal.refresh_from_db()
    pat.refresh_from_db()
    assert (deal.amount, deal.expected_close_on, deal.owner) == (None, None, None)
    assert (pat.title, pat.account, pat.owner, pat.custom["seats"]) == ("", None, None, None)
    assert Account.objects.get().size is None


def test_what_may_not_be_empty_is_refused_by_name(pat, deal):
    with pytest.raises(InvalidInput, match="name cannot be emptied"):
        edit_deal(deal_id=deal.pk, clear=["name"], **ACT)
    with pytest.raises(InvalidInput, match="given and emptied"):
        edit_deal(deal_id=deal.pk, amount=Decimal(1), clear=["amount"], **ACT)
    with pytest.raises(NamelessPerson, match="nothing else says who"):
        edit_person(person_id=pat.pk, clear=["full_name", "email"], **ACT)


def test_a_change_decided_on_an_older_version_is_refused(pat):
    edit_person(person_id=pat.pk, title="Head of buying", version=pat.version, **ACT)

    with pytest.raises(VersionMoved, match="since you read it"):
        edit_person(person_id=pat.pk, title="Mine", version=pat.version, **ACT)

    assert Person.objects.get().title == "Head of buying"


def test_a_change_of_a_person_is_taken_back_whole_and_again(pat, rita):
    result = done("edit_person", person_id=pat.pk, title="", city="Lund", clear=["owner_id"],
                  custom={"seats": 9, "nick": None})  # fmt: skip

    back = commands.undo(result.batch, **ACT)

    pat.refresh_from_db()
    assert (pat.title, pat.city, pat.owner) == ("Buyer", "", rita)
    assert pat.custom == {"seats": 5, "nick": "Patty"}
    commands.undo(back.batch, **ACT)
    pat.refresh_from_db()
    assert (pat.title, pat.city, pat.owner, pat.custom["seats"]) == ("", "Lund", None, 9)


def test_a_change_of_a_deal_a_lead_and_an_account_is_taken_back(pat, deal):
    lead = capture_lead(email="pat@buyer.example", **ACT)
    edit_lead(lead_id=lead.pk, score=10, **ACT)
    acts = [
        done("edit_deal", deal_id=deal.pk, name="Other", amount="5", clear=["expected_close_on"]),
        done("edit_lead", lead_id=lead.pk, score=70),
        done("edit_account", account_id=pat.account_id, name="Works", clear=["size"]),
    ]

    for act in acts:
        commands.undo(act.batch, **ACT)

    deal.refresh_from_db()
    assert (deal.name, deal.amount, deal.expected_close_on) == ("Probes", 300_000_000, date(2026, 5, 1))
    assert Lead.objects.get().score == 10
    account = Account.objects.get()
    assert (account.name, account.size) == ("Buyer Works", 40)


def test_what_was_changed_once_more_is_not_taken_back(pat):
    result = done("edit_person", person_id=pat.pk, title="First")
    edit_person(person_id=pat.pk, title="Second", **ACT)

    with pytest.raises(ChangedSince, match="once more"):
        commands.undo(result.batch, **ACT)

    assert Person.objects.get().title == "Second"


def test_no_name_stands_open_in_the_ledger_or_in_the_audit(pat, deal):
    done("edit_person", person_id=pat.pk, full_name="Hush Hidden", custom={"nick": "Needle"})
    done("edit_deal", deal_id=deal.pk, name="Hush plan")
    from isthmus.core.runs import CommandRun

    told = str(list(InboxFact.objects.values_list("props", flat=True)))
    told += str(list(CommandRun.objects.values_list("undo_arguments", flat=True)))
    assert "Hush" not in told and "Needle" not in told


def test_many_at_once_is_the_same_as_one_by_one(pat, deal, rita):
    kim = add_person(full_name="Kim", email="kim@buyer.example", **ACT)
    rows = [
        {"person_id": pat.pk, "city": "Lund", "at": MONDAY_NOON},
        {"person_id": kim.pk, "clear": ["owner_id"], "at": MONDAY_NOON},
        {"person_id": kim.pk, "phone": "+46701112233", "email": "pat@buyer.example", "at": MONDAY_NOON},
        {"person_id": 999_999, "city": "Lund", "at": MONDAY_NOON},
    ]

    outcomes = edit_people(rows=rows, by=SYSTEM)
    edit_deals(rows=[{"deal_id": deal.pk, "amount": 1_000_000, "at": MONDAY_NOON}], by=SYSTEM)

    assert [isinstance(one, Refusal) for one in outcomes] == [False, True, True, True]
    assert Person.objects.get(pk=pat.pk).city == "Lund"
    # The row was refused as a whole: the number that it brought is nobody's.
    assert not kim.identifiers.filter(kind="phone").exists()
    assert Deal.objects.get().amount == 1_000_000
