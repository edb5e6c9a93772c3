"""A backup and a restore, each one command: all is as it was, and nothing of an old backup is sent."""

import pytest

from tests.upkeep.conftest import MAIL_WAITS, RUN_DUE, House

RECEIVED = """
from isthmus.collect.models import Source
from isthmus.core.clock import now, to_us
from isthmus.ledger.segments import writer
from isthmus.ledger.segments.frames import Batch
source = Source.objects.create(name="Site", kind="site", write_key="key", made_at=now())
for body in (b'{"event": "One", "anonymousId": "anna"}', b'{"event": "Two", "anonymousId": "anna"}'):
    writer.append(Batch(source.pk, to_us(now()), "track", "", "", "", body, 1))
"""
SEAL = """
from isthmus.ledger.reading import snapshot
from isthmus.ledger.sealing import seal
seal()
with snapshot() as facts:
    print(json.dumps(facts.execute("SELECT event FROM facts WHERE event <> '' ORDER BY 1").fetchall()))
"""

pytestmark = pytest.mark.both_databases


def test_a_backup_comes_back_whole_and_sends_nothing(house: House, elsewhere: House) -> None:
    """Half a minute on two cores: programs of their own, as the data folder of a process never changes."""
    house.python(MAIL_WAITS + RECEIVED)
    before = house.state()
    house("backup", house.home.parent / "one.tar")

    said = elsewhere("restore", house.home.parent / "one.tar", "--verify")

    assert "what must always be true is true" in said
    assert "Nothing is sent until you let it go with `isthmus jobs release` (1 job waits)." in said
    assert elsewhere.state() == before
    ran = elsewhere.python(RUN_DUE)
    assert (ran["mails"], ran["states"]["web.send_password_reset"]) == (0, "held")
    assert elsewhere.python(SEAL) == [["One"], ["Two"]]  # Acknowledged, and not sealed before the backup.
