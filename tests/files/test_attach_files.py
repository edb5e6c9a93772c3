"""Attaching files to what one may see; renaming, removing and putting back."""

import hashlib

import pytest

from isthmus.core import commands
from isthmus.core.actors import SYSTEM
from isthmus.core.editing import ChangedSince
from isthmus.core.refusals import InvalidInput, NotFound
from isthmus.core.runs import CommandRun
from isthmus.files.commands import NotYourFile, attach_files, remove_files, rename_file, restore_files
from isthmus.files.models import AttachedFile
from isthmus.files.storing import FileGone, path_of, unlink
from isthmus.ledger.models import InboxFact
from isthmus.people.commands import add_person
from isthmus.people.merging.commands import merge_people, unmerge_people
from isthmus.sales.commands import edit_deal, open_deal
from isthmus.workspace import records
from isthmus.workspace.actors import actor_for
from tests.attaching import brought
from tests.cast import MONDAY_NOON

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def attach(by, deal, *files):
    attached = attach_files(
        kind="deal", record_id=deal.pk, files=list(files), by=actor_for(by), at=MONDAY_NOON
    )
    return attached["file_ids"]


def undo(command, by):
    batch = str(CommandRun.objects.filter(command=command).latest("pk").batch)
    commands.undo(batch, by=actor_for(by), at=MONDAY_NOON)


def test_several_files_are_attached_at_once_and_the_ledger_keeps_no_name(deal, rita):
    numbers = attach(rita, deal, brought(), brought(b"a,b\n1,2\n", "Prices of Pat.csv"))

    contract, prices = AttachedFile.objects.order_by("pk")
    assert numbers == [contract.pk, prices.pk]
    assert (contract.name, contract.type, contract.bytes) == ("Contract.pdf", "application/pdf", 15)
    assert (prices.type, prices.author, prices.added_at) == ("text/csv", rita, MONDAY_NOON)
    assert path_of(contract).read_bytes() == b"%PDF-1.7 signed"
    assert contract.sha256 == hashlib.sha256(b"%PDF-1.7 signed").hexdigest()
    facts = InboxFact.objects.filter(kind="file.attached")
    assert {(fact.subject, fact.deal_id) for fact in facts} == {(deal.person.subject, deal.pk)}
    assert "Pat" not in str([fact.props for fact in facts])


def test_one_act_is_undone_as_one_and_can_be_done_again(deal, rita):
    attach(rita, deal, brought(), brought(name="Second.pdf"))

    undo("attach_files", rita)
    assert AttachedFile.objects.filter(removed_at=None).count() == 0
    undo("remove_files", rita)
    assert AttachedFile.objects.filter(removed_at=None).count() == 2


def test_one_attaches_only_to_what_one_sees_and_what_was_received(deal, rita, olga):
    with pytest.raises(NotFound, match="no such record"):
        attach(olga, deal, brought())
    for stored in ("../../secrets.toml", "0" * 32 + "-" + "0" * 64):
        with pytest.raises(NotFound, match="no such file"):
            attach(rita, deal, {"name": "x", "stored": stored})
    with pytest.raises(InvalidInput, match="at least one"):
        attach(rita, deal)
    with pytest.raises(InvalidInput, match="kind must be"):
        attach_files(kind="order", record_id=1, files=[brought()], by=SYSTEM, at=MONDAY_NOON)


def test_what_was_received_once_is_attached_once(deal, rita):
    file = brought()
    attach(rita, deal, file)

    with pytest.raises(NotFound, match="Bring it again"):
        attach(rita, deal, file)


def test_a_file_is_renamed_and_gets_its_name_back_unless_renamed_again(deal, rita):
    (pk,) = attach(rita, deal, brought())

    rename_file(file_id=pk, name="Signed.pdf", by=actor_for(rita), at=MONDAY_NOON)
    first = str(CommandRun.objects.latest("pk").batch)
    undo("rename_file", rita)
    assert AttachedFile.objects.get().name == "Contract.pdf"
    with pytest.raises(ChangedSince):
        commands.run("restore_file_name", {"file_id": pk, "batch": first}, by=actor_for(rita), at=MONDAY_NOON)
    assert "Contract" not in str(CommandRun.objects.filter(command="rename_file").values())


