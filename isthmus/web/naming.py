"""Names of groups as people read them: `paid_search` is Paid search, `2026-08` is Aug 2026."""

from datetime import date
from typing import Any

from babel.dates import format_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from isthmus.collect.channels.names import channel_name
from isthmus.metrics.dimensions import FIXED
from isthmus.metrics.question import Answer, Row
from isthmus.web import formats

_CODES = frozenset({"channel", "actor_kind"})


def group_text(answer: Answer, row: Row) -> str:
    """The name of a row's group: its dimensions' names side by side."""
    named = zip(answer.by, row.keys, row.labels, strict=False)
    return " · ".join(key_text(dimension, key, label) for dimension, key, label in named)


def key_text(dimension: str, key: Any, label: str) -> str:
    """The name of one key; what has no better name keeps its label."""
    known = FIXED.get(dimension)
    if key is None or known is None:
        return label
    if known.kind == "time":
        return _time_text(known.column, str(key))
    if dimension in _CODES and label == str(key):
        return channel_name(label)
    return label


def channel_text(code: str | None) -> str:
    """A channel's name, from its code."""
    return channel_name(code) if code else _("Not stated")


def _time_text(unit: str, key: str) -> str:
    if unit == "month":
        return format_date(date.fromisoformat(f"{key}-01"), "MMM yyyy", locale=get_language() or "en")
    if unit == "quarter":
        year, _dash, quarter = key.partition("-")
        return f"{quarter} {year}"
    if unit in ("day", "week"):
        on = date.fromisoformat(key)
        return formats.day(on) if unit == "day" else _("week of %(day)s") % {"day": formats.day(on)}
    return key
