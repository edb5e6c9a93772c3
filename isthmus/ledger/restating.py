"""Stating facts anew for somebody else: what was told of one was about another all along."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.db import transaction

from isthmus.core.actors import Actor
from isthmus.core.clock import now, to_us
from isthmus.ledger.facts import fact_ids
from isthmus.ledger.keys import seal_texts
from isthmus.ledger.natural_keys import note_keys
from isthmus.ledger.recording import insert_inbox
from isthmus.ledger.retraction import retract_all
from isthmus.ledger.schema import NAMES
from isthmus.ledger.timeline import PastFact, open_sealed

Restated = tuple[PastFact, int | None, int | None]  # a fact, whose it is: subject and account
_CHUNK = 1_000
_WRITTEN = tuple(name for name in NAMES if name != "unit")


def restate(facts: Sequence[Restated], *, by: Actor, at: datetime, reason: str) -> None:
    """State facts anew, each with its rightful subject and account, and let the old ones no longer count.

    Everything else stays as it was told: the time, whose act it was, its batch. Nothing reacts to them: what
    happened did not happen again. Who asks as known on an earlier day still reads the old ones. Give them in
    the order in which they were received: facts of one moment keep it.
    """
    with transaction.atomic():
        received_us = to_us(now())
        for start in range(0, len(facts), _CHUNK):
            chunk = facts[start : start + _CHUNK]
            rows = list(_rows(chunk, received_us))
            old = [(one.id, one.occurred_us) for one, *_to in chunk]
            retract_all(facts=old, by=by, at=at, reason=reason)
            insert_inbox([tuple(row[name] for name in _WRITTEN) for row in rows], _WRITTEN)
            note_keys(
                (row["natural_key"], row["id"], row["revision"], row["occurred_us"], received_us)
                for row in rows
                if row["natural_key"] is not None
            )


def _rows(facts: Sequence[Restated], received_us: int) -> Iterator[dict[str, Any]]:
    tokens = _sealed_anew(facts)
    for (fact, subject, account), new_id, sealed in zip(facts, fact_ids(len(facts)), tokens, strict=True):
        props = fact.props
        if sealed is not None:
            props = msgspec.json.encode({**fact.values, "sealed": sealed}, order="deterministic").decode()
        yield {
            **msgspec.structs.asdict(fact),
            "id": new_id,
            "subject": subject,
            "account_id": account,
            "received_us": received_us,
            "props": props,
        }


def _sealed_anew(facts: Sequence[Restated]) -> list[dict[str, str] | None]:
    """What was sealed for the one, sealed for the other; None where nothing was, or nothing moves."""
    moved = [
        bool(fact.sealed) and subject is not None and subject != fact.subject
        for fact, subject, _account in facts
    ]
    opened = iter(open_sealed(fact for (fact, *_to), here in zip(facts, moved, strict=True) if here))
    readable = [
        {name: text for name, text in next(opened).items() if text is not None} if here else {}
        for here in moved
    ]
    texts = [
        (subject, text)
        for (_fact, subject, _account), own in zip(facts, readable, strict=True)
        for text in own.values()
        if subject is not None
    ]
    tokens = iter(seal_texts(texts) if texts else [])
    return [
        {name: next(tokens) for name in own} if here else None
        for own, here in zip(readable, moved, strict=True)
    ]
