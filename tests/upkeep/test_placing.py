"""What was restored takes the place of the folder's contents, or everything is as it was."""

import errno
import os
from pathlib import Path

import pytest

from isthmus.upkeep.placing import DRAFT, is_taken, put_in_place

OLD = dict.fromkeys(["isthmus.sqlite3", "isthmus.sqlite3-wal", "ledger/facts/m/a.parquet", "only"], "old")
NEW = dict.fromkeys(["isthmus.sqlite3", "ledger/facts/m/a.parquet", "ledger/facts/m/b.parquet"], "new")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    for name, content in [*OLD.items(), *((f"{DRAFT}/{name}", content) for name, content in NEW.items())]:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return folder


def _files(home: Path) -> dict[str, str]:
    paths = [path for path in home.rglob("*") if path.is_file()]
    named = {str(path.relative_to(home)): path.read_text() for path in paths}
    return {name: content for name, content in named.items() if not name.startswith(DRAFT)}


def _cannot_be_renamed(monkeypatch: pytest.MonkeyPatch, *places: Path, error: int) -> None:
    rename = os.rename

    def instead(source: Path, target: Path) -> None:
        if Path(source) in places or Path(target) in places:
            raise OSError(error, os.strerror(error), str(source))
        rename(source, target)

    monkeypatch.setattr(os, "rename", instead)


def test_the_old_goes_and_the_new_comes(home: Path) -> None:
    put_in_place(home / DRAFT, home)

    assert _files(home) == NEW


def test_mount_points_stay_and_their_contents_change(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _cannot_be_renamed(monkeypatch, home, home / "ledger", error=errno.EBUSY)
    there = (home / "ledger").stat().st_ino

    put_in_place(home / DRAFT, home)

    assert _files(home) == NEW
    assert (home / "ledger").stat().st_ino == there


def test_a_folder_on_another_disk_is_copied(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rename = os.rename

    def instead(source: Path, target: Path) -> None:
        inside = home / "ledger"
        if inside in Path(source).parents or inside in Path(target).parents:
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV), str(source))
        if inside in (Path(source), Path(target)):
            raise OSError(errno.EBUSY, os.strerror(errno.EBUSY), str(source))
        rename(source, target)

    monkeypatch.setattr(os, "rename", instead)

    put_in_place(home / DRAFT, home)

    assert _files(home) == NEW


def test_when_something_cannot_be_moved_everything_is_as_it_was(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _cannot_be_renamed(monkeypatch, home / DRAFT / "isthmus.sqlite3", error=errno.EACCES)

    with pytest.raises(PermissionError):
        put_in_place(home / DRAFT, home)

    assert _files(home) == OLD


@pytest.mark.parametrize("name", ["isthmus.sqlite3", "ledger/facts/m/a.parquet", "letters/one"])
def test_a_folder_with_anything_that_somebody_could_miss_is_taken(tmp_path: Path, name: str) -> None:
    for started in ("secrets.toml", "static/x", "cache/x", "lost+found/x", ".restoring/x"):
        (tmp_path / started).parent.mkdir(exist_ok=True)
        (tmp_path / started).write_text("x")
    assert not is_taken(tmp_path)

    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text("x")
    assert is_taken(tmp_path)
