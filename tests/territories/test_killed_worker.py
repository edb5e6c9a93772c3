"""Killed in the middle of giving customers to others: it goes on, nothing twice, nothing lost."""

import signal

import pytest

from isthmus.bulk.models import BulkEdit, BulkState
from isthmus.core import commands
from isthmus.core.actors import SYSTEM
from isthmus.core.queue import run_due
from isthmus.ledger.models import InboxFact
from isthmus.people.commands import add_accounts
from isthmus.people.models import Account
from isthmus.territories.commands import plan_reassignment
from isthmus.workspace.actors import actor_for
from isthmus.workspace.models import Company, Notification, User
from tests.cast import MONDAY_NOON
from tests.jobs.conftest import Start, start, until

__all__ = ["start"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases, pytest.mark.processes]
MANY, LEASE = 450, 2.0


def test_it_goes_on_where_the_killed_worker_was(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    Company.objects.create(name="Harbour Lane", time_zone="Europe/Berlin")
    ines, rita, bea = (
        User.objects.create_user(f"{name}@example.com", name=name, role=role, joined_at=MONDAY_NOON)
        for name, role in (("Ines", "admin"), ("Rita", "seller"), ("Bea", "seller"))
    )
    rows = [{"name": f"Firm {number}", "owner_id": rita.pk, "at": MONDAY_NOON} for number in range(MANY)]
    add_accounts(rows=rows, by=SYSTEM)
    act = {"by": actor_for(ines), "at": MONDAY_NOON}
    row = plan_reassignment(what="seller", seller_id=rita.pk, to="one", to_ids=[bea.pk], **act)
    run_due()
    commands.run("start_bulk_edit", {"edit_id": row.pk}, **act)

    monkeypatch.setenv("ISTHMUS_CRASH_AT", "bulk.changing.before_commit:2")
    victim = start("prove.rule_worker", LEASE)
    assert victim.wait(60) == -signal.SIGKILL
    assert Account.objects.filter(owner=bea).count() == 200
    monkeypatch.delenv("ISTHMUS_CRASH_AT")
    start("prove.rule_worker", LEASE)
    until(lambda: BulkEdit.objects.get().state == BulkState.CHANGED)

    assert Account.objects.filter(owner=bea).count() == MANY
    facts = InboxFact.objects.filter(kind="account.reassigned").values_list("account_id", flat=True)
    assert len(facts) == len(set(facts)) == MANY
    assert [one.text for one in Notification.objects.all()] == ["Yours now: 450 accounts"]
