"""The palette: acts by right and place, pages, records at hand, forms from typed inputs, undo."""

import re

import pytest

from isthmus.core import clock
from isthmus.core.actors import SYSTEM
from isthmus.people.models import Person
from isthmus.sales.commands import win_deal
from isthmus.sales.models import Deal
from isthmus.web.nav import pages_for
from isthmus.workspace.actors import actor_for
from isthmus.workspace.commands import mark_seen
from isthmus.workspace.models import Team

pytestmark = pytest.mark.django_db


def options(client, text="", on=""):
    """Each option's text and address, by group."""
    html = client.get("/palette/options/", {"q": text, "on": on, "back": "/deals/"}).content.decode()
    return re.findall(
        r'role="option"[^>]* href="([^"]+)"[^>]*>.*?<span class="hit">(.*?)(?: <span|</span>)', html
    )


def titles(client, text="", on=""):
    return [title for _href, title in options(client, text, on)]


def test_an_act_is_offered_to_whom_may_do_it(client, rita, admin):
    client.force_login(rita)
    assert "Add a team" not in titles(client, "team")

    client.force_login(admin)
    assert "Add a team" in titles(client, "team")


def test_each_shortcut_goes_to_one_page(admin):
    keys = [page.keys for page in pages_for(actor_for(admin)) if page.keys]

    assert len(keys) > 10
    assert sorted(set(keys)) == sorted(keys)


def test_the_record_of_the_page_comes_first_with_its_acts(client, rita, deals):
    client.force_login(rita)

    found = options(client, "", f"deal:{deals['Alpha'].pk}")

    assert (f"/deals/{deals['Alpha'].pk}/win/", "Won") in found
    assert (f"/deals/board/{deals['Alpha'].pk}/move/?back=%2Fdeals%2F", "Move to a stage") in found
    assert "Won" not in titles(client)


def test_a_record_of_another_seller_offers_nothing(client, rita, deals):
    client.force_login(rita)

    assert "Won" not in titles(client, "", f"deal:{deals['Omega'].pk}")
    assert client.get(f"/palette/do/win_deal/?on=deal:{deals['Omega'].pk}").status_code == 404


def test_pages_and_records_are_found_by_their_words(client, rita, deals):
    client.force_login(rita)

    assert ("/deals/board/", "Pipeline") in options(client, "pipe")
    assert (f"/deals/{deals['Alpha'].pk}/", "Alpha") in options(client, "alp")
    assert "Omega" not in titles(client, "ome")


def test_a_form_is_derived_from_the_inputs_of_a_command(client, admin):
    client.force_login(admin)
    form = client.get("/palette/do/add_team/?back=/settings/teams/").content.decode()
    assert 'name="name"' in form

    assert client.post("/palette/do/add_team/", {}).status_code == 422
    done = client.post("/palette/do/add_team/?back=/settings/teams/", {"name": "Night shift"})

    assert done.headers["Location"] == "/settings/teams/"
    assert Team.objects.filter(name="Night shift").exists()


def test_choices_of_a_derived_form_are_those_of_the_company(client, admin, deals):
    client.force_login(admin)

    form = client.get("/palette/do/move_deal/").content.decode()

    assert "New business: Proposal" in form
    assert "Type to search" in form


def test_an_act_without_a_question_is_done_at_once_and_refused_in_a_sentence(client, rita, deals):
    client.force_login(rita)
    deal = deals["Alpha"]
    address = f"/palette/do/reopen_deal/?on=deal:{deal.pk}&back=/deals/"

    refused = client.post(address, headers={"HX-Request": "true"})
    assert refused.status_code == 409
    assert "This deal is open already." in refused.content.decode()

    win_deal(deal_id=deal.pk, by=SYSTEM, at=clock.now())
    done = client.post(address, headers={"HX-Request": "true"})
    assert done.headers["HX-Redirect"] == "/deals/"
    assert Deal.objects.get(pk=deal.pk).state == "open"


