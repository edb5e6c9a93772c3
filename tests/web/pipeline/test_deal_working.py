"""A deal's page: playbook and checklist, who decides, the team, time in stages, how often it was put off."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest

from isthmus.core.actors import SYSTEM
from isthmus.core.clock import now
from isthmus.people.commands import add_person
from isthmus.sales.commands import (
    edit_deal,
    edit_stage,
    move_deal,
    open_deal,
    set_deal_member,
    set_playbook,
    tick_item,
)
from isthmus.sales.commands.catalogue import add_product
from isthmus.sales.commands.playbooks import Asked
from isthmus.sales.models import (
    BuyingRole,
    ChecklistItem,
    Deal,
    DealMember,
    ItemTick,
    Playbook,
    Stage,
)
from isthmus.workspace.models import Territory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
HTMX = {"HX-Request": "true"}
PARTS = {"Accept": "application/json"}


@pytest.fixture
def deal(ledger_folder, company, pipeline, rita):
    at = now() - 10 * DAY
    pat = add_person(full_name="Pat Prospect", email="pat@x.example", by=SYSTEM, at=at)
    return open_deal(
        name="Boats", person_id=pat.pk, owner_id=rita.pk, amount=Decimal(100),
        expected_close_on=date(2027, 1, 31), by=SYSTEM, at=at,
    )  # fmt: skip


@pytest.fixture
def asking(pipeline):
    """The second stage asks for something; the first says what good looks like."""
    first, second = Stage.objects.filter(kind="open").order_by("position")
    set_playbook(stage_id=first.pk, text="They told us why now.", by=SYSTEM, at=now())
    items = [Asked(text="Budget confirmed"), Asked(text="Demo seen", required=False)]
    set_playbook(stage_id=second.pk, text="They compare.", items=items, by=SYSTEM, at=now())
    return second


def page(client, user, deal):
    client.force_login(user)
    html = client.get(f"/deals/{deal.pk}/").content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def act(client, deal, name, **sent):
    return client.post(f"/deals/{deal.pk}/{name}/", sent)


def test_the_page_says_what_good_looks_like_and_what_is_to_be_done_first(client, deal, asking, rita):
    text = page(client, rita, deal)

    assert "1 thing to do before Proposal" in text
    assert "They told us why now." in text and "They compare." not in text
    assert "Demo seen advised" in text


def test_items_are_ticked_on_the_page_and_the_stage_lets_in(client, deal, asking, rita):
    item = ChecklistItem.objects.get(text="Budget confirmed")
    client.force_login(rita)
    act(client, deal, "tick", item_id=item.pk)

    assert "Everything before Proposal is done" in page(client, rita, deal)
    assert f"Rita Reyes, {now().day}" in page(client, rita, deal)
    assert "Done: Budget confirmed" in page(client, rita, deal)
    act(client, deal, "untick", item_id=item.pk)
    assert not ItemTick.objects.exists()


def test_a_closed_gate_on_the_page_asks_in_the_dialog_and_goes_on(client, deal, asking, rita):
    edit_stage(stage_id=asking.pk, gate=["product_id"], by=SYSTEM, at=now())
    item = ChecklistItem.objects.get(text="Budget confirmed")
    machine = add_product(sku="M-7", name="Machine", by=SYSTEM, at=now())
    client.force_login(rita)
    shown = client.get(f"/deals/{deal.pk}/").content.decode()
    assert f'hx-post="/deals/board/{deal.pk}/move/" hx-target="#act"' in shown
    address, back = f"/deals/board/{deal.pk}/move/", f"/deals/{deal.pk}/"
    sent = {"stage_id": asking.pk, "from_stage_id": deal.stage_id, "back": back}

    asked = client.post(address, sent, headers=HTMX)
    form = asked.content.decode()
    assert asked.status_code == 422 and "<html" not in form
    assert 'name="product_id"' in form and "Budget confirmed" in form and "They compare." in form
    assert f'hx-post="{address}" hx-target="closest dialog"' in form and "data-board-form" not in form
    still = client.post(address, {**sent, "in_dialog": "1", "asked": ["product_id"]}, headers=HTMX)
    assert still.status_code == 422
    whole = {"asked": ["product_id", "item_ids"], "product_id": machine.pk, "item_ids": item.pk}
    done = client.post(address, {**sent, "in_dialog": "1", **whole, "version": deal.version}, headers=HTMX)
    assert (done.status_code, done.get("HX-Redirect")) == (200, back)
    assert Deal.objects.get().stage == asking

    elsewhere = {**sent, "from_stage_id": deal.stage_id}
    away = client.post(address, elsewhere, headers=HTMX)
    assert (away.status_code, away["HX-Retarget"]) == (409, "#answer")
    inside = client.post(address, {**elsewhere, "in_dialog": "1"}, headers=HTMX)
    assert inside.status_code == 409 and 'role="alert"' in inside.content.decode()
    assert "HX-Retarget" not in inside


def test_the_dialog_of_the_board_asks_for_the_checklist_and_ticks_it_off(client, deal, asking, rita):
    client.force_login(rita)
    address, sent = f"/deals/board/{deal.pk}/move/", {"stage_id": asking.pk}

    asked = client.post(address, sent, headers=PARTS)
    form = asked.json()["form"]
    assert asked.status_code == 422
    assert "Before Proposal this must be done" in form and "They compare." in form
    assert "Budget confirmed" in form and "Demo seen (advised)" in form

    still = client.post(address, {**sent, "asked": "item_ids"}, headers=PARTS)
    assert still.status_code == 422 and Deal.objects.get().stage != asking
    item = ChecklistItem.objects.get(text="Budget confirmed")
    done = client.post(address, {**sent, "asked": "item_ids", "item_ids": item.pk}, headers=PARTS)

    assert done.status_code == 200, done.json()
    assert Deal.objects.get().stage == asking and ItemTick.objects.get().by == rita


def test_a_gate_and_a_checklist_are_asked_together(client, deal, asking, rita):
    edit_stage(stage_id=asking.pk, gate=["product_id"], by=SYSTEM, at=now())
    client.force_login(rita)

    form = client.post(f"/deals/board/{deal.pk}/move/", {"stage_id": asking.pk}, headers=PARTS).json()["form"]

    assert 'name="product_id"' in form and 'name="item_ids"' in form


def test_who_decides_is_noted_and_what_nobody_is_known_for_is_said(client, deal, rita):
    assert "Nobody is known as champion and economic buyer." in page(client, rita, deal)

    act(client, deal, "buyer", person_id=deal.person_id, role="champion")

    text = page(client, rita, deal)
    assert "Pat Prospect Champion" in text and "Nobody is known as economic buyer." in text
    assert "Pat Prospect is champion" in text
    act(client, deal, "no-buyer", person_id=deal.person_id, role="champion")
    assert not BuyingRole.objects.exists()


def test_a_colleague_is_put_on_the_team_sees_the_page_and_finds_no_buttons(client, deal, rita, olga):
    client.force_login(olga)
    assert client.get(f"/deals/{deal.pk}/").status_code == 404
    client.force_login(rita)
    act(client, deal, "member", user_id=olga.pk, role="engineer")

    assert "Olga Orlova is on the deal’s team" in page(client, rita, deal)
    text = page(client, olga, deal)
    assert "Boats" in text and "Add a colleague…" not in text
    assert "Boats" in client.get("/deals/board/").content.decode()
    client.force_login(rita)
    act(client, deal, "off-team", user_id=olga.pk)
    assert not DealMember.objects.exists()


def test_time_in_each_stage_and_every_change_of_the_close_stand_on_the_page(client, deal, pipeline, rita):
    second = Stage.objects.get(name="Proposal")
    move_deal(deal_id=deal.pk, stage_id=second.pk, by=SYSTEM, at=now() - 4 * DAY)
    for day, ago in ((date(2027, 2, 10), 3), (date(2027, 3, 1), 2), (date(2027, 2, 26), 1)):
        edit_deal(deal_id=deal.pk, expected_close_on=day, by=SYSTEM, at=now() - ago * DAY)

    text = page(client, rita, deal)

    assert "put off 2 times, by 29 days in sum; brought forward once, by 3 days" in text
    assert "Discovery 6 days" in text and "Proposal now 4 days" in text
    assert "10 Feb 2027 → 1 Mar 2027" in text


def test_playbooks_are_written_where_stages_are_edited(client, pipeline, admin, sam):
    north = Territory.objects.create(name="North")
    stage = Stage.objects.get(name="Proposal")
    client.force_login(admin)
    address = f"/settings/stages/{stage.pk}/playbook/"

    client.post(address, {"text": "They compare.", "items": "Budget confirmed\n? Demo seen\n\n"})
    client.post(f"{address}?territory=choose", {"territory_id": north.pk, "text": "", "items": "Permit seen"})

    assert [one.text for one in Playbook.objects.order_by("pk")] == ["They compare.", ""]
    assert [(one.text, one.required) for one in ChecklistItem.objects.order_by("pk")] == [
        ("Budget confirmed", True),
        ("Demo seen", False),
        ("Permit seen", True),
    ]
    settings = client.get("/settings/pipelines/").content.decode()
    assert "playbook, 2 items" in settings and "North: 1 item" in settings
    again = client.get(address).content.decode()
    assert "Budget confirmed\n? Demo seen" in again
    unchosen = client.post(f"{address}?territory=choose", {"items": "Permit seen"})
    assert unchosen.status_code == 422


def test_a_deal_whose_pipeline_has_no_playbook_shows_none(client, deal, rita):
    assert "What good looks like" not in page(client, rita, deal)


def test_members_and_ticks_of_others_are_not_reached(client, deal, asking, rita, olga):
    set_deal_member(deal_id=deal.pk, user_id=olga.pk, role="engineer", by=SYSTEM, at=now())
    item = ChecklistItem.objects.get(text="Budget confirmed")
    client.force_login(olga)

    assert act(client, deal, "tick", item_id=item.pk).status_code == 409
    tick_item(deal_id=deal.pk, item_id=item.pk, by=SYSTEM, at=now())
    assert ItemTick.objects.count() == 1
