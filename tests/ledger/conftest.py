"""Each test of the ledger has a folder of its own for sealed files, and remembers nothing of others."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from isthmus.ledger import state
from isthmus.ledger.mirror import forget_overlays


@pytest.fixture(autouse=True)
def ledger_folder(settings: Any, tmp_path: Path) -> Iterator[Path]:
    """Where this test's sealed files lie."""
    settings.LEDGER_DIR = tmp_path / "ledger"
    state.forget()
    forget_overlays()
    yield settings.LEDGER_DIR
    state.forget()
    forget_overlays()
