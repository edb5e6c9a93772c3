"""One change to many records: tried first, made in parts, taken back as one, never over a later change."""

from datetime import date

import pytest

from isthmus.bulk import commands as bulk
from isthmus.bulk.commands import NotReady, plan_bulk_edit, start_bulk_edit
from isthmus.bulk.models import BulkEdit, BulkState
from isthmus.core import commands
from isthmus.core.actors import SYSTEM
from isthmus.core.queue import run_due
from isthmus.core.refusals import InvalidInput, NotFound, NotPermitted
from isthmus.ledger.models import InboxFact
from isthmus.people.commands import add_person, edit_person
from isthmus.people.models import Person
from isthmus.sales.commands import edit_deal, open_deal
from isthmus.sales.models import Deal
from isthmus.workspace.actors import actor_for
from isthmus.workspace.commands import add_field
from tests.cast import MONDAY_NOON

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
ACT = {"by": SYSTEM, "at": MONDAY_NOON}
CLOSE = {"expected_close_on": "2026-09-30"}


@pytest.fixture
def deals(company, pipeline, rita, olga):
    """Three deals of Rita's, one of them closing on the last of September already; one of Olga's."""
    made = [
        open_deal(name=name, owner_id=owner.pk, person_id=add_person(full_name=name, **ACT).pk, **ACT)
        for name, owner in (("One", rita), ("Two", rita), ("Three", rita), ("Olgas", olga))
    ]
    edit_deal(deal_id=made[1].pk, expected_close_on=date(2026, 9, 30), **ACT)
    return [deal.pk for deal in made]


def planned(ids, changes=CLOSE, by=SYSTEM, list="deals"):
    return plan_bulk_edit(list=list, ids=ids, changes=changes, by=by, at=MONDAY_NOON)


def closing():
    return dict(Deal.objects.values_list("name", "expected_close_on"))


def counts(edit, phase):
    return {name: edit.counts[phase][name] for name in ("changed", "same", "refused")}


def test_a_plan_says_what_would_change_what_is_refused_and_why_and_changes_nothing(deals, rita):
    before, facts = closing(), InboxFact.objects.count()

    edit = planned([*deals, deals[0], 987654], by=actor_for(rita))

    assert edit.state == BulkState.TRIED
    assert counts(edit, "trying") == {"changed": 2, "same": 1, "refused": 2}
    ((sentence, count),) = edit.counts["trying"]["reasons"].items()
    assert count == 2 and "your role does not reach it" in sentence
    assert edit.counts["first"][0] == "" and edit.counts["first"][3] == sentence
    assert closing() == before
    (fact,) = InboxFact.objects.order_by("received_us", "id")[facts:]
    assert (fact.kind, fact.quantity) == ("bulk_edit.planned", 5)


def test_a_started_change_is_one_act_and_is_taken_back_as_one(deals, rita):
    by = actor_for(rita)
    edit = planned(deals, by=by)

    done = commands.run("start_bulk_edit", {"edit_id": edit.pk}, by=by, at=MONDAY_NOON)

    assert counts(done.value, "changing") == {"changed": 2, "same": 1, "refused": 1}
    assert closing() == {
        "One": date(2026, 9, 30), "Two": date(2026, 9, 30), "Three": date(2026, 9, 30), "Olgas": None,
    }  # fmt: skip
    commands.undo(done.batch, by=by, at=MONDAY_NOON)
    edit.refresh_from_db()
    assert (edit.state, counts(edit, "restoring")) == (
        BulkState.RESTORED, {"changed": 2, "same": 0, "refused": 0},
    )  # fmt: skip
    assert closing() == {"One": None, "Two": date(2026, 9, 30), "Three": None, "Olgas": None}


def test_what_was_changed_once_more_stays_and_is_counted(deals, rita):
    by = actor_for(rita)
    done = commands.run("start_bulk_edit", {"edit_id": planned(deals, by=by).pk}, by=by, at=MONDAY_NOON)
    edit_deal(deal_id=deals[0], expected_close_on=date(2026, 12, 24), **ACT)
    edit_deal(deal_id=deals[2], name="Renamed", **ACT)

    commands.undo(done.batch, by=by, at=MONDAY_NOON)

    edit = BulkEdit.objects.get()
    assert counts(edit, "restoring") == {"changed": 1, "same": 0, "refused": 1}
    assert "changed once more since" in next(iter(edit.counts["restoring"]["reasons"]))
    assert (closing()["One"], closing()["Renamed"]) == (date(2026, 12, 24), None)


