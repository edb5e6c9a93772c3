"""Saved views on the page of a list: tabs, saving, what they show to whom."""

import re

import pytest

from isthmus.core.actors import SYSTEM
from isthmus.people.commands import add_person, edit_person
from isthmus.workspace.actors import actor_for
from isthmus.workspace.commands import choose_view, save_view
from isthmus.workspace.models import SavedView
from tests.cast import MONDAY_NOON

pytestmark = pytest.mark.django_db
ACT = {"by": SYSTEM, "at": MONDAY_NOON}


@pytest.fixture
def people(ledger_folder, company, rita, olga):
    """Pat is Rita's, Kim is Olga's."""
    made = {}
    for name, owner in (("Pat", rita), ("Kim", olga)):
        person = add_person(full_name=name, email=f"{name.lower()}@buyer.example", **ACT)
        made[name] = edit_person(person_id=person.pk, owner_id=owner.pk, **ACT)
    return made


def names(response):
    return re.findall(r'class="row-name" href="[^"]*">([^<]+)<', response.content.decode())


def test_filters_and_columns_are_saved_as_a_view_and_become_a_tab(client, people, mia):
    client.force_login(mia)
    asked = "owner=nobody&columns=city&columns=title&sort=name"
    assert "Save as a view…" in client.get(f"/people/?{asked}&after=").content.decode()

    response = client.post(f"/views/people/new/?{asked}", {"name": "Cities", "reach": "all", "query": asked})

    view = SavedView.objects.get()
    assert view.query == "owner=nobody&columns=city&columns=title&sort=name"
    assert response["Location"] == f"/people/?{view.query}&view={view.pk}"
    text = client.get(response["Location"]).content.decode()
    assert re.search(r'aria-current="page">Cities</a>', text)
    assert "Save as" not in text
    assert text.index('href="?owner=nobody&amp;columns=city') > 0


def test_a_changed_view_is_saved_saved_as_or_dropped(client, people, mia):
    view = save_view(list="people", name="All", query="sort=name", by=actor_for(mia), at=MONDAY_NOON)
    client.force_login(mia)

    text = client.get(f"/people/?sort=-name&view={view.pk}").content.decode()
    assert "Save the view" in text and "Save as…" in text and "Drop the changes" in text
    client.post(f"/views/{view.pk}/save/", {"query": f"sort=-name&view={view.pk}&after=x"})

    view.refresh_from_db()
    assert view.query == "sort=-name"
    assert "Save the view" not in client.get(f"/people/?sort=-name&view={view.pk}").content.decode()


def test_a_shared_view_shows_nobody_a_row_more(client, people, mia, rita):
    view = save_view(
        list="people", name="Everyone", reach="all", query="sort=name", by=actor_for(mia), at=MONDAY_NOON
    )

    client.force_login(mia)
    assert names(client.get(f"/people/?sort=name&view={view.pk}")) == ["Kim", "Pat"]
    client.force_login(rita)
    assert names(client.get(f"/people/?sort=name&view={view.pk}")) == ["Pat"]
    assert "Rename or share" not in client.get(f"/people/?sort=name&view={view.pk}").content.decode()
    assert client.post(f"/views/{view.pk}/delete/").status_code == 409


def test_a_list_opens_with_the_chosen_view_and_all_is_one_click_away(client, people, rita, mia):
    view = save_view(
        list="people", name="Everyone", reach="all", query="sort=name", by=actor_for(mia), at=MONDAY_NOON
    )
    choose_view(list="people", view_id=view.pk, by=actor_for(rita), at=MONDAY_NOON)
    client.force_login(rita)

    response = client.get("/people/")

    assert response["Location"] == f"/people/?sort=name&view={view.pk}"
    text = client.get(response["Location"]).content.decode()
    assert 'href="?view=all"' in text and "Open the list without it" in text
    assert client.get("/people/?view=all").status_code == 200


def test_columns_stand_in_the_order_of_the_address(client, people, mia):
    client.force_login(mia)

    text = client.get("/people/?columns=owner&columns=title&columns=name&columns=city").content.decode()

    head = text[text.index("<thead>") : text.index("</thead>")]
    assert [head.index(label) for label in ("Name", "Owner", "Title", "City")] == sorted(
        head.index(label) for label in ("Name", "Owner", "Title", "City")
    )


def test_a_view_of_somebody_else_is_not_found(client, people, mia, olga):
    view = save_view(list="people", name="Secret", query="q=kim", by=actor_for(olga), at=MONDAY_NOON)
    client.force_login(mia)

    assert client.get(f"/views/{view.pk}/edit/").status_code == 404
    assert "Secret" not in client.get(f"/people/?view={view.pk}").content.decode()
