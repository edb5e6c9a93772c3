"""A backup and a restore, each one command: all is as it was, and nothing of an old backup is sent."""

import pytest

from tests.upkeep.conftest import MAIL_WAITS, RUN_DUE, House

pytestmark = pytest.mark.both_databases


def test_a_backup_comes_back_whole_and_sends_nothing(house: House, elsewhere: House) -> None:
    """Half a minute on two cores: programs of their own, as the data folder of a process never changes."""
    house.python(MAIL_WAITS)
    before = house.state()
    house("backup", house.home.parent / "one.tar")

    said = elsewhere("restore", house.home.parent / "one.tar", "--verify")

    assert "what must always be true is true" in said
    assert "Nothing is sent until you let it go with `isthmus jobs release` (1 job waits)." in said
    assert elsewhere.state() == before
    ran = elsewhere.python(RUN_DUE)
    assert (ran["mails"], ran["states"]["web.send_password_reset"]) == (0, "held")
