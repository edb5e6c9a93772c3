"""Files of records for programs: brought as the body of a call, listed, fetched."""

from io import BytesIO

import pytest

from isthmus.core.actors import SYSTEM
from isthmus.files.models import AttachedFile
from isthmus.people.commands import add_person
from tests.cast import MONDAY_NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def pat(company, admin, settings, tmp_path):
    settings.ISTHMUS_HOME = tmp_path
    return add_person(email="pat@x.example", by=SYSTEM, at=MONDAY_NOON)


def send(program, query, body=b"%PDF-1.7", content_type="application/octet-stream", **more):
    headers = {"Authorization": f"Bearer {program.token}"}
    return program.client.post(f"/api/v1/files?{query}", body, content_type, headers=headers, **more)


def test_a_file_is_the_body_of_a_call_and_comes_back_as_it_was(pat, admin, program_of):
    program = program_of(admin)

    done = send(program, f"kind=person&record_id={pat.pk}&name=Contract.pdf").json()

    assert (done["command"], done["undo"]) == ("attach_files", True)
    (number,) = done["result"]["file_ids"]
    (told,) = program.get("/files", {"kind": "person", "record_id": pat.pk}).json()["data"]
    assert (told["id"], told["name"], told["type"]) == (number, "Contract.pdf", "application/pdf")
    fetched = program.get(f"/files/{number}")
    assert fetched.getvalue() == b"%PDF-1.7"
    assert fetched["Content-Disposition"] == 'attachment; filename="Contract.pdf"'
    program.post(f"/undo/{done['batch']}")
    assert program.get(f"/files/{number}").status_code == 404


def test_a_file_that_is_sent_again_with_its_key_is_attached_once(pat, admin, program_of, tmp_path):
    program, query = program_of(admin), f"kind=person&record_id={pat.pk}&name=Contract.pdf"
    key = {"HTTP_IDEMPOTENCY_KEY": "one"}

    first, again = send(program, query, **key), send(program, query, **key)

    assert first.json() == again.json()
    assert (first.get("Idempotent-Replay"), again["Idempotent-Replay"]) == (None, "true")
    assert AttachedFile.objects.count() == len(list((tmp_path / "files").glob("*/*"))) == 1
    other = send(program, query, b"%PDF-2.0", **key)
    assert (other.status_code, "another body" in other.json()["message"]) == (422, True)
    assert AttachedFile.objects.count() == len(list((tmp_path / "files").glob("*/*"))) == 1


@pytest.mark.parametrize(
    ("query", "body", "more", "status", "says"),
    [
        ("kind=order&record_id=1&name=x", b"x", {}, 422, "kind must be one of"),
        ("kind=person&record_id=x&name=x", b"x", {}, 422, "number of the record"),
        ("kind=person&record_id=999999&name=x", b"x", {}, 404, "no such record"),
        ("kind=person&record_id=PAT&name=", b"x", {}, 422, "called"),
        ("kind=person&record_id=PAT&name=x&size=3", b"x", {}, 422, "no filter size"),
        ("kind=person&record_id=PAT&name=x", b"", {}, 409, "is empty"),
        ("kind=person&record_id=PAT&name=x", b"x" * 1_000_001, {}, 409, "larger than 1 MB"),
        (
            "kind=person&record_id=PAT&name=x",
            b"all of it",
            {"wsgi.input": BytesIO(b"half")},
            422,
            "broke off",
        ),
    ],
)
def test_what_cannot_be_attached_leaves_nothing(
    pat, admin, program_of, settings, tmp_path, query, body, more, status, says
):
    settings.ATTACHED_FILE_MB = 1

    answer = send(program_of(admin), query.replace("PAT", str(pat.pk)), body, **more)

    assert (answer.status_code, says in answer.json()["message"]) == (status, True)
    assert list((tmp_path / "files").glob("*/*")) == []


def test_a_form_is_not_taken_for_a_file(pat, admin, program_of):
    query = f"kind=person&record_id={pat.pk}&name=x"

    answer = send(program_of(admin), query, b"a=1", "application/x-www-form-urlencoded")

    assert answer.status_code == 422
    assert not AttachedFile.objects.exists()
