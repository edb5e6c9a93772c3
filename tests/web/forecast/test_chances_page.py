"""The page Chances and the deal's card: coloured nowhere, and silent where nothing tells who will win."""

from datetime import timedelta
from typing import Any

import pytest

from isthmus.core.clock import now
from isthmus.core.queue.models import Job
from isthmus.insight.chances import make_chances
from isthmus.insight.tasks import CHANCES
from isthmus.sales.models import Deal
from tests.insight.test_chances import decided_by

pytestmark = pytest.mark.django_db


def seen(client: Any, user: Any, path: str) -> str:
    client.force_login(user)
    return str(client.get(path).content.decode())


def test_with_signal_it_says_the_chance_its_calibration_and_what_carries_it(
    client: Any, ledger_folder: Any, company: Any, pipeline: Any, rita: Any, olga: Any, ada: Any
) -> None:
    good, bad = decided_by(sellers=[rita, olga], tells=True)
    make_chances(at=now())

    everything, hers = seen(client, ada, "/forecast/chances/"), seen(client, rita, "/forecast/chances/")
    card = seen(client, rita, f"/deals/{good.pk}/")

    for said in (
        "tells more of a deal than the base rate",
        "Seller carries it",
        "how many of them were won",
        good.name,
        bad.name,
    ):
        assert said in everything
    assert good.name in hers
    assert f"/deals/{bad.pk}/" not in hers, "a seller sees the chances of their own deals"
    assert "to be won" in card
    assert "Seller Rita" in card


def test_without_signal_it_says_no_better_than_the_base_rate_and_shows_nothing_else(
    client: Any, ledger_folder: Any, company: Any, pipeline: Any, rita: Any, olga: Any, ada: Any
) -> None:
    decided_by(sellers=[rita, olga], tells=False)
    make_chances(at=now())

    text = seen(client, ada, "/forecast/chances/")
    card = seen(client, ada, f"/deals/{Deal.objects.filter(state='open').first().pk}/")

    assert "No better than the base rate of 60%" in text
    assert "No better than the base rate of 60%" in card
    main = text.partition("<main")[2].partition("</main")[0]
    for told in ("data-tone", "<figure", "The likeliest first", "What carries it"):
        assert told not in main, "nothing is coloured, drawn or ranked"
    assert "to be won" not in card


def test_before_anything_was_learned_the_page_says_when_and_it_can_be_asked_for(
    client: Any, ledger_folder: Any, company: Any, pipeline: Any, sam: Any
) -> None:
    assert "It is learned tonight" in seen(client, sam, "/forecast/chances/")

    answer = client.post("/forecast/anew/", {"back": "chances"})

    assert answer.status_code in (200, 302)
    assert Job.objects.filter(name=CHANCES).exists()


def test_too_few_deals_are_said_to_be_too_few(
    client: Any, ledger_folder: Any, company: Any, pipeline: Any, rita: Any, ada: Any
) -> None:
    from isthmus.core.actors import SYSTEM
    from isthmus.sales.commands import open_deal, win_deal

    deal = open_deal(name="Alone", owner_id=rita.pk, by=SYSTEM, at=now() - timedelta(days=3))
    win_deal(deal_id=deal.pk, by=SYSTEM, at=now() - timedelta(days=1))
    make_chances(at=now())

    assert "Too few deals were decided" in seen(client, ada, "/forecast/chances/")
