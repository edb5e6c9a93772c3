"""What a watcher is told: alive, and ready or which part is not. Nothing secret, and nothing is written."""

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from isthmus.core.actors import SYSTEM
from isthmus.core.clock import now
from isthmus.core.models import Job, WorkerBeat
from isthmus.ledger.models import InboxFact, SealedFile
from isthmus.ledger.sealing import seal
from isthmus.people.commands import add_person
from isthmus.upkeep import looking
from isthmus.workspace.models import Company, User
from tests.cast import MONDAY_NOON

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture(autouse=True)
def room_on_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever machine the tests run on."""
    monkeypatch.setattr(looking, "LEAST_FREE", 0.0)


@pytest.fixture
def worker(company: Company) -> None:
    WorkerBeat.objects.create(name="w", host="h", pid=1, threads=4, started_at=now(), beat_at=now())


def _wrong(client: Client) -> list[str]:
    answer = client.get("/readyz")
    told = answer.json()
    wrong = [name for name, state in told["checks"].items() if state == "wrong"]
    assert (answer.status_code, told["ready"]) == ((503, False) if wrong else (200, True))
    return wrong


def test_the_process_says_that_it_lives_without_a_sign_in_and_without_the_database(client: Client) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = client.get("/healthz")

    assert (answer.status_code, answer.content, len(queries)) == (200, b"alive\n", 0)


def test_an_installation_at_work_is_ready(client: Client, worker: None) -> None:
    assert _wrong(client) == []


def test_asking_writes_nothing_and_is_a_handful_of_questions_however_much_there_is(
    client: Client, worker: None
) -> None:
    client.get("/readyz")
    with CaptureQueriesContext(connection) as queries:
        client.get("/readyz")

    asked = [query["sql"] for query in queries]
    assert len(asked) <= 8
    assert [sql for sql in asked if not sql.lstrip().upper().startswith("SELECT")] == []


def test_without_a_worker_it_is_not_ready(client: Client, company: Company) -> None:
    assert _wrong(client) == ["worker"]


def test_facts_that_wait_too_long_are_told_without_any_name(client: Client, worker: None) -> None:
    add_person(full_name="Pat Prospect", email="pat@example.com", by=SYSTEM, at=MONDAY_NOON)
    InboxFact.objects.update(received_us=0)

    assert _wrong(client) == ["inbox"]
    assert "pat" not in client.get("/readyz").content.decode().lower()


def test_a_missing_ledger_file_is_told(client: Client, worker: None) -> None:
    add_person(full_name="Pat Prospect", email="pat@example.com", by=SYSTEM, at=MONDAY_NOON)
    seal()
    for file in SealedFile.objects.all():
        (settings.LEDGER_DIR / file.path).unlink()

    assert _wrong(client) == ["ledger"]


def test_a_job_that_nobody_takes_is_told(client: Client, worker: None) -> None:
    Job.objects.create(name="test.x", run_at=MONDAY_NOON, created_at=MONDAY_NOON, max_attempts=1)

    assert _wrong(client) == ["queue"]


def test_a_full_disk_is_told(client: Client, worker: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "LEAST_FREE", 2.0)
    monkeypatch.setattr(looking, "ENOUGH_FREE", 1 << 62)

    assert _wrong(client) == ["disk"]


@pytest.mark.parametrize("known", [{("people", "9999_new")}, {("people", "0000_old")}])
def test_tables_of_another_version_are_told(
    client: Client, worker: None, monkeypatch: pytest.MonkeyPatch, known: set[tuple[str, str]]
) -> None:
    monkeypatch.setattr(looking, "known_changes", lambda: frozenset(known))

    assert _wrong(client) == ["migrations"]


def test_only_who_looks_after_jobs_reads_what_to_do(
    client: Client, admin: User, rita: User, company: Company
) -> None:
    assert "findings" not in client.get("/readyz").json()

    client.force_login(rita)
    assert "findings" not in client.get("/readyz").json()

    client.force_login(admin)
    (sentence,) = client.get("/readyz").json()["findings"]["worker"]
    assert "isthmus serve" in sentence
