"""Writing facts: into the inbox, in the transaction of the act that they record."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from django.db import connection, transaction

from isthmus.core import queue
from isthmus.core.actors import Actor
from isthmus.core.clock import now, to_us
from isthmus.core.commands import current_batch, note_facts
from isthmus.core.rows import copy_rows
from isthmus.ledger.facts import MAX_KEY_LENGTH, Fact, fact_ids
from isthmus.ledger.keys import seal_texts
from isthmus.ledger.natural_keys import note_keys
from isthmus.ledger.schema import CURRENT, INBOX_NAMES

_COPY_FROM = 100
_ID, _KEY, _REVISION, _OCCURRED = (
    INBOX_NAMES.index(name) for name in ("id", "natural_key", "revision", "occurred_us")
)
_encode = msgspec.json.Encoder(order="deterministic").encode

Row = tuple[Any, ...]


def record(fact: Fact | Sequence[Fact], *, by: Actor) -> list[bytes]:
    """Write one fact or many and get their ids, in the order given.

    They become visible and durable with the caller's transaction; reactions to them are queued in it.
    """
    facts = [fact] if isinstance(fact, Fact) else list(fact)
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("A fact is recorded in the transaction of its act.")
    if not facts:
        return []
    received_us = to_us(now())
    rows = list(_rows(facts, by, received_us))
    insert_inbox(rows)
    keyed = [
        (row[_KEY], row[_ID], row[_REVISION], row[_OCCURRED], received_us)
        for row in rows
        if row[_KEY] is not None
    ]
    if keyed:
        note_keys(keyed)
    queue.react(dict(zip(INBOX_NAMES, row, strict=True)) for row in rows)
    note_facts(len(rows))
    return [row[_ID] for row in rows]


def _rows(facts: Sequence[Fact], by: Actor, received_us: int) -> Iterator[Row]:
    batch = current_batch()
    sealed = iter(_sealed(facts))
    for fact, identifier in zip(facts, fact_ids(len(facts)), strict=True):
        key = fact.natural_key or None
        if key is not None and len(key) > MAX_KEY_LENGTH:
            raise ValueError(f"A natural key is at most {MAX_KEY_LENGTH} characters; this one is {len(key)}.")
        props = fact.props
        if fact.sealed:
            props = {**(props or {}), "sealed": next(sealed)}
        yield (
            identifier,
            fact.kind,
            to_us(fact.at),
            received_us,
            fact.stream_id or None,
            fact.subject,
            fact.account_id,
            fact.lead_id,
            fact.deal_id,
            fact.order_id,
            fact.campaign_id,
            fact.content_id,
            fact.product_id,
            fact.landing_page or None,
            fact.channel or None,
            fact.utm_source or None,
            fact.owner,
            fact.team,
            fact.territory,
            by.kind,
            by.id,
            fact.region or None,
            fact.locale or None,
            fact.amount,
            fact.amount_base,
            fact.currency or None,
            fact.quantity,
            key,
            fact.revision,
            batch,
            CURRENT,
            _encode(props).decode() if props else None,
        )


def _sealed(facts: Sequence[Fact]) -> list[dict[str, str]]:
    """The `sealed` parts of those facts that have any, encrypted: one look-up of keys for all of them."""
    texts: list[tuple[int, str]] = []
    for fact in facts:
        if fact.sealed:
            if fact.subject is None:
                raise ValueError(f"{fact.kind}: personal text needs a subject, whose key seals it.")
            texts += [(fact.subject, text) for text in fact.sealed.values()]
    if not texts:
        return []
    tokens = iter(seal_texts(texts))
    return [{name: next(tokens) for name in fact.sealed} for fact in facts if fact.sealed]


def insert_inbox(rows: Sequence[Row], names: Sequence[str] = INBOX_NAMES) -> None:
    """Write rows of facts as they are; `names` says which columns they have."""
    listed = ", ".join(names)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and len(rows) >= _COPY_FROM:
            copy_rows(cursor, f"COPY ledger_inbox ({listed}) FROM STDIN", rows)
        else:
            values = ", ".join(["%s"] * len(names))
            cursor.executemany(f"INSERT INTO ledger_inbox ({listed}) VALUES ({values})", rows)  # noqa: S608
