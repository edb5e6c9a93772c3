"""Events out of quarantine as batches again: repaired, with their own time of receipt."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from isthmus.collect import reasons
from isthmus.collect.mending import mended
from isthmus.collect.models import Quarantined
from isthmus.collect.quarantine.rules import Rule, repaired
from isthmus.collect.translating.reading import ENDPOINTS, TYPES
from isthmus.collect.translating.translator import unread_of
from isthmus.ledger.segments.frames import Batch

_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True)
class Tried:
    """One event after the rules: `after` is None where it is no object; without `reason` it can be read."""

    row: Quarantined
    after: Any
    batch: Batch | None
    reason: str = ""
    detail: str = ""


def try_rules(rows: Sequence[Quarantined], rules: Sequence[Rule]) -> list[Tried]:
    """What the rules make of these events, and whether they could be read then. Nothing is kept."""
    made = [(row, _value(row)) for row in rows]
    changed = [(row, _changed(row, value, rules)) for row, value in made]
    batches = [(row, after, _batch(row, after)) for row, after in changed]
    unread = {id(batch): one for batch, one in unread_of([batch for *_rest, batch in batches if batch])}
    tried = []
    for row, after, batch in batches:
        if batch is None:
            tried.append(Tried(row, None, None, reasons.NOT_AN_EVENT))
        elif (one := unread.get(id(batch))) is not None:
            tried.append(Tried(row, after, batch, one.reason, one.detail))
        else:
            tried.append(Tried(row, after, batch))
    return tried


def _value(row: Quarantined) -> Any:
    body = mended(row.body.encode(errors="replace"))
    return None if body is None else json.loads(body)


def _changed(row: Quarantined, value: Any, rules: Sequence[Rule]) -> Any:
    """The event, or the call, after the rules, every event with a message id; None where it is neither."""
    if not isinstance(value, dict):
        return None
    if _is_call(row, value):
        events = [repaired(one, rules) if isinstance(one, dict) else one for one in value["batch"]]
        named = [
            _with_id(one, row, value, place) if isinstance(one, dict) else one
            for place, one in enumerate(events)
        ]
        envelope = {name: said for name, said in value.items() if name != "batch"}
        return {**repaired(envelope, rules), "batch": named}
    return _with_id(repaired(value, rules), row, value, 0)


def _is_call(row: Quarantined, value: Mapping[str, Any]) -> bool:
    """Whether the row holds a whole call: its envelope could not be read."""
    return _kind(row) not in TYPES and isinstance(value.get("batch"), list)


def _with_id(event: dict[str, Any], row: Quarantined, came: Mapping[str, Any], place: int) -> dict[str, Any]:
    """The event with a message id, its own or one of its row: sent again twice, it is one fact all the same.

    What says when it happened is told by its own words: its sender may have sent it twice, too.
    """
    if event.get("messageId") not in (None, ""):
        return event
    name = f"{row.pk}.{place}"
    if came.get("timestamp") or came.get("originalTimestamp"):
        name = hashlib.blake2b(row.body.encode(errors="replace"), digest_size=16).hexdigest()
    return {**event, "messageId": f"quarantine-{name}"}


def _kind(row: Quarantined) -> str:
    return ENDPOINTS.get(row.endpoint, row.endpoint)


def _batch(row: Quarantined, after: Any) -> Batch | None:
    if after is None:
        return None
    whole = _kind(row) in TYPES or _is_call(row, after)
    body = _encode(after if whole else {"batch": [after]})
    # No count: it was acknowledged when it first came (`SourceCount.replayed` counts it).
    return Batch(row.source_id, row.received_us, row.endpoint, row.agent, row.visitor, "", body, 0)