def test_many_records_are_worked_through_by_the_queue_in_parts(deals, rita, monkeypatch):
    monkeypatch.setattr(bulk, "AT_ONCE", 2)
    monkeypatch.setattr(bulk, "PART", 2)
    by = actor_for(rita)

    edit = planned(deals, by=by)
    assert (edit.state, edit.parts.count()) == (BulkState.TRYING, 2)
    run_due()
    edit.refresh_from_db()
    assert (edit.state, counts(edit, "trying")) == (
        BulkState.TRIED, {"changed": 2, "same": 1, "refused": 1},
    )  # fmt: skip
    done = commands.run("start_bulk_edit", {"edit_id": edit.pk}, by=by, at=MONDAY_NOON)
    with pytest.raises(NotReady, match="Under way"):
        start_bulk_edit(edit_id=edit.pk, by=by, at=MONDAY_NOON)
    run_due()
    assert closing()["One"] == closing()["Three"] == date(2026, 9, 30)
    assert len({part.batch for part in edit.parts.all()}) == 2
    commands.undo(done.batch, by=by, at=MONDAY_NOON)
    run_due()
    assert closing() == {"One": None, "Two": date(2026, 9, 30), "Three": None, "Olgas": None}
    assert BulkEdit.objects.get().state == BulkState.RESTORED


def test_a_job_that_died_between_two_parts_goes_on_where_it_was(deals, rita, monkeypatch):
    monkeypatch.setattr(bulk, "AT_ONCE", 2)
    monkeypatch.setattr(bulk, "PART", 1)
    from isthmus.bulk import running
    from isthmus.bulk.tasks import work_through

    edit, calls, plain = planned(deals, by=actor_for(rita)), [], running._outcomes

    def dies_at_the_third(*given):
        calls.append(1)
        if len(calls) == 3:
            raise OSError("killed")
        return plain(*given)

    monkeypatch.setattr(running, "_outcomes", dies_at_the_third)
    with pytest.raises(OSError, match="killed"):
        work_through(edit_id=edit.pk)
    work_through(edit_id=edit.pk)

    edit.refresh_from_db()
    assert (edit.state, edit.counts["trying"]["through"]) == (BulkState.TRIED, 4)
    assert counts(edit, "trying") == {"changed": 2, "same": 1, "refused": 1}


def test_people_get_an_owner_a_custom_field_and_lose_a_title(company, rita, admin):
    add_field(model="person", key="plan", label="Plan", type="choice", kind="analytic",
              options=["Free", "Team"], **ACT)  # fmt: skip
    ids = [add_person(full_name=f"Guest {n}", title="Buyer", **ACT).pk for n in range(3)]
    by = actor_for(admin)

    for changes in ({"owner_id": rita.pk}, {"custom": {"plan": "Team"}}, {"clear": ["title"]}):
        edit = planned(ids, changes, by, "people")
        done = start_bulk_edit(edit_id=edit.pk, by=by, at=MONDAY_NOON)
        assert counts(done, "changing") == {"changed": 3, "same": 0, "refused": 0}

    for person in Person.objects.all():
        assert (person.owner, person.custom, person.title) == (rita, {"plan": "Team"}, "")


def test_the_bulk_form_of_taking_back_does_what_taking_back_one_by_one_does(company, rita):
    people = [add_person(full_name=f"Guest {n}", city="Lund", **ACT).pk for n in range(4)]
    batches = {
        pk: commands.run("edit_person", {"person_id": pk, "city": "Malmö"}, **ACT).batch for pk in people
    }
    edit_person(person_id=people[1], city="Ystad", **ACT)
    rows = [{"person_id": pk, "batch": batches[pk]} for pk in people]

    outcomes = commands.run_bulk("restore_person", rows, **ACT).value

    assert [type(one).__name__ for one in outcomes] == ["Person", "ChangedSince", "Person", "Person"]
    assert list(Person.objects.order_by("pk").values_list("city", flat=True)) == [
        "Lund", "Ystad", "Lund", "Lund",
    ]  # fmt: skip


def test_what_cannot_be_said_of_many_is_refused_before_anything_is_tried(deals, rita, ada):
    by = actor_for(rita)
    for changes, match in (
        ({}, "what is to be changed"),
        ({"name": "Same"}, "not changed for many"),
        ({"clear": ["name"]}, "not changed for many"),
        ({"owner_id": 987654}, "not here"),
        ({"expected_close_on": "soon"}, "a day like"),
    ):
        with pytest.raises(InvalidInput, match=match):
            planned(deals, changes, by)
    with pytest.raises(InvalidInput, match="between one record"):
        planned([], by=by)
    with pytest.raises(NotPermitted):
        planned(deals, by=actor_for(ada))
    assert not BulkEdit.objects.exists()


