"""Colleagues see of a mailbox's mail what it lets them, on every face, and nothing of a private thread."""

import pytest
from django.test import Client
from django.urls import reverse

from isthmus.api.shapes import public
from isthmus.core.clock import now
from isthmus.files.queries import visible_file
from isthmus.messages.access import Level, levels, readable_messages
from isthmus.messages.commands import edit_mailbox, keep_thread_private
from isthmus.messages.models import Mailbox, Message
from isthmus.messages.queries import thread_for
from isthmus.people.models import Person
from isthmus.workspace.actors import actor_for
from isthmus.workspace.models import User
from tests.attaching import brought
from tests.messages.conftest import Send, run_until_idle

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]


@pytest.fixture
def mail(send: Send) -> Message:
    """Sent by Rita to Pat; Sam, her manager, may see Pat."""
    message = send(files=[brought(b"%PDF-1.7 x", "terms.pdf")])
    run_until_idle()
    return Message.objects.select_related("thread").get(pk=message.pk)


def level(message: Message, user: User) -> Level:
    return levels([message], actor_for(user)).get(message.pk, Level.NOTHING)


@pytest.mark.parametrize(
    ("privacy", "sams", "subject", "text"),
    [
        ("participants", Level.PARTICIPANTS, False, False),
        ("metadata", Level.METADATA, True, False),
        ("full", Level.FULL, True, True),
    ],
)
def test_a_mailbox_says_what_colleagues_see(
    mail: Message, rita: User, sam: User, olga: User, pat: Person, client: Client,
    privacy: str, sams: Level, subject: bool, text: bool,
) -> None:  # fmt: skip
    edit_mailbox(mailbox_id=mail.mailbox_id, privacy=privacy, by=actor_for(rita), at=now())

    assert (level(mail, rita), level(mail, sam), level(mail, olga)) == (Level.FULL, sams, Level.NOTHING)
    client.force_login(sam)
    for path in (reverse("mail-thread", args=[mail.thread_id]), reverse("person", args=[pat.pk])):
        page = client.get(path).content.decode()
        assert "Mail to Pat Prospect" in page or "Rita Reyes" in page
        assert ("Our offer" in page) is subject
        assert ("here it is" in page) is text
        assert ("terms.pdf" in page) is (text and "threads" in path)
    assert ("Our offer" in str(public(mail, actor_for(sam)))) is text
    file = _file(mail)
    assert (visible_file(file, actor_for(sam)) is not None) is text
    assert visible_file(file, actor_for(rita)) is not None


def test_who_may_not_see_the_person_sees_none_of_their_mail(
    mail: Message, olga: User, client: Client
) -> None:
    Mailbox.objects.update(privacy="full")
    client.force_login(olga)

    assert not readable_messages(actor_for(olga)).exists()
    assert thread_for(actor_for(olga), mail.thread_id) == []
    assert client.get(reverse("mail-thread", args=[mail.thread_id])).status_code == 404


def test_a_private_thread_is_for_its_mailbox_alone(
    mail: Message, rita: User, sam: User, pat: Person, client: Client
) -> None:
    Mailbox.objects.update(privacy="full")
    keep_thread_private(thread_id=mail.thread_id, private=True, by=actor_for(rita), at=now())

    mail.thread.refresh_from_db()
    assert (level(mail, rita), level(mail, sam)) == (Level.FULL, Level.NOTHING)
    client.force_login(sam)
    page = client.get(reverse("person", args=[pat.pk])).content.decode()
    assert "Our offer" not in page
    assert "Mail to Pat" not in page
    assert client.get(reverse("mail-thread", args=[mail.thread_id])).status_code == 404


def _file(message: Message) -> int:
    from isthmus.files.models import AttachedFile

    return AttachedFile.objects.get(kind="message", record_id=message.pk).pk
