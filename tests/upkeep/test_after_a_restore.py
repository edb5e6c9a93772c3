"""An old backup that comes back sends nothing; what goes wrong on the way says what was changed."""

import json
import sqlite3
from contextlib import closing
from typing import Any

import pytest

from tests.upkeep.conftest import MAIL_WAITS, RUN_DUE, House

# Every line starts programs, for seconds each: one whole round is tested always (test_whole_round.py).
pytestmark = [pytest.mark.both_databases, pytest.mark.prove]

EMAILS = """
from isthmus.people.models import Person
print(json.dumps(sorted(Person.objects.values_list("email", flat=True))))
"""

RECEIVED = """
from isthmus.collect.models import Source
from isthmus.core.clock import now, to_us
from isthmus.ledger.segments import writer
from isthmus.ledger.segments.frames import Batch
source = Source.objects.create(name="Site", kind="site", write_key="key", made_at=now())
for mail in ("pat@example.com", "bo@example.com"):
    body = b'{"anonymousId": "x-%s", "traits": {"email": "%s"}}' % (mail[:2].encode(), mail.encode())
    writer.append(Batch(source.pk, to_us(now()), "identify", "", "", "", body, 1))
"""
SEAL = """
from isthmus.ledger.sealing import seal
seal()
"""


def _backup(house: House) -> Any:
    target = house.home.parent / "one.tar"
    house("backup", target)
    return target


def test_what_waits_is_named_and_dropped_when_it_is_let_go(house: House, elsewhere: House) -> None:
    house.python(MAIL_WAITS)
    elsewhere("restore", _backup(house))

    found = json.loads(elsewhere.run("doctor", "--format", "json").stdout)
    (hold,) = (one["wrong"] for one in found if one["check"] == "Outgoing")

    assert "isthmus jobs release" in hold[0]
    assert elsewhere("jobs", "release") == "0 jobs go out; 1 older ones were dropped.\n"
    assert elsewhere.python(RUN_DUE)["mails"] == 0


def test_the_company_that_was_backed_up_goes_on_sending(house: House) -> None:
    house.python(MAIL_WAITS)
    _backup(house)

    assert house.python(RUN_DUE)["mails"] == 1


def test_a_failure_after_the_database_was_loaded_says_that_it_was(house: House, elsewhere: House) -> None:
    house.python("from isthmus.leads.models import Lead; Lead.objects.update(state='qualified')")
    backup = _backup(house)

    refused = elsewhere.run("restore", backup, "--verify")

    assert (refused.returncode, "Traceback" in refused.stderr) == (1, False)
    assert "not restored" in refused.stderr
    assert not (elsewhere.home / "ledger").exists()
    if house.url:
        assert "holds what was in the backup: empty it before you try again." in refused.stderr
        assert "is not empty" in elsewhere.run("restore", backup).stderr
    else:
        assert "Nothing was changed." in refused.stderr
        elsewhere("restore", backup)


def test_a_backup_of_the_other_database_is_refused_before_anything_is_done(
    house: House, elsewhere: House
) -> None:
    backup = _backup(house)
    other = "" if house.url else "postgresql://nobody@127.0.0.1:1/nothing"

    refused = elsewhere.run("restore", backup, DATABASE_URL=other)

    assert "DATABASE_URL" in refused.stderr
    assert not (elsewhere.home / ".restoring").exists()


def test_nothing_takes_the_place_of_a_company_at_work(house: House) -> None:
    if house.url:
        pytest.skip("On PostgreSQL a restore needs an empty database.")
    backup = _backup(house)

    with closing(sqlite3.connect(house.home / "isthmus.sqlite3")) as opened:
        opened.execute("SELECT count(*) FROM people_person").fetchone()
        refused = house.run("restore", backup, "--replace")

    assert "Isthmus is at work in" in refused.stderr
    house("restore", backup, "--replace")


@pytest.mark.parametrize("way", ["--erasures", "--replace"])
def test_whoever_was_erased_since_is_erased_again(house: House, elsewhere: House, way: str) -> None:
    house.python(RECEIVED)
    backup = _backup(house)
    house("person", "erase", "pat@example.com", "--reason", "request", "--yes")
    if way == "--erasures":
        said = elsewhere("restore", backup, "--verify", way, house.home / "erasures.jsonl")
    elif house.url:
        pytest.skip("On PostgreSQL a restore needs an empty database.")
    else:
        elsewhere = house
        said = house("restore", backup, "--verify", way)

    assert "1 person who was erased since the backup was erased again." in said
    elsewhere.python(SEAL)
    assert elsewhere.python(EMAILS) == ["", "bo@example.com"]
    assert elsewhere.python("print(json.dumps(open(os.environ['ISTHMUS_HOME'] + '/erasures.jsonl').read()))")
    for path in elsewhere.home.rglob("*"):
        assert not path.is_file() or b"pat@example" not in path.read_bytes().lower(), path


def test_a_log_of_erasures_that_cannot_be_read_is_refused(house: House, elsewhere: House) -> None:
    log = house.home.parent / "later.jsonl"
    log.write_text("not a log")

    refused = elsewhere.run("restore", _backup(house), "--erasures", log)

    assert (refused.returncode, "is no log of erasures" in refused.stderr) == (1, True), refused.stderr
    assert "Traceback" not in refused.stderr
