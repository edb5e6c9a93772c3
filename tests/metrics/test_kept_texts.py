"""A shape's SQL is compiled once, however many ask for it at the same moment."""

import threading
import time
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from isthmus.core.window import Window
from isthmus.metrics import compiling, texts
from isthmus.metrics.localtime import Offsets
from tests.metrics.table import BERLIN, TableView, asked, fact


def test_four_pages_that_need_the_same_text_at_once_get_it_and_one_compiles_it(monkeypatch):
    compiled = []

    def slow(shape):
        time.sleep(0.05)
        compiled.append(shape.key)
        return f"SELECT {len(compiled)}"

    monkeypatch.setattr(compiling, "compile_shape", slow)
    shape = SimpleNamespace(key="asked by four", offsets=Offsets(((0, 0),)))
    got = []
    pages = [threading.Thread(target=lambda: got.append(texts.sql_of(shape))) for _ in range(4)]

    for page in pages:
        page.start()
    for page in pages:
        page.join()

    assert got == ["SELECT 1"] * 4
    assert compiled == ["asked by four"]


@pytest.mark.django_db
def test_windows_with_other_shifts_of_the_clock_share_a_text_and_keep_their_own_days(monkeypatch):
    compiled, really = [], compiling.compile_shape
    monkeypatch.setattr(compiling, "compile_shape", lambda shape: compiled.append(shape) or really(shape))
    monkeypatch.setattr(texts, "_texts", {})
    monkeypatch.setattr(texts, "_from_disk", lambda key: None)
    late = [datetime(2025, month, 9, 22, 30, tzinfo=UTC) for month in (1, 7)]
    view = TableView([fact("lead.captured", at, lead_id=n, subject=n) for n, at in enumerate(late)])

    def days(since: str, until: str) -> list[object]:
        window = Window.parse(since, until, BERLIN.zone)
        return [row.keys[0] for row in asked(view, "leads", window, by=("day",)).rows]

    assert days("2025-01-01", "2025-02-01") == ["2025-01-09"]  # half past eleven in winter
    assert days("2025-07-01", "2025-08-01") == ["2025-07-10"]  # half past midnight in summer
    assert days("2025-01-01", "2026-01-01") == ["2025-01-09", "2025-07-10"]
    assert len(compiled) == 1


@pytest.mark.django_db
def test_no_mark_of_a_shift_is_left_in_a_text_that_runs():
    text = asked([], "days_to_close", by=("month",)).sql

    assert "ZONE_SHIFT" not in text
