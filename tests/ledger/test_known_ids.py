"""Lists of ids: what came before is found without reading sealed files, and found anyway without a list."""

import random
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.conf import settings
from hypothesis import HealthCheck, given
from hypothesis import settings as drawing
from hypothesis import strategies as st

from isthmus.core.clock import now
from isthmus.ledger import collected, duplicates
from isthmus.ledger.by_subject.copy import NotWhole
from isthmus.ledger.ids import finding, lists
from isthmus.ledger.ids.keeping import KEPT_FOR, make_missing_lists, remove_lists
from isthmus.ledger.ids.lists import Ids, halves_of, list_ids, place_of
from isthmus.ledger.manifest import current_files
from isthmus.ledger.models import Unit
from isthmus.ledger.sealing import seal
from isthmus.ledger.segments import writer
from tests.ledger.translating import batch, numbers

pytestmark = pytest.mark.django_db(transaction=True)

# Few different halves: many ids share their last eight bytes, and some their first.
HALVES = st.integers(0, 2).map(lambda number: number.to_bytes(8, "big"))
IDS = st.tuples(HALVES, HALVES | st.binary(min_size=8, max_size=8)).map(b"".join)


@pytest.fixture(autouse=True)
def translator_of_numbers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(collected, "_translator", "tests.ledger.translating")
    finding._known.clear()
    yield
    writer.end()


def receive(*events: int) -> None:
    for number in events:
        writer.append(batch(number))
    writer.end()
    seal()


def the_list(ledger_folder: Path) -> Path:
    (found,) = (ledger_folder / "ids").glob("*/*.ids")
    return found


@drawing(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(held=st.lists(IDS, min_size=1, max_size=30, unique=True), others=st.lists(IDS, max_size=30))
def test_a_list_holds_the_ids_of_its_file_and_no_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held: list[bytes], others: list[bytes]
) -> None:
    monkeypatch.setattr(lists, "_RUN", 7)
    path, sha256 = "facts/2026-03/one.parquet", "ab" * 32
    pq.write_table(
        pa.table({"id": pa.array(held, pa.binary(16))}), tmp_path / "one.parquet", row_group_size=5
    )
    list_ids(path, tmp_path / "one.parquet", sha256=sha256)
    asked = [*held, *others]

    first, last = halves_of(pa.array(asked, pa.binary(16)))
    order = np.argsort(last)
    holds = Ids(place_of(path), sha256=sha256).hold(first[order], last[order])

    assert [asked[place] for place in order[holds]] == [
        asked[place] for place in order if asked[place] in held
    ]


@pytest.mark.both_databases
def test_what_came_before_is_dropped_without_reading_sealed_files(
    ledger_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive(1, 2)
    monkeypatch.delattr(duplicates, "_read")

    receive(2, 3)

    assert numbers() == [1, 2, 3]
    assert list(Unit.objects.order_by("pk").values_list("rows", "duplicates")) == [(2, 0), (1, 1)]


def test_without_a_whole_list_the_sealed_file_is_read_and_the_list_is_made_anew(ledger_folder: Path) -> None:
    receive(*range(1, 9))
    path = the_list(ledger_folder)
    whole, dice = path.read_bytes(), random.Random(5)
    for _ in range(6):
        place, end = dice.randrange(len(whole)), dice.randrange(len(whole))
        spoiled = dice.choice(
            [
                whole[:place] + bytes([whole[place] ^ (1 << dice.randrange(8))]) + whole[place + 1 :],
                whole[:end],
                whole + dice.randbytes(dice.randrange(1, 100)),
                b"",
            ]
        )
        path.write_bytes(spoiled)
        finding._known.clear()

        receive(3)

        assert numbers() == list(range(1, 9))
        assert make_missing_lists(at=now(), thoroughly=True) == 1
        assert path.read_bytes() == whole


def test_the_list_of_another_file_is_not_taken_for_this_ones(ledger_folder: Path) -> None:
    receive(1)
    receive(2)
    first, second = (place_of(file.path) for file in current_files())
    shutil.copy(first, second)
    finding._known.clear()

    receive(1, 2)

    assert numbers() == [1, 2]
    with pytest.raises(NotWhole):
        Ids(second, sha256=current_files()[-1].sha256)
    assert make_missing_lists(at=now()) == 1


def test_lists_of_files_that_are_gone_or_old_leave(ledger_folder: Path) -> None:
    receive(1)
    path = the_list(ledger_folder)
    stray = path.with_name("gone.ids")
    shutil.copy(path, stray)

    assert remove_lists(at=now()) == 0  # Their files may be about to be named in the manifest.
    assert remove_lists(at=now() + timedelta(hours=1)) == 1
    assert path.exists()
    assert not stray.exists()
    assert remove_lists(at=now() + KEPT_FOR + timedelta(hours=1)) == 1
    assert make_missing_lists(at=now() + KEPT_FOR + timedelta(hours=1)) == 0
    receive(1, 2)
    assert numbers() == [1, 2]
    assert Path(settings.LEDGER_DIR) == ledger_folder
