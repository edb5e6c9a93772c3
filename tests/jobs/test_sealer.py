"""The sealer: what came in is sealed soon, by itself; a signal ends it between two units."""

import signal
from datetime import date, timedelta

import pytest
from django.db import transaction

from isthmus import ledger
from isthmus.collect.receiving.salts import folder, salt_of
from isthmus.core.actors import SYSTEM
from isthmus.core.clock import now
from isthmus.jobs import sealer as sealing
from isthmus.jobs.sealer import Sealer, something_waits
from isthmus.ledger.facts import Fact
from isthmus.ledger.models import InboxFact, Unit
from isthmus.ledger.sealer_lock import LedgerBusy, sealer_lock
from tests.jobs.conftest import until


def record():
    with transaction.atomic():
        ledger.record(Fact(kind="lead.captured", at=now()), by=SYSTEM)


@pytest.mark.both_databases
@pytest.mark.django_db
def test_an_act_waits_for_company_a_few_seconds_and_no_longer(monkeypatch):
    assert not something_waits()
    record()
    assert not something_waits()

    monkeypatch.setattr(sealing, "ACTS_WAIT", timedelta(0))
    assert something_waits()
    monkeypatch.undo()
    monkeypatch.setattr(sealing, "MANY_ACTS", 1)
    assert not something_waits()
    record()
    assert something_waits()


@pytest.mark.django_db
def test_while_another_process_seals_the_sealer_waits(monkeypatch):
    monkeypatch.setattr(sealing, "something_waits", lambda: True)
    busy = []

    def seal(**_how):
        busy.append(1)
        raise LedgerBusy

    monkeypatch.setattr("isthmus.ledger.sealing.seal", seal)
    sealer = Sealer(sleep=lambda seconds: sealer.stop() if len(busy) > 2 else None)

    sealer.run()

    assert len(busy) > 2


@pytest.mark.core
def test_the_sealer_destroys_old_salts_although_no_visitor_comes(monkeypatch):
    monkeypatch.setattr(sealing, "something_waits", lambda: False)
    salt_of(date(2026, 3, 2))
    (old,) = folder().iterdir()

    Sealer()._turn()

    assert not old.exists()


@pytest.mark.both_databases
@pytest.mark.processes
def test_a_served_company_has_its_facts_sealed_without_being_asked(start):
    for _ in range(3):
        record()
    child = start("isthmus.jobs.sealer")

    until(lambda: not InboxFact.objects.exists(), within=90)
    child.send_signal(signal.SIGTERM)

    assert child.wait(timeout=30) == 0
    assert sum(Unit.objects.values_list("rows", flat=True)) == 3
    with sealer_lock():
        pass
