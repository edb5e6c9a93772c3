"""What the board's page shows: columns with totals, cards in order, pages of cards, stale ones."""

import re

import pytest

from isthmus.core import clock
from isthmus.core.actors import SYSTEM
from isthmus.sales.commands import add_pipeline, edit_pipeline, edit_stage, lose_deal
from isthmus.web.sales.board import lanes

pytestmark = pytest.mark.django_db


def heads(text: str) -> dict[str, tuple[str, str]]:
    """Count and sum over each column."""
    found = re.findall(
        r'<h2 id="lane-\d+">(.*?) <span class="faint">(.*?)</span></h2><span class="lane-sum">(.*?)</span>',
        text,
    )
    return {name: (count, amount) for name, count, amount in found}


def names(text: str) -> list[str]:
    return re.findall(r'class="deal-name" href="[^"]+" draggable="false">(.*?)</a>', text)


def test_a_column_counts_and_sums_all_its_deals_in_the_base_currency(client, admin, deals):
    client.force_login(admin)

    text = client.get("/deals/board/").content.decode()

    assert heads(text)["Discovery"] == ("4", "€8,500")
    assert heads(text)["Proposal"] == ("1", "€2,500")
    assert "5 open deals worth €11,000" in text


def test_a_seller_counts_only_what_she_may_see(client, rita, deals):
    client.force_login(rita)

    text = client.get("/deals/board/").content.decode()

    assert heads(text)["Discovery"] == ("3", "€1,500")
    assert "Omega" not in text


def test_a_currency_without_a_rate_is_counted_and_named(client, admin, deals, company):
    from isthmus.workspace.models import Rate

    Rate.objects.all().delete()
    client.force_login(admin)

    text = client.get("/deals/board/").content.decode()

    assert heads(text)["Discovery"] == ("4", "€8,000")
    assert "without SEK: no rate" in text


def test_cards_stand_newest_first_or_as_the_address_asks(client, rita, deals):
    client.force_login(rita)

    assert names(client.get("/deals/board/").content.decode()) == ["Gamma", "Beta", "Alpha", "Delta"]
    longest = client.get("/deals/board/?sort=stage_since").content.decode()
    assert names(longest) == ["Alpha", "Beta", "Gamma", "Delta"]
    largest = client.get("/deals/board/?sort=-amount").content.decode()
    assert names(largest) == ["Beta", "Alpha", "Gamma", "Delta"]


def test_the_filters_of_the_list_narrow_cards_and_totals(client, admin, deals, olga):
    client.force_login(admin)

    text = client.get(f"/deals/board/?owner={olga.pk}&window=all").content.decode()

    assert names(text) == ["Omega"]
    assert heads(text)["Discovery"] == ("1", "€7,000")
    assert f"owner={olga.pk}" in text
    assert "window=all" in text


def test_a_column_gives_its_cards_a_page_at_a_time(client, admin, deals, pipeline, monkeypatch):
    monkeypatch.setattr(lanes, "PAGE", 2)
    client.force_login(admin)
    first = client.get("/deals/board/").content.decode()
    (more,) = re.findall(r'<a href="([^"]+)" data-board-more>2 more</a>', first)

    page = client.get(more.replace("&amp;", "&"), headers={"HX-Request": "true"}).content.decode()

    assert names(first) == ["Gamma", "Omega", "Delta"]
    assert names(page) == ["Beta", "Alpha"]
    assert "<header" not in page
    without_scripts = client.get(more.replace("&amp;", "&")).content.decode()
    assert names(without_scripts) == ["Beta", "Alpha", "Delta"]


def test_a_deal_is_tinted_when_it_stood_longer_than_its_stage_or_pipeline_says(client, rita, deals, pipeline):
    client.force_login(rita)
    assert 'data-state="stale"' not in client.get("/deals/board/").content.decode()

    edit_pipeline(pipeline_id=pipeline.pk, stale_days=30, by=SYSTEM, at=clock.now())
    assert client.get("/deals/board/").content.decode().count('data-state="stale"') == 1

    stage = pipeline.stages.get(name="Discovery")
    edit_stage(stage_id=stage.pk, stale_days=7, by=SYSTEM, at=clock.now())
    text = client.get("/deals/board/").content.decode()
    assert text.count('data-state="stale"') == 2
    assert "40 days, stale after 7" in text


def test_an_end_counts_what_ended_in_the_window(client, rita, deals):
    lose_deal(deal_id=deals["Beta"].pk, reason="price", by=SYSTEM, at=clock.now())
    client.force_login(rita)

    assert heads(client.get("/deals/board/").content.decode())["Lost"] == ("1", "€500")
    assert heads(client.get("/deals/board/?window=last_year").content.decode())["Lost"] == ("0", "€0")


def test_every_pipeline_has_its_board(client, rita, deals):
    other = add_pipeline(name="Renewals", stages=[{"name": "Due"}], by=SYSTEM, at=clock.now())
    client.force_login(rita)

    text = client.get(f"/deals/board/?pipeline={other.pk}").content.decode()

    assert list(heads(text)) == ["Due", "Won", "Lost"]
    assert names(text) == []
    wrong = client.get("/deals/board/?pipeline=999").content.decode()
    assert "There is no such pipeline" in wrong


def test_the_board_costs_the_same_queries_however_many_deals(
    client, admin, deals, django_assert_max_num_queries
):
    client.force_login(admin)
    client.get("/deals/board/")

    with django_assert_max_num_queries(22):
        client.get("/deals/board/")


def test_without_a_pipeline_the_board_says_where_to_make_one(client, admin):
    client.force_login(admin)

    assert "Add one under Settings, Pipelines" in client.get("/deals/board/").content.decode()


def test_an_analyst_sees_the_board_and_moves_nothing(client, ada, deals):
    client.force_login(ada)

    text = client.get("/deals/board/").content.decode()

    assert "Omega" in text
    assert 'draggable="true"' not in text
    assert "/move/" not in text
