"""Files on the pages of records: brought, listed, opened, renamed, removed."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from isthmus.core import clock
from isthmus.files.commands import attach_files
from isthmus.files.models import AttachedFile
from isthmus.files.storing import Incoming, path_of
from isthmus.people.merging.commands import merge_people
from isthmus.web.receiving import receives
from isthmus.workspace.actors import actor_for
from tests.attaching import brought

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
PNG = b"\x89PNG\r\n\x1a\n" + bytes(32)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.ISTHMUS_HOME = tmp_path
    return tmp_path / "files"


def sent(*files):
    return {"files": [SimpleUploadedFile(name, content) for name, content in files]}


def attach(by, kind, record, content=b"%PDF-1.7 signed", name="Contract.pdf"):
    told = attach_files(
        kind=kind, record_id=record.pk, files=[brought(content, name)], by=actor_for(by), at=clock.now()
    )
    return AttachedFile.objects.get(pk__in=told["file_ids"])


def test_files_are_attached_together_and_stand_on_the_page_and_in_the_timeline(client, rita, deals):
    client.force_login(rita)
    page = f"/deals/{deals['Alpha'].pk}/"

    done = client.post(
        f"/files/deal/{deals['Alpha'].pk}/", sent(("Offer <b>.pdf", b"%PDF-1.7"), ("Board.png", PNG))
    )

    assert done.headers["Location"] == page
    text = client.get(page).content.decode()
    assert "2 files are attached." in text
    assert "/undo/" in text
    assert text.count("Offer &lt;b&gt;.pdf") >= 3  # In the card, in its menu, in the timeline.
    assert "File attached" in text
    assert f"· {rita.name} ·" in text


@pytest.mark.parametrize("kind", ["person", "account", "lead"])
def test_every_kind_of_record_has_its_files(client, admin, trading, deals, kind):
    client.force_login(admin)
    lead = trading["lee"]
    pk = {"person": lead.person_id, "account": deals["Alpha"].account_id, "lead": lead.pk}[kind]

    done = client.post(f"/files/{kind}/{pk}/", sent(("Seen.txt", b"x")))

    assert "Seen.txt" in client.get(done.headers["Location"]).content.decode()


def test_what_is_refused_is_said_and_the_others_come_in(client, rita, deals, settings, folder):
    settings.ATTACHED_FILE_MB = 1
    client.force_login(rita)
    address = f"/files/deal/{deals['Alpha'].pk}/"

    client.post(address, sent(("Film.mov", b"x" * 1_000_001), ("Nothing.txt", b""), ("Good.txt", b"x")))

    text = client.get(f"/deals/{deals['Alpha'].pk}/").content.decode()
    assert "The file is attached." in text
    assert "“Film.mov” is larger than 1 MB" in text
    assert "“Nothing.txt” is empty" in text
    refused = client.post(address, sent(("Nothing.txt", b"")), headers=HTMX)
    assert (refused.status_code, "is empty" in refused.content.decode()) == (409, True)
    assert client.post(address, {}, headers=HTMX).status_code == 409
    assert len(list(folder.glob("*/*"))) == AttachedFile.objects.count() == 1


def test_more_files_than_are_taken_at_once_are_refused(client, rita, deals, settings):
    settings.ATTACHED_FILES_AT_ONCE = 2
    client.force_login(rita)

    client.post(f"/files/deal/{deals['Alpha'].pk}/", sent(*((f"{n}.txt", b"x") for n in range(4))))

    assert AttachedFile.objects.count() == 2
    text = client.get(f"/deals/{deals['Alpha'].pk}/").content.decode()
    assert text.count("Bring at most 2 files at once.") == 1


def test_an_upload_that_breaks_off_leaves_nothing(client, rita, deals, folder):
    client.force_login(rita)
    parts = [
        f'--x\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n{text}'
        for name, text in (("whole.txt", "here"), ("half.txt", "not all of"))
    ]

    told = client.generic(
        "POST",
        f"/files/deal/{deals['Alpha'].pk}/",
        "\r\n".join(parts).encode(),
        content_type="multipart/form-data; boundary=x",
        headers=HTMX,
    )

    assert (told.status_code, "broke off" in told.content.decode()) == (409, True)
    assert list(folder.glob("*/*")) == []
    assert not AttachedFile.objects.exists()


def test_a_connection_that_is_lost_leaves_nothing(rf, folder):
    class Lost:
        def read(self, size=-1):
            if not self.sent:
                raise OSError("reset")
            return self.sent.pop()

        sent = [b'--x\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\nhere']

    request = rf.post("/", content_type="multipart/form-data; boundary=x")
    request._stream = Lost()
    request.META["CONTENT_LENGTH"] = "9999"
    answer = receives(Incoming, lambda: 20)(lambda request: request.FILES)(request)

    assert answer.status_code == 403
    assert list(folder.glob("*/*")) == []


def test_nothing_is_received_for_a_record_that_one_does_not_see(client, rita, deals, folder):
    client.force_login(rita)

    answer = client.post(f"/files/deal/{deals['Omega'].pk}/", sent(("x.txt", b"x")))

    assert answer.status_code == 404
    assert not folder.exists()


def test_a_form_from_elsewhere_brings_nothing(deals, rita, folder):
    from django.test import Client

    stranger = Client(enforce_csrf_checks=True)
    stranger.force_login(rita)

    answer = stranger.post(f"/files/deal/{deals['Alpha'].pk}/", sent(("x.txt", b"x")))

    assert answer.status_code == 403
    assert not AttachedFile.objects.exists()


@pytest.mark.parametrize(
    ("content", "name", "type_", "way"),
    [
        (PNG, "Board.png", "image/png", "inline"),
        (b"%PDF-1.7", "Offer.pdf", "application/pdf", "inline"),
        (b"<html><script>alert(1)</script>", "photo.png", "text/plain", "attachment"),
        (b"<svg onload=alert(1)>", "logo.svg", "text/plain", "attachment"),
        (b"a,b\n", "List.csv", "text/csv", "attachment"),
        (b"MZ\0\0", "tool.exe", "application/octet-stream", "attachment"),
    ],
)
def test_a_browser_shows_only_what_is_harmless_by_its_bytes(client, rita, deals, content, name, type_, way):
    file = attach(rita, "deal", deals["Alpha"], content, name)
    client.force_login(rita)

    answer = client.get(f"/files/{file.pk}/")

    assert answer.getvalue() == content
    assert answer["Content-Type"] == type_
    assert answer["Content-Disposition"] == f'{way}; filename="{name}"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert ("sandbox" in answer["Content-Security-Policy"]) == (type_ != "application/pdf")
    assert client.get(f"/files/{file.pk}/?keep")["Content-Disposition"].startswith("attachment")


def test_a_name_of_any_letters_is_handed_over_as_it_is(client, rita, deals):
    file = attach(rita, "deal", deals["Alpha"], name='Übersicht "neu";\r\nX: y.pdf')
    client.force_login(rita)

    told = client.get(f"/files/{file.pk}/")["Content-Disposition"]

    assert told.startswith("inline; filename*=utf-8''%C3%9Cbersicht")
    assert "\n" not in told


def test_a_file_is_renamed_and_removed_from_its_menu(client, rita, deals):
    file = attach(rita, "deal", deals["Alpha"])
    client.force_login(rita)
    page = f"/deals/{deals['Alpha'].pk}/"
    assert 'value="Contract.pdf"' in client.get(f"/files/{file.pk}/rename/").content.decode()

    assert client.post(f"/files/{file.pk}/rename/", {"name": "a/b"}).status_code == 422
    client.post(f"/files/{file.pk}/rename/", {"name": "Signed.pdf"})
    assert "Signed.pdf" in client.get(page).content.decode()
    client.post(f"/files/{file.pk}/remove/")

    text = client.get(page).content.decode()
    assert "Signed.pdf" not in text
    assert "since removed" in text
    assert client.get(f"/files/{file.pk}/").status_code == 404


def test_whoever_only_sees_the_record_has_no_way_to_change_a_file(client, admin, mia, deals):
    file = attach(admin, "deal", deals["Alpha"])
    client.force_login(mia)

    text = client.get(f"/deals/{deals['Alpha'].pk}/").content.decode()

    assert f"/files/{file.pk}/?keep" in text
    assert f"/files/{file.pk}/remove/" not in text
    assert client.post(f"/files/{file.pk}/remove/", headers=HTMX).status_code == 409


def test_a_file_that_the_disk_lost_is_a_sentence(client, rita, deals):
    file = attach(rita, "deal", deals["Alpha"])
    path_of(file).unlink()
    client.force_login(rita)

    answer = client.get(f"/files/{file.pk}/")

    assert (answer.status_code, "not on the server any more" in answer.content.decode()) == (409, True)


def test_files_of_one_who_was_merged_stand_with_the_one_who_stays(client, admin, trading):
    kept, lost = trading["lee"].person, trading["kim"].person
    file = attach(admin, "person", lost)
    client.force_login(admin)

    merge_people(keep_id=kept.pk, lose_id=lost.pk, by=actor_for(admin), at=clock.now())

    assert "Contract.pdf" in client.get(f"/people/{kept.pk}/").content.decode()
    gone = client.post(f"/files/{file.pk}/remove/")
    assert gone.headers["Location"] == f"/people/{kept.pk}/"


def test_files_cost_a_page_nothing_where_there_are_none(client, rita, deals):
    client.force_login(rita)
    page = f"/deals/{deals['Alpha'].pk}/"
    client.get(page)

    def asked():
        with CaptureQueriesContext(connection) as queries:
            client.get(page)
        return sum('"files_attachedfile"' in query["sql"] for query in queries)

    without = asked()
    attach(rita, "deal", deals["Alpha"])

    assert (without, asked()) == (0, 2), "the card's, and the names in the timeline"
