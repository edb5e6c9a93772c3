"""Mailboxes of the cast, and post offices that they hand their mail to."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from isthmus.core.actors import SYSTEM
from isthmus.core.clock import now
from isthmus.core.outbound import mail_servers
from isthmus.core.queue.running import run_due
from isthmus.leads.commands import capture_lead
from isthmus.messages.commands import add_mailbox, send_mail
from isthmus.messages.models import Mailbox, Message
from isthmus.people.models import Person
from isthmus.workspace.actors import actor_for
from isthmus.workspace.models import User
from prove.post_office import PostOffice, post_office

Send = Callable[..., Message]


@pytest.fixture(autouse=True)
def this_machine_may_be_called(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Servers of tests stand here, and nobody waits long for them."""
    settings.OUTBOUND_TO_THIS_MACHINE = True
    monkeypatch.setattr(mail_servers, "READ_SECONDS", 5.0)


@pytest.fixture
def office() -> Iterator[PostOffice]:
    """A server that takes all mail until a test says otherwise."""
    with post_office() as there:
        yield there


@pytest.fixture
def mailbox(rita: User, office: PostOffice) -> Mailbox:
    """Rita's, from which mail goes at once."""
    return mailbox_of(rita, office.port)


def mailbox_of(user: User, port: int, **more: Any) -> Mailbox:
    given: dict[str, Any] = {
        "address": user.email,
        "name": user.name,
        "smtp_host": "127.0.0.1",
        "smtp_port": port,
        "smtp_security": "none",
        "undo_seconds": 0,
        "by": actor_for(user),
        "at": now(),
    }
    made: Mailbox = add_mailbox(**{**given, **more})
    return made


@pytest.fixture
def pat(rita: User) -> Person:
    """Pat the prospect, whom Rita looks after."""
    lead = capture_lead(
        email="pat@prospect.example",
        full_name="Pat Prospect",
        company="Prospect Ltd",
        company_domain="prospect.example",
        owner_id=rita.pk,
        team_id=rita.team_id,
        by=SYSTEM,
        at=now() - timedelta(hours=2),
    )
    person: Person = lead.person
    return person


@pytest.fixture
def send(mailbox: Mailbox, rita: User, pat: Person) -> Send:
    """Has Rita write a mail to Pat."""

    def write(**given: Any) -> Message:
        arguments = {
            "mailbox_id": mailbox.pk,
            "person_id": pat.pk,
            "subject": "Our offer",
            "text": "Dear Pat,\n\n.here it is.",
            "by": actor_for(rita),
            "at": now(),
        }
        made: Message = send_mail(**{**arguments, **given})
        return made

    return write


def run_until_idle(*, days: int = 0, hours: int = 0, at: datetime | None = None) -> None:
    """Run what is due, now or after some time."""
    run_due(at=at or now() + timedelta(seconds=2, days=days, hours=hours))