@pytest.mark.parametrize("name", ["", "  ", "a/b.pdf", "x" * 201, "Invoice\u202efdp.exe", "a\0b"])
def test_a_name_is_one_that_looks_like_what_it_is(deal, rita, name):
    (pk,) = attach(rita, deal, brought())

    with pytest.raises(InvalidInput, match="without slashes"):
        rename_file(file_id=pk, name=name, by=actor_for(rita), at=MONDAY_NOON)


def test_a_file_is_changed_by_its_author_or_whoever_may_change_the_record(deal, rita, sam, admin):
    (pk,) = attach(admin, deal, brought())
    edit_deal(deal_id=deal.pk, owner_id=admin.pk, by=SYSTEM, at=MONDAY_NOON)

    with pytest.raises(NotFound, match="no such file"):
        remove_files(file_ids=[pk], by=actor_for(rita), at=MONDAY_NOON)

    edit_deal(deal_id=deal.pk, owner_id=rita.pk, by=SYSTEM, at=MONDAY_NOON)
    remove_files(file_ids=[pk], by=actor_for(rita), at=MONDAY_NOON)
    restore_files(file_ids=[pk], by=actor_for(admin), at=MONDAY_NOON)


def test_whoever_only_sees_a_record_leaves_others_files_alone(deal, admin, mia):
    (pk,) = attach(admin, deal, brought())  # Marketing sees deals and changes none.

    with pytest.raises(NotYourFile, match="Ask them"):
        rename_file(file_id=pk, name="Mine.pdf", by=actor_for(mia), at=MONDAY_NOON)
    (own,) = attach(mia, deal, brought())
    remove_files(file_ids=[own], by=actor_for(mia), at=MONDAY_NOON)


def test_what_is_gone_from_the_disk_is_not_put_back(deal, rita):
    (pk,) = attach(rita, deal, brought())
    remove_files(file_ids=[pk], by=actor_for(rita), at=MONDAY_NOON)
    unlink(AttachedFile.objects.get())

    with pytest.raises(FileGone, match="not on the server"):
        restore_files(file_ids=[pk], by=actor_for(rita), at=MONDAY_NOON)


def test_files_go_with_a_merge_and_come_back_when_it_is_taken_apart(company, admin):
    by = actor_for(admin)
    keep, lose = (add_person(email=f"{name}@x.example", by=SYSTEM, at=MONDAY_NOON) for name in ("a", "b"))
    told = {"kind": "person", "files": [brought()], "by": by, "at": MONDAY_NOON}
    (pk,) = attach_files(record_id=lose.pk, **told)["file_ids"]
    merge_people(keep_id=keep.pk, lose_id=lose.pk, by=by, at=MONDAY_NOON)

    assert records.with_merged("person", keep.pk) == [keep.pk, lose.pk]
    rename_file(file_id=pk, name="Still here.pdf", by=by, at=MONDAY_NOON)

    unmerge_people(lose_id=lose.pk, by=by, at=MONDAY_NOON)
    assert records.with_merged("person", keep.pk) == [keep.pk]
    assert AttachedFile.objects.get(record_id=lose.pk).name == "Still here.pdf"


def test_files_of_two_records_are_not_removed_in_one_act(deal, rita):
    second = open_deal(person_id=deal.person_id, owner_id=rita.pk, by=SYSTEM, at=MONDAY_NOON)
    (one,), (other,) = attach(rita, deal, brought()), attach(rita, second, brought())

    with pytest.raises(NotFound):
        remove_files(file_ids=[one, other], by=actor_for(rita), at=MONDAY_NOON)
