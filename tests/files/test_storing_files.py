"""Bytes on the disk: whole or not at all, within the limits, named by lot, told apart by what they are."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest

from isthmus.core.actors import SYSTEM
from isthmus.files.commands import attach_files, remove_files
from isthmus.files.models import AttachedFile
from isthmus.files.recognising import HEAD, SHOWN, type_of
from isthmus.files.storing import FileEmpty, FileTooLarge, Incoming, NoRoomLeft
from isthmus.files.sweeping import sweep
from tests.attaching import brought
from tests.cast import MONDAY_NOON


def on_disk(folder):
    return sorted(path.name for path in folder.glob("*/*"))


@pytest.mark.core
@pytest.mark.parametrize(
    ("head", "name", "type_"),
    [
        (b"%PDF-1.4", "x.txt", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n\0", "x.html", "image/png"),
        (b"\xff\xd8\xff\xe0", "x.jpg", "image/jpeg"),
        (b"GIF89a", "x.gif", "image/gif"),
        (b"RIFF1234WEBPVP8", "x.webp", "image/webp"),
        (b"<html><script>", "photo.png", "text/plain"),
        (b'<svg xmlns="http://www.w3.org/2000/svg">', "logo.svg", "text/plain"),
        (b"a,b\n", "x.csv", "text/csv"),
        (b"PK\x03\x04", "x.png", "application/zip"),
        (
            b"PK\x03\x04",
            "Offer.DOCX",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "x.xls", "application/vnd.ms-excel"),
        (b"MZ\x90\0", "x.pdf", "application/octet-stream"),
        ("ö".encode() * HEAD, "x.txt", "text/plain"),
    ],
)
def test_a_file_is_what_its_bytes_say(head, name, type_):
    assert type_of(head[:HEAD], name) == type_


@pytest.mark.core
def test_nothing_that_runs_scripts_is_shown_by_the_browser_itself():
    assert not {"text/html", "image/svg+xml", "text/xml", "application/xhtml+xml", "text/plain"} & SHOWN


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\pat\\offer.pdf", "offer.pdf"),
        ("inv\0oice.pdf", "inv oice.pdf"),
        ("gnp.\u202eexe", "gnp. exe"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
        ("\u200b", "unnamed"),
    ],
)
def test_a_name_never_leads_out_of_the_folder_nor_deceives(folder, name, shown):
    incoming = Incoming(name)
    incoming.write(b"x")
    come = incoming.end()

    assert come.name == shown
    assert on_disk(folder) == [come.stored]


def test_what_is_too_large_or_empty_leaves_nothing(folder, settings):
    settings.ATTACHED_FILE_MB = 1
    large = Incoming("film.mov")
    large.write(b"x" * 1_000_000)
    with pytest.raises(FileTooLarge, match="larger than 1 MB"):
        large.write(b"x")
    with pytest.raises(FileEmpty, match="is empty"):
        Incoming("empty.txt").end()

    assert on_disk(folder) == []


def test_a_nearly_full_disk_takes_no_more(folder, settings):
    settings.ATTACHED_RESERVE_MB = 10**9

    with pytest.raises(NoRoomLeft, match="nearly full"):
        Incoming("x.pdf")


def test_a_file_that_was_killed_on_its_way_is_no_file(folder, tmp_path):
    program = (
        "import django; django.setup()\n"
        "from isthmus.files.storing import Incoming\n"
        "one = Incoming('x.pdf'); one.write(b'x'); one.end()"
    )
    env = {
        **os.environ,
        "ISTHMUS_HOME": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "isthmus.settings",
        "ISTHMUS_CRASH_AT": "files.before_rename",
    }
    assert subprocess.run([sys.executable, "-c", program], env=env).returncode < 0

    (left,) = on_disk(folder)
    assert left.endswith(".part")


@pytest.mark.django_db
@pytest.mark.both_databases
def test_the_sweep_takes_what_was_removed_long_ago_and_what_belongs_to_nothing(folder, deal):
    def attach():
        told = {"kind": "deal", "record_id": deal.pk, "files": [brought()]}
        (pk,) = attach_files(**told, by=SYSTEM, at=MONDAY_NOON)["file_ids"]
        return AttachedFile.objects.get(pk=pk)

    kept, old, late = attach(), attach(), attach()
    remove_files(file_ids=[old.pk], by=SYSTEM, at=MONDAY_NOON - timedelta(days=31))
    remove_files(file_ids=[late.pk], by=SYSTEM, at=MONDAY_NOON - timedelta(days=29))
    orphan, fresh = brought(), brought()
    part = folder / "ab" / f"{'ab' * 16}.part"
    part.parent.mkdir(exist_ok=True)
    part.write_bytes(b"half")
    long_ago = (MONDAY_NOON - timedelta(days=2)).timestamp()
    for path in folder.glob("*/*"):
        is_fresh = path.name == fresh["stored"]
        os.utime(path, (MONDAY_NOON.timestamp(),) * 2 if is_fresh else (long_ago, long_ago))

    assert sweep(at=MONDAY_NOON) == 3

    assert set(AttachedFile.objects.values_list("pk", flat=True)) == {kept.pk, late.pk}
    left = {f"{one.stored}-{one.sha256}" for one in (kept, late)} | {fresh["stored"]}
    assert set(on_disk(folder)) == left
    assert orphan["stored"] not in left
    assert sweep(at=MONDAY_NOON) == 0
