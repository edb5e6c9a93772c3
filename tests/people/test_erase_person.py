"""Erasing somebody: nothing personal is left anywhere, and figures stay as they were."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection, transaction

from isthmus import ledger
from isthmus.core.actors import SYSTEM, Scope
from isthmus.core.clock import now
from isthmus.core.models import CommandRun, Job
from isthmus.core.personal_stores import stores, undeclared_files
from isthmus.core.refusals import NotFound, NotPermitted, Refusal
from isthmus.files.commands import attach_files, rename_file
from isthmus.files.models import AttachedFile
from isthmus.handoff.commands import accept_lead, hand_over_lead
from isthmus.imports.models import BadRow, ChangedRow, ImportBatch, ImportRun
from isthmus.imports.personal import ImportHoldsThem
from isthmus.leads import invariants as leads
from isthmus.leads.commands import capture_lead, qualify_lead
from isthmus.leads.models import Lead
from isthmus.ledger import invariants, state
from isthmus.ledger.facts import Fact
from isthmus.ledger.mirror import mirror_tables
from isthmus.ledger.mirror_building import rebuild
from isthmus.ledger.sealing import seal
from isthmus.ledger.sweeping import sweep
from isthmus.metrics.question import Question
from isthmus.people.commands import add_person, edit_person, record_consent, suppress_address
from isthmus.people.consents import is_suppressed
from isthmus.people.disclosing import as_text, disclose_person, files_about
from isthmus.people.erasing import ErasedAlready, erase_person
from isthmus.people.erasure_log import log_place, read_log, replay
from isthmus.people.finishing import finish_erasing
from isthmus.people.models import Erasure, Identifier, IdentityEvent, Person
from isthmus.sales import invariants as sales
from isthmus.sales.commands import add_pipeline, log_activity, pay_order, place_order, win_deal
from isthmus.sales.models import Activity, Deal, Order
from isthmus.webhooks.commands import add_webhook
from isthmus.workspace.actors import actor_for
from isthmus.workspace.commands import add_field, give_grant, save_view
from isthmus.workspace.models import Company, IdempotencyAnswer, Notification, SavedView, User
from tests.attaching import brought
from tests.cast import MONDAY_NOON
from tests.databases import read_beside
from tests.needles import found, new_backup

pytestmark = pytest.mark.django_db(transaction=True)  # On PostgreSQL those whose queries differ there.

EMAIL, PHONE, NAME = "zq1x.needle@zq2x-mail.example", "+46701234567", "Zqthree Zqfourneedle"
NEEDLES = [
    "zq1x",
    "zq2x-mail",
    "701234567",
    "zqthree",
    "zqfourneedle",
    "zqfive",
    "zqsix",
    "zqseven",
    "zqeight",
    "zqnine",
    "zqten",
    "zqeleven",
    "zqtwelve",
    "zqthirteen",
    "zqfourteen",
    "zqfifteen",
    "zqsixteen",
    "zqseventeen",
    "zqeighteen",
    "zqnineteen",
    "zqtwenty",
    "zqone-and-twenty",
    "zqtwo-and-twenty",
    "zqthree-and-twenty",
    "zqfour-and-twenty",
]
IN_A_FILE = "zqfive-and-twenty"  # Handed over as bytes, not as text.


@pytest.fixture(autouse=True)
def a_folder_of_its_own(settings: Any, tmp_path: Path, company: Company) -> Path:
    """A data folder in which this test alone writes."""
    settings.ISTHMUS_HOME = tmp_path
    settings.LEDGER_DIR = tmp_path / "ledger"
    state.forget()
    return tmp_path


@pytest.fixture
def pat(admin: User) -> Person:
    """Pat, with a needle in every personal field and every store; sealed files, a mirror, leftovers."""
    add_pipeline(name="Sales", stages=[{"name": "Talk"}], by=SYSTEM, at=MONDAY_NOON)
    add_webhook(url="https://hooks.example/in", by=SYSTEM, at=MONDAY_NOON)  # Hears of everything below.
    for model in ("person", "lead", "deal"):
        kinds: Any = {
            "secret": ("text", "identifying"),
            "note": ("text", "analytic"),
            "size": ("number", "analytic"),
        }
        for key, (type_, kind) in kinds.items():
            add_field(model=model, key=key, label=key, type=type_, kind=kind, by=SYSTEM, at=MONDAY_NOON)  # type: ignore[arg-type]
    custom = {"secret": "zqfive value", "note": "zqsix value", "size": 7}
    lead = capture_lead(
        full_name=NAME,
        email=EMAIL,
        phone=PHONE,
        title="zqseven",
        city="zqeight",
        country="SE",
        channel="email",
        landing_page="/offer?mail=zqnine",
        message="zqten wrote this",
        external_id="zqeleven-12345",
        user_id="zqtwelve-12345",
        consent=["email"],
        consent_source="zqthirteen",
        consent_wording="v1",
        custom=custom,
        person_custom=custom,
        by=SYSTEM,
        at=MONDAY_NOON,
    )
    person = lead.person
    qualify_lead(lead_id=lead.pk, by=SYSTEM, at=MONDAY_NOON + timedelta(hours=1))
    hand_over_lead(lead_id=lead.pk, owner_id=admin.pk, by=SYSTEM, at=MONDAY_NOON + timedelta(hours=2))
    deal = accept_lead(
        lead_id=lead.pk,
        amount=Decimal(300),
        deal_name="zqfourteen deal",
        by=SYSTEM,
        at=MONDAY_NOON + timedelta(hours=3),
    )
    assert isinstance(deal, Deal)
    Deal.objects.filter(pk=deal.pk).update(external_id="zqfifteen", custom=custom)
    log_activity(
        kind="note", deal_id=deal.pk, text="zqsixteen note", by=SYSTEM, at=MONDAY_NOON + timedelta(hours=4)
    )
    win_deal(deal_id=deal.pk, by=SYSTEM, at=MONDAY_NOON + timedelta(days=1))
    lines: Any = [{"amount": Decimal(300), "description": "zqseventeen line"}]
    order = place_order(
        number="A-1", deal_id=deal.pk, lines=lines, by=SYSTEM, at=MONDAY_NOON + timedelta(days=1)
    )
    pay_order(order_id=order.pk, by=SYSTEM, at=MONDAY_NOON + timedelta(days=2))
    edit_person(person_id=person.pk, title="zqeighteen", by=SYSTEM, at=MONDAY_NOON + timedelta(days=3))
    record_consent(
        person_id=person.pk,
        channel="phone",
        given=False,
        source="zqnineteen",
        proof="zqtwenty",
        by=SYSTEM,
        at=MONDAY_NOON + timedelta(days=3),
    )
    suppress_address(channel="email", address=EMAIL, reason="asked", by=SYSTEM, at=MONDAY_NOON)
    _visit(person)
    seal()
    edit_person(person_id=person.pk, city="zqone-and-twenty", by=SYSTEM, at=MONDAY_NOON + timedelta(days=4))
    _attach_to(deal)
    _leftovers(person)
    person.refresh_from_db()
    return person


def _visit(person: Person) -> None:
    visit = Fact(kind="page.viewed", at=MONDAY_NOON, subject=person.subject, stream_id="zqtwo-and-twenty")
    with transaction.atomic():
        ledger.record(visit, by=SYSTEM)


def _attach_to(deal: Deal) -> None:
    """A file with needles in its bytes, its name and the name it had before."""
    given = [brought(f"To {IN_A_FILE}".encode(), "zqfour-and-twenty.txt")]
    attached = attach_files(kind="deal", record_id=deal.pk, files=given, by=SYSTEM, at=MONDAY_NOON)
    (pk,) = attached["file_ids"]
    rename_file(file_id=pk, name="zqthree-and-twenty.txt", by=SYSTEM, at=MONDAY_NOON)


def _leftovers(person: Person) -> None:
    """What other rooms may have kept: jobs, answers, notices, undo, imports, sessions."""
    from django.contrib.sessions.backends.db import SessionStore

    text = f"Write to {EMAIL}"
    Job.objects.create(
        name="x", args={"to": EMAIL}, last_error=text, run_at=now(), created_at=now(), max_attempts=1
    )
    CommandRun.objects.update(undo_command="edit_person", undo_arguments={"full_name": NAME})
    IdempotencyAnswer.objects.create(
        owner="user:1", command="x", key="k", body_hash="h", answer={"email": EMAIL}, created_at=now()
    )
    user = User.objects.get(role="admin")
    Notification.objects.create(user=user, kind="x", text=f"{NAME} called", at=now())
    run = ImportRun.objects.create(
        recipe_name=f"of {EMAIL}",
        recipe_sha256="0",
        recipe_text=text,
        files={"a": {"name": EMAIL}},
        state="finished",
        actor_kind="user",
        started_at=now(),
        counts={},
    )
    BadRow.objects.create(run=run, input="a", row=1, section="a", reason=text)
    batch = ImportBatch.objects.create(run=run, section=0, first=1, last=1, batch=uuid4(), made={})
    ChangedRow.objects.create(
        batch=batch, model="people.Person", row=person.pk, subject=person.subject, fields="zqthree sealed"
    )
    asked = f"q={quote(EMAIL)}"
    save_view(list="people", name=f"With {NAME}", query=asked, by=actor_for(user), at=MONDAY_NOON)
    folder = settings.ISTHMUS_HOME / "imports" / str(run.pk)
    folder.mkdir(parents=True)
    (folder / "bad-rows.csv").write_text("email\n" + EMAIL.upper() + "\n", "utf-16")
    (folder / "other.csv").write_text("phone,reason\n070-123 45 67,x\n08-11 22 33,y\n", "utf-8")
    (folder / "of-somebody-else.csv").write_text("email\nbo@example.com\n", "utf-8")
    session = SessionStore()
    session["told"] = f"{NAME} was changed"
    session.create()


def _figures() -> list[Any]:
    from isthmus.core.window import Window
    from isthmus.metrics.catalogue import catalogue
    from isthmus.metrics.queries import ask_many

    window = Window(MONDAY_NOON - timedelta(days=2), MONDAY_NOON + timedelta(days=9))
    questions = [
        Question(metric=name, window=window, actor=SYSTEM, by=by)
        for name in catalogue()
        for by in ((), ("channel",))
    ]
    told: list[Any] = []
    for answer in ask_many(questions):
        if isinstance(answer, Refusal):
            told.append(str(answer))
        else:
            rows = [(row.keys, row.value, row.n) for row in answer.rows]
            told.append((answer.metric, rows, answer.total.value, answer.total.n))
    return told


def _erase_at(person: Person, at: Any) -> None:
    erase_person(person_id=person.pk, reason="request", by=SYSTEM, at=at)


def _erase(person: Person) -> None:
    erase_person(person_id=person.pk, reason="request", by=SYSTEM, at=now())
    finish_erasing(at=now())
    sweep(at=now() + timedelta(hours=1))  # Readers may hold superseded files for a quarter of an hour.


def test_every_needle_is_there_before(pat: Person) -> None:
    needles = [*NEEDLES, IN_A_FILE]
    hits = {needle for found_in in found(needles, settings.ISTHMUS_HOME).values() for needle in found_in}

    assert set(needles) - hits <= {"zqseven", "zqeight"}  # Changed since: sealed, and read below.


def test_an_export_holds_every_needle_in_both_forms(pat: Person, admin: User) -> None:
    everything = disclose_person(person_id=pat.pk, by=actor_for(admin), at=now())

    for text in (str(everything).lower(), as_text(everything).lower()):
        assert [needle for needle in NEEDLES if needle not in text] == []
    ((name, path),) = files_about(pat.pk, by=actor_for(admin))
    assert name in str(everything)
    assert IN_A_FILE in path.read_text("utf-8")


@pytest.mark.both_databases
def test_nothing_is_left_of_somebody_erased_and_figures_are_the_same(
    pat: Person, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    for table in mirror_tables().values():
        if table.changed:
            rebuild(table)
    before = _figures()
    assert sum(not isinstance(figure, str) for figure in before) > 20  # Figures, not refusals.

    _erase(pat)

    state.forget()
    folders = [tmp_path]
    if connection.vendor == "sqlite":
        name = Path(connection.settings_dict["NAME"])
        copy = tmp_path / "database"
        copy.mkdir()
        for path in name.parent.glob(f"{name.name}*"):
            (copy / path.name).write_bytes(read_beside(path))
    needles = [*NEEDLES, IN_A_FILE]
    assert found(needles, *folders) == {}
    assert found(needles, new_backup(tmp_path_factory.mktemp("backup"))) == {}
    assert not AttachedFile.objects.exists()
    assert _figures() == before
    assert leads.check() == sales.check() == invariants.check_files(now()) == []


def test_what_is_somebody_elses_stays(pat: Person) -> None:
    other = add_person(full_name="Bo", email="bo@example.com", by=SYSTEM, at=MONDAY_NOON)

    _erase(pat)

    other.refresh_from_db()
    assert other.email == "bo@example.com"
    left = {path.name: path for path in (settings.ISTHMUS_HOME / "imports").rglob("*.*")}
    assert set(left) == {"of-somebody-else.csv", "other.csv"}
    assert left["other.csv"].read_text("utf-8").split() == ["phone,reason", "08-11", "22", "33,y"]
    order = Order.objects.get()
    assert (order.number, order.paid) == ("A-1", 300_000_000)
    pat.refresh_from_db()
    assert (pat.country, pat.custom) == ("SE", {"size": 7})
    assert is_suppressed("email", EMAIL)
    view = SavedView.objects.get()
    assert (view.name, view.query) == ("With […]", urlencode({"q": "[…]"}))


def test_the_lead_ends_as_erased_and_the_person_can_come_again_as_somebody_new(pat: Person) -> None:
    _erase(pat)

    assert Lead.objects.get().state == "erased"
    again = add_person(email=EMAIL, by=SYSTEM, at=now())
    assert again.pk != pat.pk


def test_no_file_lies_outside_the_declared_folders(pat: Person, tmp_path: Path) -> None:
    _erase(pat)

    files = [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()]
    assert undeclared_files(files) == []


@pytest.mark.both_databases
def test_notes_about_others_lose_the_words_and_keep_the_rest(pat: Person) -> None:
    bo = add_person(full_name="Bo", email="bo@example.com", by=SYSTEM, at=MONDAY_NOON)
    told = f"Bo wants what {NAME} has: ask {EMAIL.upper()} or 070 - 123 45 67."
    log_activity(kind="note", person_id=bo.pk, text=told, by=SYSTEM, at=MONDAY_NOON)

    _erase(pat)

    assert Activity.objects.get(person=bo).text == "Bo wants what […] has: ask […] or […]."


def test_of_notes_about_others_an_export_tells_that_they_name_somebody_and_not_their_text(
    pat: Person, admin: User
) -> None:
    bo = add_person(full_name="Bo", email="bo@example.com", by=SYSTEM, at=MONDAY_NOON)
    log_activity(kind="note", person_id=bo.pk, text=f"Bo is ill. Told {EMAIL}.", by=SYSTEM, at=MONDAY_NOON)

    everything = disclose_person(person_id=pat.pk, by=actor_for(admin), at=now())

    activities = next(part for part in everything["parts"] if part["store"] == "activities")
    assert "somebody else, naming the person" in str(activities)
    assert "Bo is ill" not in str(everything)


@pytest.mark.both_databases
def test_by_what_others_have_too_nothing_is_exported_or_erased(pat: Person, admin: User) -> None:
    namesake = add_person(full_name=NAME.upper(), email="bo@example.com", by=SYSTEM, at=MONDAY_NOON)
    Person.objects.filter(pk=namesake.pk).update(phone=PHONE)  # The switchboard of their company.
    told = f"{NAME} of the other company, {PHONE}, called."
    log_activity(kind="note", person_id=namesake.pk, text=told, by=SYSTEM, at=MONDAY_NOON)

    everything = disclose_person(person_id=pat.pk, by=actor_for(admin), at=now())
    done = erase_person(person_id=pat.pk, reason="request", by=SYSTEM, at=now())
    finish_erasing(at=now())

    assert "the other company" not in str(everything)
    assert everything["not_looked_for"] == done["shared"] == [PHONE, NAME]
    assert PHONE in as_text(everything).splitlines()[-1]
    namesake.refresh_from_db()
    assert (namesake.full_name, namesake.phone) == (NAME.upper(), PHONE)
    assert Activity.objects.get(person=namesake).text == told
    assert Notification.objects.get(kind="x").text == f"{NAME} called"


def test_a_customer_who_works_here_too_keeps_being_a_colleague(pat: Person, admin: User) -> None:
    User.objects.filter(pk=admin.pk).update(email=EMAIL)

    done = erase_person(person_id=pat.pk, reason="request", by=SYSTEM, at=now())

    assert EMAIL in done["shared"]
    assert User.objects.get(pk=admin.pk).email == EMAIL


def test_a_right_to_ones_own_records_alone_reaches_nobody_wholly(pat: Person, sam: User) -> None:
    Person.objects.filter(pk=pat.pk).update(owner=sam)
    for permission in ("people.disclose", "people.erase"):
        give_grant(user_id=sam.pk, permission=permission, scope=Scope.OWN, by=SYSTEM, at=MONDAY_NOON)

    with pytest.raises(NotPermitted, match="must reach all records"):
        disclose_person(person_id=pat.pk, by=actor_for(sam), at=now())
    with pytest.raises(NotPermitted, match="must reach all records"):
        erase_person(person_id=pat.pk, reason="request", by=actor_for(sam), at=now())


def test_an_import_cut_off_days_ago_is_over(pat: Person) -> None:
    ImportRun.objects.update(state="running")
    _erase_at(pat, now() + timedelta(days=2))

    run = ImportRun.objects.get()
    assert (run.state, EMAIL in run.recipe_text) == ("abandoned", False)


def test_an_import_that_has_not_ended_and_holds_the_person_stops_it(pat: Person) -> None:
    ImportRun.objects.update(state="running")

    with pytest.raises(ImportHoldsThem, match="has not ended"):
        erase_person(person_id=pat.pk, reason="request", by=SYSTEM, at=now())

    pat.refresh_from_db()
    assert pat.email == EMAIL


def test_those_merged_into_somebody_go_with_them(pat: Person) -> None:
    other = add_person(full_name="Zqthree Other", email="zq1x.other@example.com", by=SYSTEM, at=MONDAY_NOON)
    Person.objects.filter(pk=other.pk).update(merged_into=pat)

    _erase(pat)

    assert not Identifier.objects.exists()
    assert not IdentityEvent.objects.exists()
    assert Erasure.objects.exclude(finished_at=None).count() == 2


def test_an_older_copy_of_the_data_is_erased_again_from_the_log(pat: Person) -> None:
    _erase(pat)
    (entry,) = read_log(log_place())
    assert EMAIL not in str(entry)
    Person.objects.filter(pk=pat.pk).update(full_name=NAME, erased_at=None)  # As in a backup of yesterday.
    stranger = add_person(full_name="Bo", email="bo@example.com", by=SYSTEM, at=MONDAY_NOON)

    assert replay([entry, {**entry, "subject": stranger.subject}]) == 1

    pat.refresh_from_db()
    assert pat.full_name == ""
    assert replay([entry]) == 0


def test_only_whoever_may_erase_erases_and_only_once(pat: Person, admin: User, sam: User) -> None:
    with pytest.raises(NotPermitted):
        erase_person(person_id=pat.pk, reason="request", by=actor_for(sam), at=now())

    erase_person(person_id=pat.pk, reason="request", by=actor_for(admin), at=now())

    with pytest.raises(ErasedAlready):
        erase_person(person_id=pat.pk, reason="request", by=actor_for(admin), at=now())
    with pytest.raises(NotFound):
        disclose_person(person_id=pat.pk, by=actor_for(admin), at=now())


def test_a_job_finishes_what_was_begun(pat: Person) -> None:
    erase_person(person_id=pat.pk, reason="request", by=SYSTEM, at=now())

    assert Job.objects.filter(name="people.finish_erasing").count() == 1
    assert stores()[-1].name == "imports"
