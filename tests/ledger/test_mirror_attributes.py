"""Mirrored tables show the rows as they are now, with a snapshot, without one, and with an old one."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.db import transaction

from isthmus import ledger
from isthmus.core.clock import now
from isthmus.ledger import mirror
from isthmus.ledger.json_text import JsonText
from isthmus.ledger.mirror import EngineType, MirrorColumn, MirrorTable, mirror_columns
from isthmus.ledger.mirror_building import drop_mirror, rebuild, rebuild_stale
from isthmus.ledger.models import MirrorState, Unit
from isthmus.ledger.reading import snapshot
from isthmus.ledger.sweeping import sweep
from isthmus.people.models import Account
from tests.ledger.mirrored import UNITS
from tests.ledger.writing import MONDAY, paid, rows, write

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]
ALL = "SELECT id, kind, size FROM mirror_units ORDER BY id"


@pytest.fixture(autouse=True)
def only_units() -> Iterator[None]:
    """Mirror the units and nothing else."""
    with mock.patch.dict(mirror._tables, {UNITS.name: UNITS}, clear=True):
        yield


def _unit(number: int, kind: str = "merge", rows: int = 0) -> None:
    Unit.objects.update_or_create(number=number, defaults={"kind": kind, "rows": rows, "sealed_at": now()})


def _changed() -> None:
    """Acts record facts: by a new fact readers know that rows may have changed."""
    write(paid(1))


def test_a_table_is_read_from_sql_until_there_is_a_snapshot() -> None:
    _unit(1)
    _unit(2, "erase", 5)

    assert rows(ALL) == [(1, "merge", 0.0), (2, "erase", 5.0)]


def test_rows_changed_since_lie_over_the_snapshot() -> None:
    for number in range(1, 5):
        _unit(number)
    with mock.patch("isthmus.ledger.mirror_building.now", lambda: now() + timedelta(minutes=1)):
        state = rebuild(UNITS)
    assert (state.rows, state.version) == (4, 1)
    assert rows(ALL) == [(number, "merge", 0.0) for number in range(1, 5)]

    later = now() + timedelta(minutes=2)
    Unit.objects.filter(number=2).update(kind="erase", sealed_at=later)
    Unit.objects.create(number=9, kind="seal", rows=3, sealed_at=later)
    _changed()

    assert rows(ALL) == [
        (1, "merge", 0.0), (2, "erase", 0.0), (3, "merge", 0.0), (4, "merge", 0.0), (9, "seal", 3.0),
    ]  # fmt: skip


def test_values_have_the_same_types_from_the_snapshot_and_from_sql() -> None:
    _unit(7, "seal", 12)
    at = Unit.objects.get(number=7).sealed_at.replace(tzinfo=None)
    types, values = "SELECT typeof(COLUMNS(*)) FROM mirror_units", "SELECT * FROM mirror_units"
    fresh = rows(types), rows(values)
    with mock.patch("isthmus.ledger.mirror_building.now", lambda: now() + timedelta(minutes=1)):
        rebuild(UNITS)

    assert (rows(types), rows(values)) == fresh
    assert fresh[0] == [tuple(mirror_columns("mirror_units").values())]
    assert fresh[1] == [(7, "seal", 12.0, at, at.date())]


def test_dropping_the_mirror_changes_no_figure(ledger_folder: Path) -> None:
    for number in range(1, 40):
        _unit(number, rows=number)
    rebuild(UNITS)
    figure = "SELECT sum(size), count(DISTINCT sealed_on) FROM mirror_units"
    before = rows(figure)

    drop_mirror()
    assert rows(figure) == before
    state = rebuild(UNITS)
    (ledger_folder / state.path).unlink()
    assert rows(figure) == before


def test_a_snapshot_of_other_columns_is_not_used() -> None:
    _unit(1)
    rebuild(UNITS)
    wider = MirrorTable(
        UNITS.name, UNITS.rows, lambda: {**UNITS.columns(), "copies": MirrorColumn("duplicates", "BIGINT")},
        "sealed_at",
    )  # fmt: skip

    with mock.patch.dict(mirror._tables, {UNITS.name: wider}):
        assert rows("SELECT id, copies FROM mirror_units") == [(1, 0)]


def test_a_table_is_rebuilt_when_much_has_changed_or_a_day_has_passed(
    monkeypatch: pytest.MonkeyPatch, ledger_folder: Path
) -> None:
    monkeypatch.setattr("isthmus.ledger.mirror_building.MUCH_CHANGED", 5)
    for number in range(1, 5):
        _unit(number)
    assert rebuild_stale(at=now()) == []
    _unit(5)
    assert rebuild_stale(at=now()) == ["mirror_units"]
    MirrorState.objects.update(began_at=now() + timedelta(minutes=1))

    assert rebuild_stale(at=now()) == []
    assert rebuild_stale(at=now() + timedelta(days=2)) == ["mirror_units"]
    assert len(list(ledger_folder.glob("mirror/*"))) == 2
    sweep(at=now() + timedelta(hours=1))
    assert len(list(ledger_folder.glob("mirror/*"))) == 1


def test_a_reader_inside_an_act_sees_its_own_changes_and_nobody_else_does() -> None:
    _unit(1)
    assert rows(ALL) == [(1, "merge", 0.0)]

    with pytest.raises(RuntimeError), transaction.atomic():
        _unit(2)
        write(paid(1))
        assert len(rows(ALL)) == 2
        raise RuntimeError

    _changed()
    assert rows(ALL) == [(1, "merge", 0.0)]


def test_custom_fields_have_the_types_they_were_declared_with() -> None:
    values = {"seats": 12.5, "since": "2025-01-31", "vip": True, "tier": "gold", "note": None}
    for number, custom in enumerate([values, {}, {"vip": False, "tier": "0123"}]):
        Account.objects.create(
            subject=ledger.new_subjects(1, "account")[0],
            name=f"Account {number}",
            custom=custom,
            created_at=MONDAY,
            updated_at=now(),
        )
    types: dict[str, EngineType] = {
        "seats": "DOUBLE",
        "since": "DATE",
        "vip": "BOOLEAN",
        "tier": "VARCHAR",
        "note": "VARCHAR",
    }
    accounts = MirrorTable(
        "mirror_accounts",
        Account.objects.all,
        lambda: {
            "id": MirrorColumn("id", "BIGINT"),
            **{name: MirrorColumn(JsonText(name, "custom"), kind) for name, kind in types.items()},
        },
    )
    expected: list[tuple[Any, ...]] = [
        (12.5, date(2025, 1, 31), True, "gold", None),
        (None, None, None, None, None),
        (None, None, False, "0123", None),
    ]
    query = "SELECT seats, since, vip, tier, note FROM mirror_accounts ORDER BY id"

    with mock.patch.dict(mirror._tables, {accounts.name: accounts}):
        assert rows(query) == expected
        with mock.patch("isthmus.ledger.mirror_building.now", lambda: now() + timedelta(minutes=1)):
            rebuild(accounts)
        assert rows(query) == expected


def test_facts_and_mirror_are_asked_together() -> None:
    _unit(1)
    _unit(2, "erase")
    write(paid(5, campaign_id=1), paid(6, campaign_id=2), paid(7, campaign_id=2))

    with snapshot() as facts:
        found = facts.execute(
            "SELECT kind_of_unit, sum(amount) FROM facts "
            "JOIN (SELECT id, kind AS kind_of_unit FROM mirror_units) AS unit ON unit.id = facts.campaign_id "
            "GROUP BY 1 ORDER BY 1"
        ).fetchall()

    assert found == [("erase", 13), ("merge", 5)]
