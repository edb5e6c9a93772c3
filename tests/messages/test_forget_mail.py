"""Who asks for their mail gets it; who is erased leaves no word in it, and it does not come back."""

from collections.abc import Iterator

import pytest

from isthmus.core.actors import SYSTEM
from isthmus.core.clock import now
from isthmus.core.personal_stores import stores
from isthmus.messages import invariants
from isthmus.messages.models import Mailbox, Message
from isthmus.messages.receiving.fetching import fetch
from isthmus.people.erasing import erase_person
from isthmus.people.models import Person
from isthmus.people.whom import whom_of
from isthmus.workspace.models import User
from prove.post_office import PostOffice
from tests.messages.conftest import Send, mailbox_of, run_until_idle
from tests.messages.imap_server import Box, imap_box
from tests.messages.letters import AT, letter
from tests.needles import database_text

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
NEEDLES = ("pat@prospect.example", "pat prospect", "hush-hush", "our offer")


@pytest.fixture
def box() -> Iterator[Box]:
    """Rita's mailbox on its server."""
    with imap_box() as there:
        yield there


@pytest.fixture
def reading(rita: User, office: PostOffice, box: Box) -> Mailbox:
    """A mailbox that is only read."""
    given = {"imap_host": "127.0.0.1", "imap_port": box.port, "imap_security": "none"}
    return mailbox_of(
        rita,
        office.port,
        address="sales@example.com",
        login="rita@example.com",
        password="swordfish",
        **given,
    )


def test_a_person_gets_all_their_mail(send: Send, pat: Person) -> None:
    send()
    run_until_idle()
    store = next(one for one in stores() if one.name == "mail")

    (row,) = store.handler.export(whom_of(pat))

    assert row["subject"] == "Our offer"
    assert row["addresses"] == ["To: pat@prospect.example"]
    assert row["outcome"] == ["Sent"]


def test_who_is_erased_leaves_no_word_and_reading_again_brings_none_back(
    send: Send, pat: Person, reading: Mailbox, box: Box, office: PostOffice
) -> None:
    first = send()
    run_until_idle()
    waiting = send(text="hush-hush")
    raw = letter(1, text="hush-hush", subject="Our offer", answers=first.rfc_id)
    both = letter(
        2, subject="Lunch", cc="ann@prospect.example", text="Ann, ask pat@prospect.example about it."
    )
    box.inbox.put(raw, AT)
    box.inbox.put(both, AT)
    fetch(reading.pk)
    assert Message.objects.count() == 4

    erase_person(person_id=pat.pk, reason="request", by=SYSTEM, at=now())
    run_until_idle()
    box.inbox.number_anew()
    fetch(reading.pk, compare=True)

    text = database_text()
    assert [one for one in NEEDLES if one in text] == []
    assert Message.objects.count() == 4
    assert "about it" in Message.objects.get(rfc_id="<m2@prospect.example>").text
    assert waiting.recipients.get().state == "suppressed"
    assert len(office.taken) == 1
    assert reading.folders.get(role="inbox").missing == 0
    assert invariants.check() == []
