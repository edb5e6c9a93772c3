"""A backup comes back whole and true, whatever went on while it was made; damage is named."""

import io
import json
import os
import signal
import subprocess
import tarfile
import time
from pathlib import Path

import pytest

from tests.imports.homes import command, surroundings
from tests.upkeep.conftest import House

# Every line starts programs, for seconds each: one whole round is tested always (test_whole_round.py).
pytestmark = [pytest.mark.both_databases, pytest.mark.prove]


def _backup(house: House, name: str = "one.tar") -> Path:
    target = house.home.parent / name
    house("backup", target)
    return target


def test_a_backup_in_another_folder_goes_on_from_there(house: House, elsewhere: House) -> None:
    elsewhere("restore", _backup(house))

    elsewhere("do", "capture_lead", "--email", "new@example.com")
    elsewhere("ledger", "seal")
    elsewhere("ledger", "verify")


def test_the_same_company_comes_back_into_its_folder_when_that_may_go(house: House) -> None:
    if house.url:
        pytest.skip("On PostgreSQL a restore needs an empty database.")
    backup = _backup(house)
    before = house.state()
    house("do", "capture_lead", "--email", "later@example.com")
    there = house.home.stat().st_ino

    refused = house.run("restore", backup)
    house("restore", backup, "--replace", "--verify")

    assert (refused.returncode, "is not empty" in refused.stderr) == (1, True)
    assert house.state() == before
    # The folder itself stays: it may be a mount point, which cannot be renamed.
    assert house.home.stat().st_ino == there
    assert [path.name for path in house.home.glob(".*restor*")] == []


def test_other_files_of_the_data_folder_come_back_and_passing_ones_do_not(
    house: House, elsewhere: House
) -> None:
    for name in ("files/a/b.pdf", "imports/7/bad-rows.csv", "imports/7/one.parquet",
                 "imports/rehearsals/x/y", "cache/metrics/z.sql", "files/c.draft"):  # fmt: skip
        path = house.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)

    elsewhere("restore", _backup(house))

    come = {str(path.relative_to(elsewhere.home)) for path in elsewhere.home.rglob("*") if path.is_file()}
    assert {"files/a/b.pdf", "imports/7/bad-rows.csv"} <= come
    assert not come & {"imports/7/one.parquet", "imports/rehearsals/x/y", "files/c.draft"}


def test_keys_are_apart_and_the_backup_says_which_it_needs(house: House, elsewhere: House) -> None:
    backup = _backup(house)
    keys = Path(f"{backup}.keys")

    assert keys.read_text() == (house.home / "secrets.toml").read_text()
    assert keys.stat().st_mode & 0o077 == backup.stat().st_mode & 0o077 == 0
    content = backup.read_bytes()
    assert [secret for secret in keys.read_text().split('"')[1::2] if secret.encode() in content] == []


