"""An import in the browser's way: files kept under the server's names, rehearsed and run by the queue."""

from datetime import timedelta

import pytest
from django.test import override_settings

from isthmus.core import clock
from isthmus.core.actors import Actor
from isthmus.core.queue import run_due
from isthmus.core.queue.models import Job, JobState
from isthmus.core.refusals import InvalidInput, NotFound, NotPermitted
from isthmus.imports.correcting import NotTheBadRows, begin_correction
from isthmus.imports.models import ImportRun, RunState, Upload
from isthmus.imports.recipe import RecipeWrong
from isthmus.imports.starting import (
    ImportAtWork,
    ImportHasBegun,
    ImportIsOver,
    ImportNotAtWork,
    begin_import,
    drop_import,
    map_import,
    rehearse_import,
    save_recipe,
    start_import,
    stop_import,
)
from isthmus.imports.uploads import (
    FileOfNoUse,
    FileTooLarge,
    Incoming,
    folder,
    forget_old_files,
    run_folder,
    shown_name,
)
from isthmus.imports.working import bad_files
from isthmus.ledger.models import InboxFact
from isthmus.people.models import Person
from isthmus.workspace.actors import actor_for
from isthmus.workspace.models import Notification
from tests.cast import MONDAY_NOON

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]

RECIPE = """
[recipe]
name = "Contacts"
namespace = "old"
[[rows]]
what = "person"
key = "Id"
fields = { full_name = "Name", email = "Mail", created_at = "Since" }
"""
ROWS = "Id,Name,Mail,Since\nA,Pat,pat@buyer.example,2026-02-01\nB,Kim,kim@keen.example,31.2.26\n"


@pytest.fixture
def home(settings, tmp_path):
    settings.ISTHMUS_HOME = tmp_path / "home"
    return settings.ISTHMUS_HOME


@pytest.fixture
def by(home, mia):
    return actor_for(mia)


def received(text: str, name: str = "contacts.csv") -> dict[str, str]:
    incoming = Incoming(name)
    incoming.write(text.encode())
    incoming.end()
    return {"name": incoming.name, "stored": incoming.stored}


def begun(by: Actor, text: str = ROWS) -> ImportRun:
    return begin_import(files=[received(text)], name="Contacts", recipe=RECIPE, by=by, at=clock.now())


def test_a_file_is_kept_under_a_name_that_the_server_made(by, home):
    run = begin_import(
        files=[received(ROWS, "../../etc/pass\u202ewd\0.csv")], name="", recipe=RECIPE, by=by, at=MONDAY_NOON
    )

    upload = run.uploads.get()
    assert upload.name == "pass wd .csv"
    assert upload.bytes == len(ROWS)
    assert [path.name for path in folder().iterdir()] == [upload.stored]
    assert InboxFact.objects.filter(kind="import.begun").count() == 1


@pytest.mark.parametrize("stored", ["../../secrets.toml", "a" * 32 + ".csv", "/etc/passwd"])
def test_a_name_that_the_server_did_not_make_is_no_file(by, stored):
    files = [{"name": "x.csv", "stored": stored}]

    with pytest.raises(NotFound):
        begin_import(files=files, name="x", recipe=RECIPE, by=by, at=MONDAY_NOON)


def test_a_file_of_another_import_is_no_file(by):
    file = received(ROWS)
    begin_import(files=[file], name="x", recipe=RECIPE, by=by, at=MONDAY_NOON)

    with pytest.raises(NotFound):
        begin_import(files=[file], name="x", recipe=RECIPE, by=by, at=MONDAY_NOON)


def test_a_file_that_is_too_large_is_refused_and_nothing_of_it_stays(by):
    incoming = Incoming("large.csv")
    with override_settings(IMPORT_UPLOAD_MB=0), pytest.raises(FileTooLarge, match="limit for a file"):
        incoming.write(b"a")

    assert list(folder().iterdir()) == []


def test_a_file_of_a_kind_that_no_import_reads_is_refused(home):
    with pytest.raises(FileOfNoUse, match="CSV, TSV, Excel"):
        Incoming("photo.png")


def test_a_name_as_long_as_a_book_keeps_its_ending():
    assert len(shown_name("x" * 5000 + ".csv")) == 200
    assert shown_name("x" * 5000 + ".csv").endswith(".csv")


def test_a_rehearsal_counts_and_keeps_nothing(by):
    run = begun(by)

    rehearse_import(run_id=run.pk, by=by, at=MONDAY_NOON)
    run_due()

    run.refresh_from_db()
    assert run.state == RunState.DRAFT
    assert run.rehearsal["counts"]["person (rows)"]["new"] == 1
    assert [(row, reason) for _title, row, reason in run.rehearsal["refusals"]] == [
        (2, "created_at: “31.2.26” is not a date or time written as 2026-01-31 or 2026-01-31 14:05.")
    ]
    assert not Person.objects.exists()


