"""An invitation of others stands on its mail with the answers to it; others see no buttons."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from isthmus.core.clock import now
from isthmus.meetings.invitations import Event, Party, request
from isthmus.meetings.mailing.hearing import hear
from isthmus.meetings.models import Meeting
from isthmus.messages.models import Message
from isthmus.messages.receiving.fetching import fetch
from isthmus.workspace.models import User
from prove.post_office import PostOffice
from tests.meetings.booking import next_working_day, page_of
from tests.meetings.test_invitations_by_mail import PAT, letter
from tests.messages.conftest import mailbox_of
from tests.messages.imap_server import imap_box

pytestmark = pytest.mark.django_db


def test_an_invitation_is_answered_on_its_mail(client: Client, rita: User, office: PostOffice) -> None:
    start = next_working_day(now())
    theirs = Event(
        uid="theirs", sequence=0, title="Their demo", starts_at=start, ends_at=start + timedelta(hours=1),
        zone="UTC", organizer=Party(PAT), guests=(Party("rita@example.com"),), stamp=now(),
    )  # fmt: skip
    with imap_box() as box:
        given: dict[str, Any] = {"imap_host": "127.0.0.1", "imap_port": box.port, "imap_security": "none"}
        mailbox = mailbox_of(rita, office.port, login="rita@example.com", password="swordfish", **given)
        box.inbox.put(letter(1, request(theirs)), now())
        box.inbox.put(letter(2, "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR"), now())
        fetch(mailbox.pk)
    for one in Message.objects.order_by("pk"):
        hear(one.pk, at=now())
    message, broken = Message.objects.order_by("pk")
    client.force_login(rita)

    shown = client.get(f"/mail/threads/{message.thread_id}/").content.decode()
    assert "Their demo" in shown
    assert f"/mail/{message.pk}/invitation/declined/" in shown
    assert "There is no event in it." in client.get(f"/mail/threads/{broken.thread_id}/").content.decode()
    assert client.post(f"/mail/{message.pk}/invitation/accepted/").status_code == 302
    assert client.post(f"/mail/{message.pk}/invitation/never/").status_code == 404
    assert client.post(f"/mail/{broken.pk}/invitation/accepted/").status_code == 409
    assert Meeting.objects.get(uid="theirs").owner == rita
    assert 'aria-pressed="true"' in client.get(f"/mail/threads/{message.thread_id}/").content.decode()


def test_the_link_stands_in_the_composer_and_in_settings(
    client: Client, rita: User, office: PostOffice
) -> None:
    page_of(rita, now())
    mailbox_of(rita, office.port)
    client.force_login(rita)

    assert "http://testserver/book/first-look/" in client.get("/settings/booking/").content.decode()
    composer = client.get("/mail/new/").content.decode()
    assert 'data-inserts="http://testserver/book/first-look/"' in composer
    form = {
        "title": "Second look", "slug": "second-look", "minutes": 45, "step": 15, "before": 0, "after": 10,
        "notice_hours": 2, "horizon_days": 30, "day_limit": 0, "change_hours": 2, "time_zone": "UTC",
        "hours_mon": "9:00-12:00, 13:00–17:00", "questions": "Why?*\nHow many?", "reminds": "on",
    }  # fmt: skip
    assert client.post("/settings/booking/new/", {**form, "hours_mon": "nine"}).status_code == 422
    assert client.post("/settings/booking/new/", form).status_code == 302
    assert "Second look" in client.get("/settings/booking/").content.decode()
