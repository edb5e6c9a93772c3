"""Small companies: as numbers alone, and loaded in a folder of their own."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from isthmus.ledger import state
from isthmus.simulate import sizes
from isthmus.simulate.loading import load_sample
from isthmus.simulate.plan import Plan, make_plan

LAST_DAY = datetime(2026, 6, 1, tzinfo=UTC)


@cache
def planned(leads: int = 24_000, seed: int = 3, hours: float = 1.0) -> Plan:
    """A company as numbers."""
    return make_plan(seed=seed, leads=leads, last_day=LAST_DAY, hours=hours)


@pytest.fixture
def ledger_folder(settings: Any, tmp_path: Path) -> Iterator[Path]:
    """Where this test's sealed files and truth lie."""
    settings.ISTHMUS_HOME = tmp_path
    settings.LEDGER_DIR = tmp_path / "ledger"
    state.forget()
    yield settings.LEDGER_DIR
    state.forget()


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch, ledger_folder: Path) -> Callable[..., None]:
    """Loads a company with so many enquiries and few visitors."""

    def loaded(leads: int = 150, seed: int = 3) -> None:
        monkeypatch.setitem(sizes.SIZES, "small", sizes.Size(leads, 0.3, 1))
        load_sample(size="small", seed=seed, until=LAST_DAY)

    return loaded