def test_a_run_brings_the_rows_in_and_tells_its_owner(by, mia):
    run = begun(by)

    start_import(run_id=run.pk, by=by, at=clock.now())
    run_due()

    run.refresh_from_db()
    assert (run.state, run.bad_rows_count) == (RunState.FINISHED, 1)
    assert Person.objects.get().email == "pat@buyer.example"
    assert "31.2.26" in bad_files(run)[0].read_text()
    assert Notification.objects.get(user=mia).path == f"/imports/{run.pk}/"


def test_known_people_whose_blanks_are_filled_are_counted_as_changed(by):
    first = begun(
        by, "Id,Name,Mail,Since\nA,,pat@buyer.example,2026-02-01\nB,Kim,kim@keen.example,2026-02-01\n"
    )
    start_import(run_id=first.pk, by=by, at=clock.now())
    run_due()
    second = begun(
        by, "Id,Name,Mail,Since\nA,Pat,pat@buyer.example,2026-02-01\nB,Kim,kim@keen.example,2026-02-01\n"
    )

    start_import(run_id=second.pk, by=by, at=clock.now())
    run_due()

    second.refresh_from_db()
    counts = second.counts["person (rows)"]
    assert (counts["new"], counts["matched"], counts["changed"]) == (0, 2, 1)


def test_a_run_that_is_refused_says_why_and_goes_on_when_it_can(by, home):
    run = begun(by)
    path = folder() / run.uploads.get().stored
    aside = path.rename(home / "aside")
    start_import(run_id=run.pk, by=by, at=clock.now())
    run_due()
    run.refresh_from_db()
    assert run.state == RunState.FAILED
    assert "contacts.csv is gone" in run.error

    aside.rename(path)
    start_import(run_id=run.pk, by=by, at=clock.now())
    run_due()

    run.refresh_from_db()
    assert (run.state, run.error) == (RunState.FINISHED, "")


def test_a_run_that_waits_is_stopped_at_once_and_goes_on_later(by):
    run = begun(by)
    start_import(run_id=run.pk, by=by, at=clock.now())

    stop_import(run_id=run.pk, by=by, at=clock.now())
    run_due()

    run.refresh_from_db()
    assert (run.state, Person.objects.count()) == (RunState.STOPPED, 0)
    start_import(run_id=run.pk, by=by, at=clock.now())
    run_due()
    assert Person.objects.count() == 1


def test_a_run_that_is_at_work_stops_between_two_chunks_and_goes_on_where_it_was(by, monkeypatch):
    many = "Id,Name,Mail,Since\n" + "".join(f"{n},P{n},p{n}@x.example,2026-02-01\n" for n in range(250))
    run = begun(by, many)
    start_import(run_id=run.pk, by=by, at=clock.now())
    from isthmus.imports.working import JobWatcher

    real = JobWatcher.advance

    def stopping(self, rows):
        if self._phase.startswith("person") and ImportRun.objects.get(pk=run.pk).state == RunState.RUNNING:
            stop_import(run_id=run.pk, by=by, at=clock.now())
        real(self, rows)

    monkeypatch.setattr(JobWatcher, "advance", stopping)
    run_due()
    run.refresh_from_db()
    assert (run.state, run.job.state) == (RunState.STOPPED, JobState.CANCELLED)
    assert Person.objects.count() == 100

    monkeypatch.setattr(JobWatcher, "advance", real)
    start_import(run_id=run.pk, by=by, at=clock.now())
    run_due()
    run.refresh_from_db()
    assert (run.state, run.counts["person (rows)"]["new"]) == (RunState.FINISHED, 250)
    assert Person.objects.count() == 250


def test_what_is_worked_on_is_neither_mapped_nor_started_nor_dropped(by):
    run = begun(by)
    start_import(run_id=run.pk, by=by, at=clock.now())

    for act in (start_import, rehearse_import, drop_import):
        with pytest.raises(ImportAtWork, match="stop it first"):
            act(run_id=run.pk, by=by, at=clock.now())
    with pytest.raises(ImportAtWork):
        map_import(run_id=run.pk, recipe=RECIPE, by=by, at=clock.now())


def test_what_has_begun_is_not_mapped_anew_and_what_is_over_not_started_again(by):
    run = begun(by)
    with pytest.raises(ImportNotAtWork):
        stop_import(run_id=run.pk, by=by, at=clock.now())
    start_import(run_id=run.pk, by=by, at=clock.now())
    run_due()

    with pytest.raises(ImportHasBegun):
        map_import(run_id=run.pk, recipe=RECIPE, by=by, at=clock.now())
    with pytest.raises(ImportHasBegun):
        rehearse_import(run_id=run.pk, by=by, at=clock.now())
    for act in (start_import, drop_import):
        with pytest.raises(ImportIsOver):
            act(run_id=run.pk, by=by, at=clock.now())


