"""Consent is never overwritten; suppression outlives whoever held the address."""

from datetime import timedelta

import pytest

from isthmus.core.actors import SYSTEM
from isthmus.leads.commands import capture_lead
from isthmus.people.commands import AlreadySuppressed, record_consent, suppress_address
from isthmus.people.consents import consents_of, is_suppressed
from isthmus.people.models import Consent, Suppression
from tests.cast import MONDAY_NOON

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_the_latest_statement_holds_and_the_earlier_one_stays(company):
    pat = capture_lead(email="pat@x.example", consent=["email"], by=SYSTEM, at=MONDAY_NOON).person
    later = MONDAY_NOON + timedelta(days=1)

    record_consent(person_id=pat.pk, channel="email", given=False, source="letter", by=SYSTEM, at=later)

    assert consents_of(pat, at=MONDAY_NOON)["marketing", "email"].given
    assert not consents_of(pat, at=later)["marketing", "email"].given
    assert Consent.objects.count() == 2


def test_an_address_is_suppressed_in_every_spelling_and_kept_only_as_a_hash(company):
    suppress_address(channel="email", address="Pat@X.example", reason="asked", by=SYSTEM, at=MONDAY_NOON)

    assert is_suppressed("email", " pat@x.EXAMPLE ")
    assert not is_suppressed("email", "kim@x.example")
    assert "pat" not in str(Suppression.objects.values().get()).lower()
    with pytest.raises(AlreadySuppressed):
        suppress_address(channel="email", address="pat@x.example", reason="again", by=SYSTEM, at=MONDAY_NOON)
