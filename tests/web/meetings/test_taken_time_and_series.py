"""The forms of meetings without a browser: what a time lies over, and one time of a series."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from isthmus.core.clock import now
from isthmus.meetings.commands import book_meeting
from isthmus.meetings.models import Meeting
from isthmus.workspace.actors import actor_for
from isthmus.workspace.models import User

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def noon(company: Any) -> datetime:
    """Noon of tomorrow, in the company's zone."""
    local = (now() + DAY).astimezone(company.zone)
    found: datetime = local.replace(hour=12, minute=0, second=0, microsecond=0)
    return found


def plan(rita: User, title: str, starts_at: datetime, **more: Any) -> Meeting:
    given = {"title": title, "starts_at": starts_at, "minutes": 60, **more}
    made: Meeting = book_meeting(**given, by=actor_for(rita), at=now())
    return made


def form(at: datetime, **more: Any) -> dict[str, Any]:
    return {"title": "Mine", "day": f"{at:%Y-%m-%d}", "hour": f"{at:%H:%M}", "length": 60, **more}


def test_a_form_says_what_its_time_lies_over_and_so_does_the_answer(
    client: Client, rita: User, noon: datetime
) -> None:
    one = plan(rita, "Demo", noon)
    client.force_login(rita)

    def said(at: datetime, **more: Any) -> str:
        return client.get(f"/calendar/taken/?{urlencode(form(at, **more))}").content.decode()

    assert "“Demo”" in said(noon)
    assert "“Demo”" in said(noon - 7 * DAY, recurrence="FREQ=WEEKLY")
    for free in (said(noon + HOUR), said(noon, meeting=one.pk), said(noon, day="x")):
        assert "overlaps" not in free
    assert 'hx-get="/calendar/taken/"' in client.get("/calendar/new/").content.decode()
    answer = client.post("/calendar/new/", form(noon), follow=True).content.decode()
    assert "The meeting is made. It overlaps “Demo” (" in answer
    assert "It overlaps “Mine”" in client.get(f"/calendar/{one.pk}/").content.decode()


def test_one_time_of_a_series_has_its_own_page_forms_and_way_back(
    client: Client, rita: User, noon: datetime
) -> None:
    daily = plan(rita, "Daily", noon, recurrence="FREQ=DAILY;COUNT=5")
    second, third = (at for at in daily.times.order_by("starts_at").values_list("at", flat=True)[1:3])
    client.force_login(rita)
    page = f"/calendar/{daily.pk}/"

    def act(name: str, time: datetime, of: int = daily.pk, **given: Any) -> str:
        told = f"/calendar/{of}/{name}/?{urlencode({'time': time.isoformat()})}"
        assert "For which times" in client.get(told).content.decode()
        return client.post(told, given, follow=True).content.decode()

    week = client.get(f"/calendar/?day={second:%Y-%m-%d}").content.decode()
    assert urlencode({"time": second.isoformat()}) in week
    local = second.astimezone(noon.tzinfo)
    assert "The meeting is moved." in act("move", second, **form(local + HOUR, reach="one"))
    assert "With their boss" in act("edit", third, title="With their boss", place="", words="", reach="one")
    shown = client.get(page).content.decode()
    assert "moved" in shown
    assert "With their boss" in shown
    assert "called off" in act("cancel", third, reach="one")
    assert daily.times.count() == 4
    back = client.post(f"{page}put-back/?{urlencode({'time': third.isoformat()})}", follow=True)
    assert "It takes place after all." in back.content.decode()
    assert daily.times.count() == 5

    act("move", third, **form(noon + 2 * DAY + 3 * HOUR, reach="later"))
    later = Meeting.objects.exclude(pk=daily.pk).get()
    assert (daily.times.count(), later.times.count()) == (2, 3)
    act("cancel", later.starts_at, later.pk, reach="all")
    assert Meeting.objects.get(pk=later.pk).state == "cancelled"
    first = daily.starts_at.astimezone(noon.tzinfo)
    act("move", daily.starts_at, **form(first + 2 * HOUR, reach="all"))
    assert Meeting.objects.get(pk=daily.pk).starts_at == daily.starts_at + 2 * HOUR
    assert client.get(f"{page}move/?time=2031-01-01T10:00:00Z").status_code == 404
