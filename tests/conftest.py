"""What every test may ask for. The cast is in `tests/cast.py`, the browser in `tests/browsing.py`."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache

from tests.browsing import chromium, page, peoples_chromium, playwright, sign_in
from tests.cast import MONDAY_NOON, ada, admin, company, elsewhere, inbound, mia, olga, pipeline, rita, sam
from tests.databases import django_db_modify_db_settings, django_db_setup
from tests.running import run_isthmus

__all__ = [
    "MONDAY_NOON", "ada", "admin", "chromium", "company", "django_db_modify_db_settings",
    "django_db_setup", "elsewhere", "inbound", "mia", "olga", "page", "peoples_chromium",
    "pipeline", "playwright", "rita", "run_isthmus", "sam", "sign_in",
]  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give what drives a browser or real processes a second try: the report counts it as a rerun.

    A moment's wait of a busy machine is no defect of the product; what is wrong fails twice.
    """
    for item in items:
        if any(item.get_closest_marker(mark) for mark in ("browser", "processes")):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(autouse=True)
def no_ledger_files_left_behind() -> Iterator[None]:
    """Take away the sealed files that a test made: its rows are rolled back, so they would be orphans."""
    before = _ledger_files()
    yield
    for path in _ledger_files() - before:
        path.unlink(missing_ok=True)


@pytest.fixture(autouse=True)
def nothing_remembered_from_another_test() -> None:
    """Forget what was cached of rows that another test made: they were rolled back."""
    cache.clear()


def _ledger_files() -> set[Path]:
    folder: Path = settings.LEDGER_DIR
    return {path for path in folder.rglob("*") if path.is_file()} if folder.exists() else set()
