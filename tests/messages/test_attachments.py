"""What goes along with a mail: once, as it is, for whom the mailbox lets, no longer than the mail itself."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from isthmus.cli.do import do
from isthmus.core.actors import SYSTEM
from isthmus.core.clock import now
from isthmus.core.refusals import InvalidInput, NotFound
from isthmus.files.commands import attach_files, remove_files
from isthmus.files.models import AttachedFile
from isthmus.files.queries import visible_file
from isthmus.files.storing import path_of
from isthmus.files.sweeping import destroy
from isthmus.leads.commands import capture_lead
from isthmus.messages import invariants
from isthmus.messages.commands import edit_mailbox, keep_thread_private, take_back_mail
from isthmus.messages.models import Mailbox, Message
from isthmus.messages.writing.attaching import size_on_the_way
from isthmus.people.erasing import erase_person
from isthmus.people.models import Person
from isthmus.workspace.actors import actor_for
from isthmus.workspace.models import User
from prove.post_office import PostOffice
from tests.attaching import brought
from tests.messages.conftest import Send, mailbox_of, run_until_idle

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.ISTHMUS_HOME = tmp_path
    return tmp_path / "files"


def on_record(kind: str, pk: int, name: str = "Contract.pdf") -> AttachedFile:
    told = attach_files(kind=kind, record_id=pk, files=[brought(name=name)], by=SYSTEM, at=now())
    return AttachedFile.objects.get(pk__in=told["file_ids"])


def attachments(mail: Any) -> list[tuple[str, bytes]]:
    return [(one.get_filename(), one.get_payload(decode=True)) for one in mail.iter_attachments()]


def test_files_arrive_as_they_are_once_also_after_a_server_put_the_mail_off(
    send: Send, office: PostOffice
) -> None:
    office.modes = ["grey", "take"]
    notes = "Größe: 7\n".encode()
    send(files=[brought(b"%PDF-1.7 offer", "Überblick – Müller.pdf"), brought(notes, "notes.txt")])

    run_until_idle()
    run_until_idle(hours=1)

    (mail,) = office.taken
    assert attachments(mail) == [("Überblick – Müller.pdf", b"%PDF-1.7 offer"), ("notes.txt", notes)]
    assert mail.get_body(("plain",)).get_content().startswith("Dear Pat")
    assert invariants.check() == []


def test_a_file_of_a_record_goes_along_as_a_copy(
    send: Send, office: PostOffice, pat: Person, folder: Path
) -> None:
    file = on_record("person", pat.pk)
    message = send(file_ids=[file.pk])

    remove_files(file_ids=[file.pk], by=SYSTEM, at=now())
    destroy([file.pk])
    run_until_idle()

    assert attachments(office.taken[0]) == [("Contract.pdf", b"%PDF-1.7 signed")]
    (kept,) = AttachedFile.objects.all()
    assert (kept.kind, kept.record_id) == ("message", message.pk)
    assert list(folder.glob("*/*")) == [path_of(kept)]


def test_a_file_of_a_record_that_the_writer_does_not_see_is_not_theirs_to_send(
    send: Send, folder: Path, olga: User
) -> None:
    given: dict[str, Any] = {"owner_id": olga.pk, "team_id": olga.team_id, "by": SYSTEM, "at": now()}
    other = capture_lead(full_name="Olive", email="o@x.example", **given).person

    with pytest.raises(NotFound):
        send(file_ids=[on_record("person", other.pk).pk])

    assert not Message.objects.exists()


def test_what_no_server_would_take_is_refused_in_numbers(send: Send, settings: Any) -> None:
    settings.MAIL_MB = 1
    assert size_on_the_way([57, 1]) == 156

    with pytest.raises(InvalidInput, match=r"is 1\.1 MB on its way, .* no more than 1 MB: leave some out"):
        send(files=[brought(bytes(400_000), "a.bin"), brought(bytes(400_000), "b.bin")])

    send(files=[brought(bytes(400_000), "a.bin")])
    assert Message.objects.count() == 1


def test_attachments_are_opened_by_whom_the_mailbox_lets_read_the_whole_mail(
    send: Send, mailbox: Mailbox, rita: User, sam: User, olga: User
) -> None:
    message = send(files=[brought()])
    file = AttachedFile.objects.get()

    def who() -> list[str]:
        return [one.name for one in (rita, sam, olga) if visible_file(file.pk, actor_for(one))]

    assert who() == [rita.name]
    edit_mailbox(mailbox_id=mailbox.pk, privacy="full", by=actor_for(rita), at=now())
    assert who() == [rita.name, sam.name]
    keep_thread_private(thread_id=message.thread_id, private=True, by=actor_for(rita), at=now())
    assert who() == [rita.name]


def test_attachments_stay_with_a_mail_that_was_taken_back_and_are_destroyed_with_the_person(
    rita: User, office: PostOffice, pat: Person, folder: Path, django_capture_on_commit_callbacks: Any
) -> None:
    from isthmus.messages.commands import send_mail

    mailbox = mailbox_of(rita, office.port, undo_seconds=10)
    given: dict[str, Any] = {
        "mailbox_id": mailbox.pk,
        "person_id": pat.pk,
        "by": actor_for(rita),
        "at": now(),
    }
    back = send_mail(text="First", files=[brought()], **given)
    take_back_mail(message_id=back.pk, by=actor_for(rita), at=now())
    send_mail(text="Again", file_ids=[AttachedFile.objects.get().pk], **given)
    run_until_idle(hours=1)

    assert [attachments(one) for one in office.taken] == [[("Contract.pdf", b"%PDF-1.7 signed")]]
    assert AttachedFile.objects.filter(kind="message").count() == 2
    with django_capture_on_commit_callbacks(execute=True):
        erase_person(person_id=pat.pk, reason="request", by=SYSTEM, at=now())

    assert not AttachedFile.objects.exists()
    assert list(folder.glob("*/*")) == []


def test_the_command_line_takes_files_by_their_paths(
    mailbox: Mailbox, rita: User, office: PostOffice, tmp_path: Path
) -> None:
    (tmp_path / "offer.pdf").write_bytes(b"%PDF-1.7 offer")
    line = ["send_mail", "--as", rita.email, "--mailbox-id", str(mailbox.pk), "--to", "a@x.example"]

    done = CliRunner().invoke(do, [*line, "--text", "Hi", "--files", f"@{tmp_path}/offer.pdf", "--json"])
    gone = CliRunner().invoke(do, [*line, "--text", "Hi", "--files", f"@{tmp_path}/gone.pdf"])
    run_until_idle()

    assert json.loads(done.output)["command"] == "send_mail"
    assert "gone.pdf cannot be read: No such file" in gone.output
    assert [attachments(one) for one in office.taken] == [[("offer.pdf", b"%PDF-1.7 offer")]]
