"""A process that is killed while it sends a mail: at each point the next one knows what may have happened."""

import signal
import subprocess
import sys

import pytest

from isthmus.messages import invariants
from isthmus.messages.sending.delivering import deliver
from prove.post_office import PostOffice
from tests.attaching import brought
from tests.jobs.conftest import child_environment
from tests.messages.conftest import Send

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases, pytest.mark.processes]


@pytest.mark.parametrize(
    ("point", "state", "taken"),
    [("mail.claimed", "sent", 1), ("mail.decided", "unknown", 0), ("mail.answered", "unknown", 1)],
)
def test_a_killed_try_is_sent_by_the_next_or_listed_and_never_sent_twice(
    send: Send, office: PostOffice, point: str, state: str, taken: int
) -> None:
    message = send(files=[brought(name="Offer.pdf")])
    killed = subprocess.run(
        [sys.executable, "-m", "tests.messages.sender", str(message.pk)],
        env=child_environment()
        | {
            "DJANGO_SETTINGS_MODULE": "isthmus.settings",
            "ISTHMUS_CRASH_AT": point,
            "ISTHMUS_OUTBOUND_TO_THIS_MACHINE": "1",
        },
        timeout=120,
    )
    assert killed.returncode == -signal.SIGKILL, f"{point} is not visited"

    deliver(message.pk)
    deliver(message.pk)

    assert message.recipients.get().state == state
    assert len(office.taken) == taken
    assert [one.get_filename() for mail in office.taken for one in mail.iter_attachments()] == [
        "Offer.pdf"
    ] * taken
    assert invariants.check() == []
