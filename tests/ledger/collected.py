"""Facts as the collector would have sealed them, written straight into the inbox."""

import itertools
import json
from datetime import datetime
from typing import Any

from django.db import transaction

from isthmus import ledger
from isthmus.core.clock import to_us
from isthmus.ledger.models import Subject
from isthmus.ledger.recording import insert_inbox
from isthmus.ledger.schema import CURRENT, NAMES

_COLUMNS = tuple(name for name in NAMES if name != "unit")
_numbers = itertools.count(1)


def visitor() -> int:
    """The subject of a stranger."""
    subject: int = Subject.objects.create(kind="visitor").pk
    return subject


def collect(kind: str, subject: int | None, at: datetime, **columns: Any) -> dict[str, Any]:
    """Write one collected fact and get it as a reaction does; `typed` are sealed texts by field."""
    typed, props = columns.pop("typed", None), dict(columns.pop("props", None) or {})
    with transaction.atomic():
        if typed:
            assert subject is not None
            tokens = ledger.seal_texts([(subject, text) for text in typed.values()])
            props["sealed"] = dict(zip(typed, tokens, strict=True))
        values: dict[str, Any] = {
            "id": next(_numbers).to_bytes(16, "big"),
            "kind": kind,
            "subject": subject,
            "occurred_us": to_us(at),
            "received_us": to_us(at),
            "actor_kind": "person",
            "revision": 0,
            "schema_version": CURRENT,
            "source_id": 1,
            "props": json.dumps(props) if props else None,
            **columns,
        }
        insert_inbox([tuple(values.get(name) for name in _COLUMNS)], _COLUMNS)
    return {
        name: value.hex() if name == "id" else value for name, value in values.items() if value is not None
    }


def page(subject: int, at: datetime, path: str = "/", **columns: Any) -> dict[str, Any]:
    """A page view."""
    return collect("page.viewed", subject, at, path=path, host="www.example.com", **columns)


def form(subject: int, at: datetime, name: str = "contact", /, **typed: str) -> dict[str, Any]:
    """A form that was sent, with what was typed into it."""
    return collect("form.submitted", subject, at, event=name, path="/contact", typed=typed)