def test_others_keys_damage_and_halves_are_refused_by_name_and_change_nothing(
    house: House, elsewhere: House
) -> None:
    backup = _backup(house)
    keys = ("--keys", f"{backup}.keys")
    folder, whole = backup.parent, backup.read_bytes()
    damaged, half, wrong = folder / "damaged.tar", folder / "half.tar", folder / "wrong.keys"
    place = whole.index(b"PAR1") + 40
    damaged.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
    half.write_bytes(whole[: len(whole) // 2])
    wrong.write_text('signing = "x"\nkeyring = ["00"]\nhashing = "00"\n')

    for arguments, sentence in (
        ((damaged, *keys), "ledger/facts/"),
        ((half, *keys), "is no whole backup"),
        ((backup, "--keys", wrong), "the keys of another backup"),
        ((backup, "--keys", folder / "none"), "The keys are not at"),
        ((folder / "none.tar", *keys), "There is no file"),
    ):
        refused = elsewhere.run("restore", *arguments)
        assert (refused.returncode, sentence in refused.stderr) == (1, True), refused.stderr
        assert "Traceback" not in refused.stderr
        assert not (elsewhere.home / "ledger").exists()
    elsewhere("restore", backup)  # Nothing stands in its way.


def test_a_newer_backup_is_refused(house: House, elsewhere: House) -> None:
    backup = _backup(house)
    newer = backup.with_name("newer.tar")
    with tarfile.open(backup) as old, tarfile.open(newer, "w") as new:
        for entry in old:
            content = old.extractfile(entry).read()  # type: ignore[union-attr]
            if entry.name == "backup.json":
                listed = json.loads(content)
                listed["migrations"].append(["people", "9999_from_the_future"])
                content = json.dumps(listed).encode()
                entry.size = len(content)
            new.addfile(entry, io.BytesIO(content))

    refused = elsewhere.run("restore", newer, "--keys", f"{backup}.keys")

    assert "of a newer program" in refused.stderr


def test_a_backup_in_the_data_folder_or_over_another_is_refused(house: House) -> None:
    backup = _backup(house)

    assert "nothing was overwritten" in house.run("backup", backup).stderr
    assert "lies in the data folder" in house.run("backup", house.home / "b.tar").stderr


def test_a_damaged_sealed_file_is_not_backed_up(house: House) -> None:
    (path,) = house.home.glob("ledger/facts/*/*.parquet")
    path.write_bytes(path.read_bytes()[:-1] + b"x")

    refused = house.run("backup", house.home.parent / "one.tar")

    assert "is not what was sealed" in refused.stderr
    assert list(house.home.parent.glob("*one.tar*")) == []


def test_a_backup_while_facts_are_imported_and_sealed_comes_back_as_one_state(
    house: House, elsewhere: House
) -> None:
    folder = house.home.parent
    recipe = folder / "leads.toml"
    recipe.write_text(
        '[recipe]\nname = "Leads"\nnamespace = "made"\n\n[source]\ntime_zone = "UTC"\ncurrency = "EUR"\n\n'
        '[[rows]]\nwhat = "lead"\nkey = "id"\n\n[rows.fields]\ncaptured_at = "at"\nemail = "email"\n'
    )
    rows = "".join(f"L{n},2026-01-0{n % 9 + 1}T10:00:00Z,p{n}@example.com\n" for n in range(20_000))
    (folder / "leads.csv").write_text("id,at,email\n" + rows)
    importing = subprocess.Popen(
        command("import", recipe, folder / "leads.csv"),
        env=surroundings(house.home, DATABASE_URL=house.url),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    backups = []
    while importing.poll() is None:
        house.run("ledger", "seal")
        backups.append(_backup(house, f"{len(backups)}.tar"))

    facts = [json.loads(_listed(backup))["facts"] for backup in backups]
    during = next((n for n, count in enumerate(facts) if facts[0] < count < facts[-1]), len(facts) // 2)
    elsewhere("restore", backups[during], "--verify")

    assert importing.returncode == 0
    status = json.loads(elsewhere("ledger", "status", "--format", "json"))
    assert status["sealed_facts"] + status["inbox_facts"] == facts[during]


def _listed(backup: Path) -> bytes:
    with tarfile.open(backup) as tar:
        return tar.extractfile("backup.json").read()  # type: ignore[union-attr]


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_backup_leaves_nothing(house: House, ending: signal.Signals) -> None:
    target = house.home.parent / "one.tar"
    large = house.home / "files" / "large"
    large.parent.mkdir()
    with large.open("wb") as file:
        file.truncate(1 << 31)
    process = subprocess.Popen(
        command("backup", target),
        env=surroundings(house.home, DATABASE_URL=house.url),
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    while process.poll() is None and not target.with_name(".one.tar.part").exists():
        time.sleep(0.01)

    os.kill(process.pid, ending)
    _out, said = process.communicate(timeout=60)

    assert (process.returncode, said.strip()) == (130, "Stopped.")
    assert list(target.parent.glob("*one.tar*")) == []
    assert list((house.home / "backup-part").iterdir()) == []
