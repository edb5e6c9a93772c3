"""A territory has what is its own, and the rest from above it."""

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from isthmus.core import commands
from isthmus.core.actors import SYSTEM
from isthmus.core.refusals import InvalidInput
from isthmus.ledger.models import InboxFact
from isthmus.people.models import Account
from isthmus.sales.commands import open_deal
from isthmus.workspace.actors import actor_for
from isthmus.workspace.calendars import calendar_for
from isthmus.workspace.changing import NothingChanged
from isthmus.workspace.commands import add_currency, add_territory, edit_territory, set_rate
from isthmus.workspace.models import Territory
from isthmus.workspace.queries import zone_of
from isthmus.workspace.territories import COMPANY, Held, local_to
from isthmus.workspace.working_days import Calendar
from tests.cast import MONDAY_NOON

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

EPIPHANY = date(2026, 1, 6)  # A holiday in Bavaria and in no other place of these tests.


@pytest.fixture
def bavaria(company):
    """Munich's part of Germany, which is part of the German-speaking market."""
    for code in ("CHF", "SEK"):
        add_currency(code=code, by=SYSTEM, at=MONDAY_NOON)
    dach = add_territory(name="DACH", currency="CHF", time_zone="Europe/Zurich", by=SYSTEM, at=MONDAY_NOON)
    germany = add_territory(name="Germany", parent_id=dach.pk, countries=["de"], by=SYSTEM, at=MONDAY_NOON)
    return add_territory(name="Bavaria", parent_id=germany.pk, holidays="DE-by", by=SYSTEM, at=MONDAY_NOON)


def test_what_a_territory_leaves_empty_holds_as_above_it_and_says_whence(bavaria):
    dach, germany = Territory.objects.get(name="DACH"), Territory.objects.get(name="Germany")

    local = local_to(bavaria.pk)

    assert local.currency == Held("CHF", dach.pk)
    assert local.time_zone == Held("Europe/Zurich", dach.pk)
    assert local.holidays == Held("DE-BY", bavaria.pk)
    assert local_to(germany.pk).holidays == Held("DE", germany.pk)  # Its one country's.
    assert local_to(None).currency == Held("EUR", COMPANY)


def test_a_lead_in_bavaria_has_bavarias_holidays_on_its_clock_and_in_the_pace(bavaria):
    eve = EPIPHANY - timedelta(days=1)

    assert calendar_for(bavaria.pk).working_day_after(eve, 1) == EPIPHANY + timedelta(days=1)
    assert calendar_for(bavaria.parent_id).working_day_after(eve, 1) == EPIPHANY
    assert EPIPHANY not in Calendar().days(eve, EPIPHANY + timedelta(days=2), bavaria.pk)
    assert EPIPHANY in Calendar().days(eve, EPIPHANY + timedelta(days=2), bavaria.parent_id)


def test_clocks_run_and_pages_tell_time_in_the_territorys_zone(company, rita):
    coast = add_territory(name="West coast", time_zone="America/Los_Angeles", by=SYSTEM, at=MONDAY_NOON)
    rita.territory = coast

    assert calendar_for(coast.pk).next_open(MONDAY_NOON).hour == 17  # 09:00 in Los Angeles
    assert zone_of(rita, company).key == "America/Los_Angeles"
    edit_territory(territory_id=coast.pk, clear=["time_zone"], by=SYSTEM, at=MONDAY_NOON)
    assert zone_of(rita, company) == company.zone


def test_a_deal_opened_there_is_in_the_currency_of_the_place(bavaria, pipeline):
    set_rate(currency="CHF", on=date(2026, 1, 1), base_per_unit=Decimal("1.05"), by=SYSTEM, at=MONDAY_NOON)
    account = _account(bavaria)

    deal = open_deal(account_id=account.pk, by=SYSTEM, at=MONDAY_NOON)

    assert (deal.currency, deal.territory_id) == ("CHF", bavaria.pk)
    assert open_deal(account_id=account.pk, currency="SEK", by=SYSTEM, at=MONDAY_NOON).currency == "SEK"


def test_a_change_is_a_fact_with_before_and_after_and_can_be_taken_back(bavaria, admin):
    given = {"territory_id": bavaria.pk, "time_zone": "Europe/Berlin", "clear": ["holidays", "parent_id"]}
    result = commands.run("edit_territory", given, by=actor_for(admin), at=MONDAY_NOON)

    told = json.loads(InboxFact.objects.get(kind="territory.changed").props)
    assert told["holidays"] == ["DE-BY", ""]
    assert told["time_zone"] == ["", "Europe/Berlin"]
    assert local_to(bavaria.pk).holidays == Held("", COMPANY)

    commands.undo(result.batch, by=actor_for(admin), at=MONDAY_NOON)
    bavaria.refresh_from_db()
    assert (bavaria.time_zone, bavaria.holidays) == ("", "DE-BY")
    assert bavaria.parent.name == "Germany"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"currency": "XAU"}, "does not deal in XAU"),
        ({"time_zone": "Europe/Munich"}, "no time zone Europe/Munich"),
        ({"holidays": "DE-XX"}, "DE-XX are not known"),
        ({"name": " "}, "Give it a name"),
        ({"clear": ["name"]}, "cannot be emptied"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(bavaria, given, sentence):
    with pytest.raises(InvalidInput, match=sentence):
        edit_territory(territory_id=bavaria.pk, by=SYSTEM, at=MONDAY_NOON, **given)


def test_a_change_to_what_it_is_already_is_none(bavaria):
    with pytest.raises(NothingChanged):
        edit_territory(territory_id=bavaria.pk, holidays="DE-BY", by=SYSTEM, at=MONDAY_NOON)


def _account(territory):
    now = timezone.now()
    return Account.objects.create(
        name="Isar", subject=900_001, territory=territory, created_at=now, updated_at=now
    )
