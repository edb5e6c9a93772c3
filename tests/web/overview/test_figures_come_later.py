"""Of a long history the page comes at once, and its figures when they are counted; none is ever made up."""

from datetime import timedelta
from unittest import mock

import pytest

from isthmus.core import clock
from isthmus.core.actors import SYSTEM
from isthmus.leads.commands import capture_lead
from isthmus.ledger.position import read_position
from isthmus.web.overview import prepared
from isthmus.web.overview.prepared import LONGEST, PATIENCE, Prepared, Shelf, shelf

WAITS = 'hx-get="/overview/figures/'


@pytest.fixture
def long_history(ledger_folder):
    """A ledger counts as long however short it is; what was counted in other tests is forgotten."""
    shelf.clear()
    with mock.patch("isthmus.web.overview.views.COUNTED_AT_ONCE", -1):
        yield
    shelf.clear()


@pytest.fixture
def slowly():
    """Counting takes ten seconds, by the clock that is looked at."""
    ticks = iter(range(0, 10_000, 10))
    with mock.patch.object(prepared.time, "perf_counter", lambda: float(next(ticks))):
        yield


def read(client, address="/"):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.django_db
def test_of_a_short_history_the_page_comes_with_its_figures(client, trading, admin):
    client.force_login(admin)

    page = read(client)

    assert "€1,500 was paid" in page
    assert WAITS not in page


@pytest.mark.django_db(transaction=True)
def test_of_a_long_history_the_page_comes_first_and_asks_for_its_figures(
    client, long_history, trading, admin
):
    client.force_login(admin)

    page = read(client, "/?window=this_year")
    figures = read(client, "/overview/figures/?window=this_year")

    assert f"{WAITS}?window=this_year" in page
    assert "€1,500 was paid" not in page
    assert "€1,500 was paid" in figures
    assert "<html" not in figures
    assert "€1,500 was paid" in read(client, "/?window=this_year&whole=1")


@pytest.mark.django_db(transaction=True)
def test_what_was_counted_stands_until_a_fact_comes(client, long_history, trading, admin):
    client.force_login(admin)
    read(client, "/overview/figures/")

    with mock.patch("isthmus.web.overview.views.ask_everything", side_effect=AssertionError("counted anew")):
        page = read(client)

    assert "€1,500 was paid" in page
    assert WAITS not in page
    assert "As counted at" not in page


@pytest.mark.django_db(transaction=True)
def test_old_figures_are_shown_with_their_time_while_new_ones_are_counted(
    client, long_history, trading, admin
):
    client.force_login(admin)
    read(client, "/overview/figures/")
    a_new_lead()

    with mock.patch.object(prepared, "PATIENCE", 0):
        page = read(client)
        figures = read(client, "/overview/figures/")

    assert "As counted at" in page
    assert "Paid search: Impressions 1,000, Clicks 50, Leads 2" in page
    assert WAITS in page
    assert "Paid search: Impressions 1,000, Clicks 50, Leads 3" in figures


@pytest.mark.django_db(transaction=True)
def test_figures_that_were_slow_to_count_stand_a_while_longer_and_say_so(
    client, long_history, slowly, trading, admin
):
    client.force_login(admin)
    read(client, "/overview/figures/")
    a_new_lead()

    page = read(client)

    assert "As counted at" in page
    assert WAITS not in page


@pytest.mark.django_db(transaction=True)
def test_nobody_is_shown_what_was_counted_for_somebody_with_another_reach(
    client, long_history, trading, admin, rita
):
    client.force_login(admin)
    read(client, "/overview/figures/")

    client.force_login(rita)
    page = read(client)

    assert "€1,500 was paid" not in page
    assert WAITS in page


@pytest.mark.django_db
def test_figures_serve_for_a_time_that_grows_with_what_they_cost_up_to_a_limit(company):
    here, now = read_position(), clock.now()
    elsewhere = mock.Mock()
    quick = Prepared("", here, now, timedelta(seconds=1))
    slow = Prepared("", here, now, timedelta(hours=1))

    assert quick.serves(here, now + timedelta(days=1))
    assert quick.serves(elsewhere, now + timedelta(seconds=PATIENCE))
    assert not quick.serves(elsewhere, now + timedelta(seconds=PATIENCE + 1))
    assert slow.serves(elsewhere, now + LONGEST)
    assert not slow.serves(elsewhere, now + LONGEST + timedelta(seconds=1))


@pytest.mark.django_db(transaction=True)
def test_the_shelf_forgets_what_was_used_least():
    kept = Shelf()
    with mock.patch.object(prepared, "MOST_KEPT", 2):
        for key in ("a", "b", "a", "c"):
            kept.prepare(key, lambda: "counted", patiently=True)

    assert kept.find("b") is None
    assert kept.find("a") is not None


@pytest.mark.django_db
def test_inside_a_transaction_nothing_is_kept():
    kept = Shelf()

    assert kept.prepare("a", lambda: "counted", patiently=True).html == "counted"
    assert kept.find("a") is None


def a_new_lead():
    capture_lead(
        full_name="New One",
        email="new@buyer.example",
        channel="paid_search",
        by=SYSTEM,
        at=clock.now() - timedelta(days=1),
    )
