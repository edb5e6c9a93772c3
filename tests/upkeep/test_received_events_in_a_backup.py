"""What was received and is not sealed yet is in a backup, also what comes in while it is made."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from isthmus.core.clock import now, to_us
from isthmus.core.secrets import load_secrets
from isthmus.ledger import state
from isthmus.ledger.segments import writer
from isthmus.ledger.segments.files import closed_segments, unsealed_segments
from isthmus.ledger.segments.frames import Batch, read_frames
from isthmus.upkeep.archive import contents_of, unpack
from isthmus.upkeep.backup import make_backup
from isthmus.upkeep.placing import is_taken
from isthmus.upkeep.watching import Watcher
from isthmus.workspace.models import Company

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]

_number = itertools.count(1)


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path, company: Company) -> Iterator[Path]:
    """A data folder in which this test alone writes."""
    settings.ISTHMUS_HOME = tmp_path / "home"
    settings.LEDGER_DIR = tmp_path / "home" / "ledger"
    settings.LEDGER_DIR.mkdir(parents=True)
    load_secrets(settings.ISTHMUS_HOME)
    state.forget()
    yield settings.ISTHMUS_HOME
    writer.end()


def _acknowledge() -> int:
    number = next(_number)
    writer.append(Batch(number, to_us(now()), "track", "", "", "", b"{}" * 1000, 1))
    return number


class _Busy(Watcher):
    """Somebody sends all the time: before each step, and a segment is closed in the middle of one."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[list[int]] = []

    def step(self, label: str, total: int = 0) -> None:
        self.sent.append([_acknowledge() for _one in range(20)])
        if len(self.sent) == 1:
            writer.end()
        super().step(label, total)


def _in_backup(folder: Path, watcher: Watcher) -> list[int]:
    made = make_backup(folder / "one.tar", folder / "one.keys", at=now(), watcher=watcher)
    unpack(made.path, contents_of(made.path), folder / "unpacked", Watcher())
    files = sorted((folder / "unpacked" / "ledger" / "segments").iterdir())
    assert {path.suffix for path in files} == {".log"}  # Ready to be sealed wherever they come to.
    return [batch.source for path in files for batch in read_frames(path)]


def test_closed_segments_and_the_one_being_written_are_in_it(tmp_path: Path) -> None:
    before = [_acknowledge(), _acknowledge()]
    writer.end()
    before.append(_acknowledge())
    assert {path.suffix for path in unsealed_segments()} == {".open", ".log"}

    assert _in_backup(tmp_path, Watcher()) == before
    assert len(closed_segments()) == 1  # The writer goes on where it was.


def test_what_was_acknowledged_before_the_database_was_copied_is_in_it_whatever_goes_on(
    tmp_path: Path,
) -> None:
    watcher = _Busy()
    before = [_acknowledge() for _one in range(20)]

    found = _in_backup(tmp_path, watcher)

    assert len(watcher.sent) >= 2
    assert set(before) | set(watcher.sent[0]) <= set(found)
    assert len(found) == len(set(found))


def test_a_folder_that_holds_received_events_alone_is_not_empty(home: Path) -> None:
    (home / "secrets.toml").unlink(missing_ok=True)
    assert not is_taken(home)

    _acknowledge()

    assert is_taken(home)
