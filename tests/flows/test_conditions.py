"""Typed comparisons: nothing is evaluated as code, and what is not known meets nothing by accident."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from isthmus.flows.conditions import OPERATIONS, CannotCompare, Condition, Conditions, holds, read_value

pytestmark = pytest.mark.core
AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("known", "op", "wanted", "met"),
    [
        (Decimal("20000.01"), "gt", "20000", True),
        (Decimal("20000"), "gt", "20000", False),
        (Decimal("20000"), "ge", "20000", True),
        (5, "lt", "4", False),
        (5, "le", "5", True),
        ("Nordic", "is", "nordic", True),
        ("Nordic", "is_not", "nordic", False),
        ("Head of Sales", "contains", "sales", True),
        ("Head of Sales", "begins", "head", True),
        (7, "in", ["7", "8"], True),
        ([3, 1], "in", ["1"], True),  # A territory and the one above it.
        ([3, 1], "not_in", ["2"], True),
        (datetime(2026, 1, 30, tzinfo=UTC), "older_than", 30, True),
        (datetime(2026, 1, 31, tzinfo=UTC), "older_than", 30, False),
        (date(2026, 3, 1), "within_last", 1, True),
        (date(2026, 3, 3), "within_last", 1, False),
        (date(2026, 3, 9), "within_next", 7, True),
        (date(2026, 3, 10), "within_next", 7, False),
        (date(2026, 3, 10), "after", "2026-03-09", True),
        (True, "yes", None, True),
        (False, "no", None, True),
        (0, "known", None, True),
    ],
)
def test_a_known_value_is_compared_by_its_type(known: Any, op: str, wanted: Any, met: bool) -> None:
    assert holds(Condition("x", op, wanted), known, AT) is met


@pytest.mark.parametrize("kind", OPERATIONS)
def test_what_is_not_known_meets_only_what_says_not(kind: Any) -> None:
    met = {op for op in OPERATIONS[kind] if holds(Condition("x", op, None), None, AT)}

    assert met == {"unknown", "ne", "is_not", "not_in", "no"} & set(OPERATIONS[kind])


@pytest.mark.parametrize(
    ("kind", "op", "value"),
    [
        ("number", "gt", "a lot"), ("number", "gt", "NaN"), ("number", "gt", True), ("number", "is", "1"),
        ("date", "older_than", "-1"), ("date", "before", "yesterday"), ("choice", "in", []),
        ("text", "contains", " "), ("text", "__import__('os')", "x"),
    ],
)  # fmt: skip
def test_a_wanted_value_of_another_type_is_refused(kind: Any, op: str, value: Any) -> None:
    with pytest.raises(CannotCompare):
        read_value(kind, op, value)


def test_all_or_any_of_several_conditions() -> None:
    each = [Condition("amount", "gt", "10"), Condition("channel", "in", ["email"])]
    values = {"amount": 20, "channel": "direct"}

    assert not Conditions(each).hold(values, AT)
    assert Conditions(each, "any").hold(values, AT)
    assert Conditions().hold({}, AT)
