"""A file that is no whole backup is refused in a sentence; nothing of it lands outside its folder."""

import io
import json
import tarfile
from dataclasses import asdict
from pathlib import Path

import pytest

from isthmus.upkeep.archive import LIST, Contents, NotABackup, Writer, contents_of, unpack
from isthmus.upkeep.watching import Watcher

pytestmark = pytest.mark.core


def _contents(files: dict[str, object]) -> Contents:
    return Contents("2026-11-25T10:00:00+00:00", "0.1", "sqlite", [], 1, 2, "", files)  # type: ignore[arg-type]


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    """A backup of one file."""
    (tmp_path / "a.parquet").write_bytes(b"PAR1" * 5000)
    writer = Writer(tmp_path / "one.tar", Watcher())
    writer.add("ledger/facts/a.parquet", tmp_path / "a.parquet")
    writer.finish(_contents(writer.files))
    return writer.target


def test_what_was_written_is_unpacked(backup: Path, tmp_path: Path) -> None:
    unpack(backup, contents_of(backup), tmp_path / "new", Watcher())

    assert (tmp_path / "new/ledger/facts/a.parquet").read_bytes() == b"PAR1" * 5000


def test_one_changed_bit_is_named(backup: Path, tmp_path: Path) -> None:
    whole = bytearray(backup.read_bytes())
    whole[whole.index(b"PAR1") + 7] ^= 1
    backup.write_bytes(whole)

    with pytest.raises(NotABackup, match=r"ledger/facts/a.parquet is not what was backed up"):
        unpack(backup, contents_of(backup), tmp_path / "new", Watcher())


@pytest.mark.parametrize("left", [0, 100, 10_000, 20_500])
def test_half_a_backup_is_none(backup: Path, left: int) -> None:
    backup.write_bytes(backup.read_bytes()[:left])

    with pytest.raises(NotABackup, match="is no whole backup"):
        contents_of(backup)


@pytest.mark.parametrize("content", [b"", b"a letter", b"{}", b"PK\x03\x04" + b"x" * 2000, b"\0" * 10240])
def test_any_other_file_is_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.tar").write_bytes(content)

    with pytest.raises(NotABackup, match="is no whole backup"):
        contents_of(tmp_path / "x.tar")


@pytest.mark.parametrize("name", ["../out", "/tmp/out", "a/../../out", "secrets.toml"])
def test_a_file_that_would_land_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    listed = json.dumps(asdict(_contents({name: {"bytes": 1, "sha256": ""}}))).encode()
    with tarfile.open(tmp_path / "x.tar", "w") as tar:
        for entry, content in ((name, b"x"), (LIST, listed)):
            told = tarfile.TarInfo(entry)
            told.size = len(content)
            tar.addfile(told, io.BytesIO(content))

    with pytest.raises(NotABackup, match="does not list"):
        unpack(tmp_path / "x.tar", contents_of(tmp_path / "x.tar"), tmp_path / "new", Watcher())
    assert not (tmp_path / "out").exists()
