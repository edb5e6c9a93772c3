"""The card of meetings to come on the pages of records: whose words one may read, joined, moved, planned."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from isthmus.core.actors import SYSTEM
from isthmus.core.clock import now
from isthmus.meetings.commands import book_meeting
from isthmus.meetings.models import Meeting
from isthmus.people.commands import add_person
from isthmus.sales.commands import open_deal
from isthmus.web.meetings.upcoming import SHOWN, card, link_in
from isthmus.workspace.actors import actor_for
from isthmus.workspace.models import User

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def deal(pipeline: Any, rita: User) -> Any:
    pat = add_person(full_name="Pat", email="pat@x.example", by=actor_for(rita), at=now())
    return open_deal(name="Big", person_id=pat.pk, owner_id=rita.pk, by=SYSTEM, at=now())


def plan(rita: User, deal: Any, title: str, days: int, **more: Any) -> Meeting:
    given = {"title": title, "starts_at": now() + days * DAY, "deal_id": deal.pk, **more}
    made: Meeting = book_meeting(**given, by=actor_for(rita), at=now())
    return made


def test_the_next_meetings_stand_on_the_pages_of_person_and_deal(
    client: Client, rita: User, sam: User, deal: Any
) -> None:
    weekly = plan(rita, deal, "Weekly", 1, recurrence="FREQ=WEEKLY", place="Call: https://meet.example/x7.")
    plan(rita, deal, "Terms", 2, is_private=True, place="Room 4")
    plan(rita, deal, "Over", -2)
    client.force_login(rita)

    for page in (f"/people/{deal.person_id}/", f"/deals/{deal.pk}/"):
        shown = client.get(page).content.decode()
        assert 'href="https://meet.example/x7"' in shown
        assert f"/calendar/{weekly.pk}/move/?time=" in shown
        assert "Room 4" in shown
        assert "Plan one…" in shown
    mine = card("deal", deal.pk, actor_for(rita), now())
    assert [row["title"] for row in mine["rows"]] == ["Weekly", "Terms", "Weekly"]
    assert (len(mine["rows"]), mine["more"]) == (SHOWN, True)
    theirs = card("deal", deal.pk, actor_for(sam), now())["rows"]
    assert [row["title"] for row in theirs] == ["Weekly", "Busy", "Weekly"]
    assert "href" not in theirs[1]


def test_without_meetings_it_offers_to_plan_one(client: Client, rita: User, deal: Any) -> None:
    client.force_login(rita)

    assert card("person", deal.person_id, actor_for(rita), now())["rows"] == []
    assert "When do we meet next?" in client.get(f"/people/{deal.person_id}/").content.decode()


def test_the_address_to_join_by_is_found_in_a_place() -> None:
    assert link_in("Video (https://meet.example/a?b=1), bring notes") == "https://meet.example/a?b=1"
    assert link_in("javascript:alert(1) Room 4") == ""