def test_a_recipe_that_is_wrong_is_not_taken(by):
    run = begun(by)

    with pytest.raises(RecipeWrong, match="fulname"):
        map_import(run_id=run.pk, recipe=RECIPE.replace("full_name", "fulname"), by=by, at=clock.now())
    with pytest.raises(InvalidInput, match="at least one file"):
        begin_import(files=[], name="x", by=by, at=clock.now())


@pytest.mark.django_db(transaction=True)
def test_a_dropped_import_forgets_its_files_at_once(by):
    run = begun(by)

    drop_import(run_id=run.pk, by=by, at=clock.now())

    run.refresh_from_db()
    assert run.state == RunState.ABANDONED
    assert list(folder().iterdir()) == []
    assert Upload.objects.get().forgotten_at is not None


def test_files_are_forgotten_after_the_days_that_they_are_kept(by):
    run = begun(by)
    start_import(run_id=run.pk, by=by, at=clock.now())
    run_due()
    assert forget_old_files(clock.now() + timedelta(days=13)) == 0

    assert forget_old_files(clock.now() + timedelta(days=15)) == 1

    assert list(folder().iterdir()) == []
    assert not run_folder(run).exists()
    assert forget_old_files(clock.now() + timedelta(days=16)) == 0


def test_a_file_that_nobody_claimed_goes_after_a_day(by):
    received(ROWS)

    forget_old_files(clock.now() + timedelta(hours=5))
    assert len(list(folder().iterdir())) == 1
    forget_old_files(clock.now() + timedelta(hours=25))
    assert list(folder().iterdir()) == []


def test_only_who_may_import_begins_one(home, rita):
    with pytest.raises(NotPermitted):
        begun(actor_for(rita))


def test_a_run_whose_owner_left_brings_nothing_in(by, mia):
    run = begun(by)
    start_import(run_id=run.pk, by=by, at=clock.now())
    mia.is_active = False
    mia.save(update_fields=["is_active"])

    run_due()

    run.refresh_from_db()
    assert (run.state, Person.objects.count()) == (RunState.FAILED, 0)
    assert "does not allow imports" in run.error


def test_corrected_rows_come_in_alone_and_marks_of_spreadsheets_go(by):
    run = begun(by, ROWS.replace("Kim", "+Kim"))
    start_import(run_id=run.pk, by=by, at=clock.now())
    run_due()
    run.refresh_from_db()
    file = received(
        "Id;Name;Mail;Since;line;section;reason\nB;'+Kim;kim@keen.example;2026-02-28;3;person;no\n"
    )

    made = begin_correction(run, [file], by=by, at=clock.now())
    start_import(run_id=made.pk, by=by, at=clock.now())
    run_due()

    made.refresh_from_db()
    assert (made.state, made.corrects) == (RunState.FINISHED, run)
    assert made.counts["person (rows)"]["new"] == 1
    assert Person.objects.get(email="kim@keen.example").full_name == "+Kim"


def test_another_file_is_not_taken_for_the_corrected_one(by):
    run = begun(by)

    with pytest.raises(NotTheBadRows, match="keep its columns"):
        begin_correction(run, [received("Other,Columns\n1,2\n")], by=by, at=clock.now())


def test_a_saved_recipe_is_replaced_by_one_of_its_name(by):
    save_recipe(name="Contacts", recipe=RECIPE, by=by, at=MONDAY_NOON)
    saved = save_recipe(name=" Contacts ", recipe=RECIPE.replace("old", "new"), by=by, at=MONDAY_NOON)

    assert "new" in saved.text
    with pytest.raises(InvalidInput, match="a name"):
        save_recipe(name=" ", recipe=RECIPE, by=by, at=MONDAY_NOON)


def test_a_job_that_dies_leaves_its_reason_and_can_be_gone_on_with(by):
    run = begun(by)
    start_import(run_id=run.pk, by=by, at=clock.now())
    Job.objects.filter(pk=ImportRun.objects.get(pk=run.pk).job_id).update(
        state=JobState.DEAD, last_error="The worker died every time it ran this job."
    )

    run = ImportRun.objects.select_related("job").get(pk=run.pk)

    assert (run.state, run.is_at_work, run.can_go_on) == (RunState.RUNNING, False, True)
    assert run.trouble == "The worker died every time it ran this job."
    start_import(run_id=run.pk, by=by, at=clock.now())
    run_due()
    assert Person.objects.count() == 1
