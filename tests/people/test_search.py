"""Finding people and accounts by any of their words."""

import pytest

from isthmus.core.actors import SYSTEM
from isthmus.leads.commands import capture_lead
from isthmus.people.commands import edit_person
from isthmus.people.search import find_accounts, find_people
from isthmus.workspace.actors import actor_for
from tests.cast import MONDAY_NOON

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def pat(company):
    """Pat of Nordlager Brewery."""
    return capture_lead(
        full_name="Pat Brandt-Ödegård",
        email="pat.brandt@nordlager.example",
        phone="+46 70 123 45 67",
        company="Nordlager Brewery",
        company_domain="nordlager.example",
        by=SYSTEM,
        at=MONDAY_NOON,
    ).person


@pytest.mark.parametrize(
    "text",
    [
        "pat",
        "brandt pat",
        "odegard",
        "ÖDEG",
        "pat nordlager",
        "pat.brandt@nordlager.example",
        "pat.brandt@nord",
        "+46701234567",
        "070 123 45 67",
        "0046 70 123",
        "701234567",
    ],
)
def test_somebody_is_found_by(pat, text):
    assert find_people(text, actor=SYSTEM) == [pat]


@pytest.mark.parametrize("text", ["", "  ", "zz", "pat zz", "ordlager", "%", "_", "' OR 1=1 --"])
def test_nobody_is_found_by(pat, text):
    assert find_people(text, actor=SYSTEM) == []


def test_a_text_of_a_thousand_words_is_answered(pat):
    assert find_people(" ".join(f"word{number}" for number in range(1000)), actor=SYSTEM) == []
    assert find_people("pat " * 1000, actor=SYSTEM) == [pat]


def test_a_company_is_found_by_name_and_domain(pat):
    assert find_accounts("nordl brew", actor=SYSTEM) == [pat.account]
    assert find_accounts("nordlager.ex", actor=SYSTEM) == [pat.account]


def test_a_changed_name_is_found_and_the_old_one_is_not(pat):
    edit_person(person_id=pat.pk, full_name="Kim Brandt", by=SYSTEM, at=MONDAY_NOON)

    assert find_people("kim", actor=SYSTEM) == [pat]
    assert find_people("odegard", actor=SYSTEM) == []


def test_a_seller_finds_only_their_own(pat, rita):
    mine = capture_lead(full_name="Pat Mine", by=actor_for(rita), at=MONDAY_NOON).person

    assert find_people("pat", actor=actor_for(rita)) == [mine]
