"""Deals are found by the beginning of their name."""

from datetime import timedelta

import pytest
from django.db import connection

from isthmus.core.actors import SYSTEM
from isthmus.people.commands import add_account
from isthmus.sales.commands import open_deal
from isthmus.sales.models import Deal
from isthmus.workspace.actors import actor_for
from tests.cast import MONDAY_NOON

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

NAMES = ("Brewery, 100% lines", "The brewery", "BREWERY of the north", "brewery, 100% lines", "Brew")


@pytest.fixture
def deals(company, pipeline, rita, olga):
    """Deals of one brewery, an hour apart; the last one is Rita's, the others Olga's."""
    brewery = add_account(name="Brewery", by=SYSTEM, at=MONDAY_NOON)
    return [
        open_deal(
            name=name,
            account_id=brewery.pk,
            owner_id=(rita if name == NAMES[-1] else olga).pk,
            by=SYSTEM,
            at=MONDAY_NOON + timedelta(hours=hour),
        )
        for hour, name in enumerate(NAMES)
    ]


def found(text, actor=SYSTEM):
    return [deal.name for deal in Deal.objects.visible_to(actor).beginning_with(text)]


def test_small_and_large_letters_are_the_same_and_the_latest_of_a_name_comes_first(deals):
    assert found("bREWery") == ["BREWERY of the north", "brewery, 100% lines", "Brewery, 100% lines"]


@pytest.mark.parametrize("text", ["%ery", "brew_ry", "ewery", "brewery, 100  ", "zz"])
def test_nothing_but_the_beginning_counts(deals, text):
    assert found(text) == []


def test_a_seller_finds_her_own_deals(deals, rita):
    assert found("brew", actor_for(rita)) == ["Brew"]


def test_the_index_gives_them_in_their_order(deals):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")

    plan = Deal.objects.beginning_with("brew")[:5].explain()

    assert "sales_deal_name" in plan
    assert "TEMP B-TREE" not in plan and "Sort" not in plan
