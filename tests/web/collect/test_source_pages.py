"""Sources in Settings: added with their line ready to copy, changed, renewed, switched, removed."""

from datetime import timedelta

import pytest

from isthmus.collect.models import Quarantined, Source, SourceCount
from isthmus.core.clock import now, to_us
from tests.collect.received import page, receive, sealed, website

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def office(client, ledger_folder, company, mia):
    client.force_login(mia)
    return client


def _read(office, path: str) -> str:
    return office.get(path).content.decode()


def test_a_website_is_added_and_its_line_stands_ready_to_copy(office):
    given = {"name": "Shop", "kind": "site", "alarm_hours": "6", "origins": "www.example.com\n*.shop.example"}
    answer = office.post("/settings/sources/new/", given)

    row = Source.objects.get()
    assert answer["Location"] == f"/settings/sources/{row.pk}/"
    assert (row.origins, row.alarm_hours) == (["https://www.example.com", "https://*.shop.example"], 6)
    shown = _read(office, answer["Location"])
    assert f"isthmus.js&quot; data-key=&quot;{row.write_key}&quot;" in shown
    assert "after 6 hours of silence" in shown


def test_a_server_shows_the_lines_of_its_programs(office):
    row = website(kind="server", name="Back office")

    shown = _read(office, f"/settings/sources/{row.pk}/")

    assert "segment.analytics" in shown
    assert "@segment/analytics-node" in shown
    assert f"-u &quot;{row.write_key}:&quot;" in shown


def test_a_site_that_is_none_comes_back_beside_its_field(office):
    answer = office.post(
        "/settings/sources/new/", {"name": "Shop", "kind": "site", "origins": "a b"}, headers=HTMX
    )

    assert answer.status_code == 422
    assert "a b is no site" in answer.content.decode()
    assert not Source.objects.exists()


def test_a_source_is_changed_and_what_is_emptied_is_meant(office):
    row = website(name="Shop", origins=["https://a.example"], alarm_hours=3)

    office.post(f"/settings/sources/{row.pk}/edit/", {"name": "Store", "origins": "", "alarm_hours": ""})

    row.refresh_from_db()
    assert (row.name, row.origins, row.alarm_hours) == ("Store", [], None)


def test_a_key_is_renewed_and_the_former_one_counts_for_a_day(office):
    row = website(name="Shop")

    office.post(f"/settings/sources/{row.pk}/key/")

    before, row = row.write_key, Source.objects.get()
    assert (row.former_key, row.write_key != before) == (before, True)
    assert "The former key counts until" in _read(office, f"/settings/sources/{row.pk}/")


def test_a_source_is_switched_off_and_on_and_removed(office):
    row = website(name="Shop")
    place = f"/settings/sources/{row.pk}/"

    office.post(f"{place}off/")
    assert "Switch on" in _read(office, place)
    assert office.post(f"{place}off/").status_code == 409
    office.post(f"{place}on/")
    office.post(f"{place}remove/")

    assert office.get(place).status_code == 404
    assert office.post(f"{place}destroy/").status_code == 404
    assert "Nothing sends events yet" in _read(office, "/settings/sources/")


def test_the_list_says_what_came_today_and_in_seven_days(office):
    row = website(name="Shop", alarm_hours=1)
    today = now().date()
    for ago, count in ((0, 12), (6, 30), (7, 900)):
        SourceCount.objects.create(
            source=row, day=today - timedelta(days=ago), acknowledged=count, facts=count, last_us=to_us(now())
        )
    Quarantined.objects.create(
        source=row, unit=1, received_us=to_us(now()), endpoint="batch", reason="no_event", body="{}"
    )

    shown = _read(office, "/settings/sources/")

    assert '<td class="num" data-label="Today">12</td>' in shown
    assert '<td class="num" data-label="7 days">42</td>' in shown
    assert "unread-title" in shown
    chart = _read(office, f"/settings/sources/{row.pk}/")
    assert "Events in seven days: 42" in chart
    assert '<td class="num">900</td>' in chart


def test_a_source_that_fell_silent_says_so(office):
    row = website(name="Shop", alarm_hours=2)
    long_ago = now() - timedelta(hours=3)
    SourceCount.objects.create(source=row, day=long_ago.date(), acknowledged=1, last_us=to_us(long_ago))

    assert "Silent" in _read(office, "/settings/sources/")
    assert "Nothing came since 3 h ago" in _read(office, f"/settings/sources/{row.pk}/")


def test_what_was_received_stands_there_once_it_is_sealed(office):
    row = website(name="Shop")
    receive(row, page("https://a.example/"), {"type": "track", "anonymousId": "anna"})
    sealed()

    shown = _read(office, f"/settings/sources/{row.pk}/")

    assert "Events in seven days: 2" in shown
    assert "A track call without the event&#x27;s name" in shown
    assert "Events that wait for repair: 1" in shown
