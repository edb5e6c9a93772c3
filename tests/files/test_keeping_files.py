"""What becomes of files with a person, in a backup, and when the disk lost them."""

import pytest

from isthmus.core.actors import SYSTEM
from isthmus.core.clock import now
from isthmus.core.secrets import load_secrets
from isthmus.files.commands import attach_files, remove_files
from isthmus.files.models import AttachedFile
from isthmus.files.storing import path_of
from isthmus.people.commands import add_account
from isthmus.people.erasing import erase_person
from isthmus.upkeep.archive import contents_of, unpack
from isthmus.upkeep.backup import make_backup
from isthmus.upkeep.looking import attached_files_are_there
from isthmus.upkeep.watching import Watcher
from tests.attaching import brought
from tests.cast import MONDAY_NOON


def attach(kind, pk, name="Contract.pdf"):
    told = attach_files(kind=kind, record_id=pk, files=[brought(name=name)], by=SYSTEM, at=MONDAY_NOON)
    return AttachedFile.objects.get(pk__in=told["file_ids"])


@pytest.mark.django_db
@pytest.mark.both_databases
def test_files_of_somebody_erased_are_destroyed_and_those_of_the_company_lose_the_name(
    deal, folder, django_capture_on_commit_callbacks
):
    account = add_account(name="Else", by=SYSTEM, at=MONDAY_NOON)
    attach("deal", deal.pk)
    removed = attach("person", deal.person_id)
    remove_files(file_ids=[removed.pk], by=SYSTEM, at=MONDAY_NOON)
    companys = attach("account", account.pk, "Offer to Pat Prospect.pdf")

    with django_capture_on_commit_callbacks(execute=True):
        erase_person(person_id=deal.person_id, reason="request", by=SYSTEM, at=now())

    (left,) = AttachedFile.objects.all()
    assert (left.pk, left.name) == (companys.pk, "Offer to […].pdf")
    assert list(folder.glob("*/*")) == [path_of(left)]


@pytest.mark.django_db(transaction=True)
def test_a_backup_holds_the_files_with_their_hashes(deal, settings, tmp_path, tmp_path_factory):
    settings.LEDGER_DIR = tmp_path / "ledger"
    load_secrets(settings.ISTHMUS_HOME)
    file = attach("deal", deal.pk)
    place = tmp_path_factory.mktemp("backup")

    made = make_backup(place / "b.tar", place / "b.keys", at=now(), watcher=Watcher())

    name = str(path_of(file).relative_to(tmp_path))
    contents = contents_of(made.path)
    assert contents.files[name]["sha256"] == file.sha256
    unpack(made.path, contents, place / "unpacked", Watcher())
    assert (place / "unpacked" / name).read_bytes() == b"%PDF-1.7 signed"


@pytest.mark.django_db
def test_the_doctor_misses_a_file_that_is_gone(deal):
    file = attach("deal", deal.pk)
    assert attached_files_are_there() == []

    path_of(file).unlink()

    (said,) = attached_files_are_there()
    assert "Restore it from a backup" in said
