"""A damaged file is named by verify and refused by readers: every damage, every time."""

import os
import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from isthmus.cli.ledger import ledger as ledger_command
from isthmus.core.clock import now
from isthmus.ledger import state
from isthmus.ledger.file_merging import merge_files
from isthmus.ledger.manifest import DamagedLedger
from isthmus.ledger.models import SealedFile
from isthmus.ledger.sealing import seal
from isthmus.ledger.timeline import facts_for_subjects
from isthmus.ledger.verifying import verify
from tests.ledger.writing import amounts, paid, write

pytestmark = pytest.mark.django_db
DAMAGES = 200


@pytest.fixture
def files(ledger_folder: Path) -> list[Path]:
    """Six sealed files of some hundred facts each."""
    write(
        *(paid(number, on=number % 180, subject=number % 9, props={"n": number}) for number in range(1_500))
    )
    seal()
    return sorted(ledger_folder.glob("facts/*/*.parquet"))


def _damaged(path: Path, whole: bytes, dice: random.Random) -> bytes:
    """The bytes of a file after something happened to it; never what they were."""
    kind = dice.choice(["flip", "flip", "flip", "zeroes", "cut", "grow", "empty", "swap"])
    place = dice.randrange(len(whole))
    if kind == "flip":
        return whole[:place] + bytes([whole[place] ^ (1 << dice.randrange(8))]) + whole[place + 1 :]
    if kind == "zeroes":
        length = dice.randrange(1, 4096)
        made = whole[:place] + b"\0" * len(whole[place : place + length]) + whole[place + length :]
        return made if made != whole else whole[:-1]
    if kind == "cut":
        return whole[:place]
    if kind == "grow":
        return whole + dice.randbytes(dice.randrange(1, 100))
    return b"" if kind == "empty" else whole[::-1]


@pytest.mark.parametrize("seed", [20261124])
def test_two_hundred_random_damages_are_all_named_and_refused(
    files: list[Path], ledger_folder: Path, seed: int
) -> None:
    dice = random.Random(seed)
    expected = amounts()
    named = refused = 0
    for _ in range(DAMAGES):
        path = dice.choice(files)
        whole = path.read_bytes()
        path.write_bytes(_damaged(path, whole, dice))
        damages = verify(at=now()).damages
        named += [damage.path for damage in damages] == [str(path.relative_to(ledger_folder))]
        try:
            amounts()
        except DamagedLedger as refusal:
            refused += refusal.paths == (str(path.relative_to(ledger_folder)),)
        path.write_bytes(whole)

    assert (named, refused) == (DAMAGES, DAMAGES)
    assert amounts() == expected
    assert not verify(at=now()).damages


def _swap_one_bit(path: Path) -> None:
    """One bit, with the times put back as they were: only ctime tells."""
    before = path.stat()
    whole = bytearray(path.read_bytes())
    whole[len(whole) // 3] ^= 1
    path.write_bytes(whole)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


HARMS = [
    pytest.param(lambda path: path.unlink(), "the file is missing", id="gone"),
    pytest.param(lambda path: path.write_bytes(b""), "0 bytes instead of", id="emptied"),
    pytest.param(_swap_one_bit, "changed since it was sealed", id="one bit"),
]


@pytest.mark.parametrize(("harm", "words"), HARMS)
def test_the_refusal_names_the_file_and_what_to_do(
    harm: Callable[[Path], object], words: str, files: list[Path]
) -> None:
    amounts()
    harm(files[2])

    for read in (amounts, lambda: facts_for_subjects([1])):
        with pytest.raises(DamagedLedger) as refusal:
            read()
        assert files[2].name in str(refusal.value)
        assert words in str(refusal.value)
        assert "Put the file back from a backup" in str(refusal.value)


def test_a_damaged_file_is_not_merged_into_a_whole_one(files: list[Path]) -> None:
    write(*(paid(number, on=number % 180) for number in range(180)))
    seal()
    _swap_one_bit(files[0])

    with pytest.raises(DamagedLedger):
        merge_files(thoroughly=True)


def test_a_file_that_was_only_touched_is_read_after_a_look_at_its_bytes(files: list[Path]) -> None:
    before = amounts()
    os.utime(files[0])
    os.chmod(files[1], 0o640)
    copy = files[2].read_bytes()
    files[2].unlink()
    files[2].write_bytes(copy)

    state.forget()

    assert amounts() == before


def test_a_lost_manifest_row_is_noticed(files: list[Path]) -> None:
    SealedFile.objects.order_by("pk")[0].delete()

    (damage,) = verify(at=now()).damages
    assert damage.path == "manifest"
    assert "1500" in damage.problem


def test_the_command_line_names_damaged_files_and_exits_with_one(files: list[Path]) -> None:
    run = CliRunner().invoke
    assert "All 6 files" in run(ledger_command, ["verify"]).output
    _swap_one_bit(files[4])

    result = run(ledger_command, ["verify"])

    assert result.exit_code == 1
    assert files[4].name in result.output
    assert "changed since it was sealed" in result.output


def test_the_command_line_tells_the_state_and_seals(ledger_folder: Path) -> None:
    run = CliRunner().invoke
    assert "Nothing was waiting" in run(ledger_command, ["seal"]).output
    write(*(paid(number) for number in range(1_200)))
    assert "Facts waiting in the inbox  1,200" in run(ledger_command, ["status"]).output

    assert "Sealed 1,200 facts into 1 files" in run(ledger_command, ["seal"]).output

    told = run(ledger_command, ["status", "--format", "json"]).output
    assert '"sealed_facts":1200' in told
    assert '"inbox_facts":0' in told
    assert verify(at=now() + timedelta(days=1)).files == 1