def test_an_act_that_can_be_taken_back_says_so(client, rita, deals):
    client.force_login(rita)

    client.post(f"/palette/do/win_deal/?on=deal:{deals['Alpha'].pk}&back=/deals/", {})

    assert "/undo/" in client.get("/deals/").content.decode()


def test_a_selection_is_acted_on_one_by_one(client, rita, deals):
    client.force_login(rita)
    win_deal(deal_id=deals["Beta"].pk, by=SYSTEM, at=clock.now())
    on = f"deal:{deals['Alpha'].pk},{deals['Beta'].pk},{deals['Omega'].pk}"
    assert "Lost" in titles(client, "", on)

    client.post(f"/palette/do/lose_deal/?on={on}&back=/deals/", {"reason": "price"})

    text = client.get("/deals/").content.decode()
    assert "done for 1 of 2" in text
    assert "won already" in text
    assert Deal.objects.get(name="Alpha").state == "lost"
    assert Deal.objects.get(name="Omega").state == "open"


def test_the_palette_is_a_page_without_scripts(client, rita, deals):
    client.force_login(rita)

    text = client.get("/palette/", {"q": "lost", "on": f"deal:{deals['Alpha'].pk}"}).content.decode()

    assert f'href="/deals/{deals["Alpha"].pk}/lose/"' in text
    assert "No act, page or record" in client.get("/palette/", {"q": "xyzzy"}).content.decode()


def test_a_starred_record_is_at_hand_until_it_may_not_be_seen(client, rita, olga, deals):
    client.force_login(rita)
    star = f"/favourites/deal/{deals['Alpha'].pk}/"
    assert 'aria-pressed="true"' in client.post(star, headers={"HX-Request": "true"}).content.decode()
    assert "Alpha" in titles(client)

    Deal.objects.filter(pk=deals["Alpha"].pk).update(owner=olga)
    assert "Alpha" not in titles(client)

    Deal.objects.filter(pk=deals["Alpha"].pk).update(owner=rita)
    assert 'aria-pressed="false"' in client.post(star, headers={"HX-Request": "true"}).content.decode()
    assert "Alpha" not in titles(client)


def test_what_was_seen_is_at_hand_latest_first(client, rita, deals):
    client.force_login(rita)
    for name in ("Alpha", "Beta"):
        assert client.post(f"/seen/deal/{deals[name].pk}/").status_code == 204

    seen = [title for title in titles(client) if title in deals]

    assert seen == ["Beta", "Alpha"]
    assert client.post(f"/seen/deal/{deals['Omega'].pk}/").status_code == 404


def test_an_erased_person_is_no_longer_at_hand(client, admin, trading):
    client.force_login(admin)
    person = trading["pat"].person
    client.post(f"/seen/person/{person.pk}/")
    client.post(f"/favourites/person/{person.pk}/")
    assert "Pat Prospect" in titles(client)

    Person.objects.filter(pk=person.pk).update(erased_at=clock.now())

    assert "Pat Prospect" not in titles(client)


def test_the_sheet_names_every_shortcut_and_they_can_be_switched_off(client, rita):
    client.force_login(rita)
    text = client.get("/deals/").content.decode()
    assert 'data-shortcut="g b"' in text
    assert 'id="shortcuts"' in text
    assert 'data-shortcuts="off"' not in text

    client.post("/account/preferences/", {})
    assert 'data-shortcuts="off"' in client.get("/deals/").content.decode()
    client.post("/account/preferences/", {"shortcuts": "on"})
    assert 'data-shortcuts="off"' not in client.get("/deals/").content.decode()


def test_seeing_marks_only_what_may_be_seen(rita, deals):
    actor = actor_for(rita)

    assert mark_seen(user=rita, by=actor, kind="deal", record_id=deals["Alpha"].pk, at=clock.now())
    assert not mark_seen(user=rita, by=actor, kind="deal", record_id=deals["Omega"].pk, at=clock.now())
