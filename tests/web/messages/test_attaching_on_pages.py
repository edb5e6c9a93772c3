"""Files go along with a mail from its form: without scripts, through a refusal, from a record, once more."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from isthmus.core.actors import SYSTEM
from isthmus.core.clock import now
from isthmus.files.commands import attach_files
from isthmus.files.models import AttachedFile
from isthmus.leads.commands import capture_lead
from isthmus.messages.commands import save_signature, take_back_mail
from isthmus.messages.models import Message
from isthmus.people.models import Person
from isthmus.workspace.actors import actor_for
from isthmus.workspace.models import User
from prove.post_office import PostOffice, post_office
from tests.attaching import brought
from tests.messages.conftest import mailbox_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(settings: Any, tmp_path: Path) -> Iterator[PostOffice]:
    """A server on this machine; and a data folder for these tests alone."""
    settings.OUTBOUND_TO_THIS_MACHINE, settings.ISTHMUS_HOME = True, tmp_path
    with post_office() as there:
        yield there


@pytest.fixture
def pat(rita: User) -> Person:
    given = {"owner_id": rita.pk, "team_id": rita.team_id, "by": SYSTEM, "at": now()}
    person: Person = capture_lead(email="pat@prospect.example", full_name="Pat Prospect", **given).person
    return person


def words(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_files_stay_chosen_through_a_refusal_and_are_seen_in_the_thread(
    client: Client, rita: User, pat: Person, office: PostOffice
) -> None:
    client.force_login(rita)
    mailbox = mailbox_of(rita, office.port, undo_seconds=60)
    attach_files(kind="person", record_id=pat.pk, files=[brought(name="Terms.pdf")], by=SYSTEM, at=now())
    of_record = AttachedFile.objects.get()
    new = f"{reverse('new-mail')}?person={pat.pk}"
    given: dict[str, Any] = {"mailbox_id": mailbox.pk, "to": "pat@prospect.example", "text": "Dear Pat"}
    form = words(client.get(new))
    assert 'type="file"' in form
    assert "Terms.pdf" in form

    wrong = client.post(new, {**given, "text": "", "files": SimpleUploadedFile("Of<b>fer.pdf", b"%PDF-1.7")})
    kept = wrong.context["request"].composer["kept"]
    right = client.post(
        new, {**given, "kept": [one.value for one in kept], "file_ids": [of_record.pk]}, follow=True
    )

    assert wrong.status_code == 422
    assert "Of&lt;b&gt;fer.pdf" in words(wrong)
    assert "The mail is on its way." in words(right)
    message = Message.objects.get()
    names = set(AttachedFile.objects.filter(kind="message").values_list("name", flat=True))
    assert names == {"Of<b>fer.pdf", "Terms.pdf"}
    thread = words(client.get(reverse("mail-thread", args=[message.thread_id])))
    assert "Of&lt;b&gt;fer.pdf" in thread
    assert "8 bytes" in thread.replace("\xa0", " ")


def test_a_mail_that_was_taken_back_is_written_again_with_its_files(
    client: Client, rita: User, sam: User, pat: Person, office: PostOffice
) -> None:
    client.force_login(rita)
    save_signature(text="Rita Reyes", by=actor_for(rita), at=now())
    mailbox = mailbox_of(rita, office.port, undo_seconds=60)
    new = f"{reverse('new-mail')}?person={pat.pk}"
    given: dict[str, Any] = {"mailbox_id": mailbox.pk, "to": "pat@prospect.example", "text": "Dear Pat"}
    client.post(new, {**given, "files": SimpleUploadedFile("Offer.pdf", b"%PDF-1.7")})
    first = Message.objects.get()
    take_back_mail(message_id=first.pk, by=actor_for(rita), at=now())

    assert f"again={first.pk}" in words(client.get(reverse("mail-thread", args=[first.thread_id])))
    again = f"{reverse('new-mail')}?again={first.pk}"
    form = client.get(again)
    ticked = [one.pk for one, is_ticked in form.context["request"].composer["offered"] if is_ticked]
    client.post(again, {**given, "text": first.text, "file_ids": ticked})

    second = Message.objects.exclude(pk=first.pk).get()
    assert "Dear Pat" in words(form)
    assert (second.text, second.person_id) == (first.text.rstrip(), pat.pk)
    assert second.text.count("Rita Reyes") == 1
    assert AttachedFile.objects.get(kind="message", record_id=second.pk).name == "Offer.pdf"
    client.force_login(sam)
    assert client.get(again).status_code == 404


def test_a_file_that_is_too_large_is_refused_and_nothing_is_sent(
    client: Client, rita: User, pat: Person, office: PostOffice, settings: Any
) -> None:
    settings.ATTACHED_FILE_MB = 1
    client.force_login(rita)
    mailbox = mailbox_of(rita, office.port)
    given: dict[str, Any] = {"mailbox_id": mailbox.pk, "to": "pat@prospect.example", "text": "Dear Pat"}
    files = [SimpleUploadedFile("Film.mov", bytes(1_000_001)), SimpleUploadedFile("Ok.txt", b"fine")]

    refused = client.post(f"{reverse('new-mail')}?person={pat.pk}", {**given, "files": files})

    assert refused.status_code == 422
    assert "“Film.mov” is larger than 1 MB" in words(refused)
    assert [one.name for one in refused.context["request"].composer["kept"]] == ["Ok.txt"]
    assert not Message.objects.exists()