def test_nobody_starts_what_somebody_else_planned(deals, rita, olga):
    edit = planned(deals, by=actor_for(rita))

    with pytest.raises(NotFound, match="somebody else's"):
        start_bulk_edit(edit_id=edit.pk, by=actor_for(olga), at=MONDAY_NOON)
    start_bulk_edit(edit_id=edit.pk, by=actor_for(rita), at=MONDAY_NOON)
    with pytest.raises(NotReady, match="Done"):
        start_bulk_edit(edit_id=edit.pk, by=actor_for(rita), at=MONDAY_NOON)


def stopped_after_the_first_part(deals, rita, monkeypatch):
    """A change of four records by parts of one, stopped while its first part is under way."""
    from isthmus.bulk import running

    monkeypatch.setattr(bulk, "AT_ONCE", 2)
    monkeypatch.setattr(bulk, "PART", 1)
    by, plain = actor_for(rita), running._outcomes
    edit = planned(deals, by=by)
    run_due()
    done = commands.run("start_bulk_edit", {"edit_id": edit.pk}, by=by, at=MONDAY_NOON)

    def stopping(*given):
        monkeypatch.setattr(running, "_outcomes", plain)
        commands.run("stop_bulk_edit", {"edit_id": edit.pk}, by=by, at=MONDAY_NOON)
        return plain(*given)

    monkeypatch.setattr(running, "_outcomes", stopping)
    run_due()
    edit.refresh_from_db()
    assert (edit.state, edit.counts["changing"]["through"]) == (BulkState.CHANGING, 1)
    assert closing() == {"One": date(2026, 9, 30), "Two": date(2026, 9, 30), "Three": None, "Olgas": None}
    return edit, done.batch, by


def test_a_change_that_was_stopped_goes_on_where_it_stopped(deals, rita, monkeypatch):
    edit, _batch, by = stopped_after_the_first_part(deals, rita, monkeypatch)
    with pytest.raises(NotReady, match="nothing to stop"):
        commands.run("stop_bulk_edit", {"edit_id": edit.pk}, by=by, at=MONDAY_NOON)

    commands.run("go_on_with_bulk_edit", {"edit_id": edit.pk}, by=by, at=MONDAY_NOON)
    run_due()

    edit.refresh_from_db()
    assert (edit.state, counts(edit, "changing")) == (
        BulkState.CHANGED, {"changed": 2, "same": 1, "refused": 1},
    )  # fmt: skip
    assert closing()["Three"] == date(2026, 9, 30)
    with pytest.raises(NotReady, match="cannot go on"):
        commands.run("go_on_with_bulk_edit", {"edit_id": edit.pk}, by=by, at=MONDAY_NOON)


def test_a_change_that_was_stopped_is_taken_back_as_far_as_it_came(deals, rita, monkeypatch):
    edit, batch, by = stopped_after_the_first_part(deals, rita, monkeypatch)

    commands.undo(batch, by=by, at=MONDAY_NOON)
    run_due()

    edit.refresh_from_db()
    assert (edit.state, counts(edit, "restoring")) == (
        BulkState.RESTORED, {"changed": 1, "same": 0, "refused": 0},
    )  # fmt: skip
    assert closing() == {"One": None, "Two": date(2026, 9, 30), "Three": None, "Olgas": None}


def test_a_change_that_is_undone_while_it_is_under_way_ends_there_and_is_taken_back(deals, rita, monkeypatch):
    from isthmus.bulk import running

    monkeypatch.setattr(bulk, "AT_ONCE", 2)
    monkeypatch.setattr(bulk, "PART", 1)
    by, progress = actor_for(rita), running.queue.progress
    edit = planned(deals, by=by)
    run_due()
    done = commands.run("start_bulk_edit", {"edit_id": edit.pk}, by=by, at=MONDAY_NOON)

    def undone_after_the_first_part(*given):
        monkeypatch.setattr(running.queue, "progress", progress)
        commands.undo(done.batch, by=by, at=MONDAY_NOON)

    monkeypatch.setattr(running.queue, "progress", undone_after_the_first_part)
    run_due()

    edit.refresh_from_db()
    assert (edit.state, counts(edit, "restoring")["changed"]) == (BulkState.RESTORED, 1)
    assert closing() == {"One": None, "Two": date(2026, 9, 30), "Three": None, "Olgas": None}


def test_nobody_stops_what_somebody_else_planned(deals, rita, olga, monkeypatch):
    monkeypatch.setattr(bulk, "AT_ONCE", 2)
    edit = planned(deals, by=actor_for(rita))

    with pytest.raises(NotFound, match="somebody else's"):
        commands.run("stop_bulk_edit", {"edit_id": edit.pk}, by=actor_for(olga), at=MONDAY_NOON)
