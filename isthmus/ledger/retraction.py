"""Undoing facts: history keeps them, figures no longer count them."""

from datetime import datetime

from django.db import connection, transaction

from isthmus.core.actors import Actor
from isthmus.core.clock import now, to_us
from isthmus.ledger.models import NaturalKey, Retraction, Revision


def retract(
    *,
    batch: str | None = None,
    fact_id: bytes | None = None,
    natural_key: str | None = None,
    by: Actor,
    at: datetime,
    reason: str,
) -> None:
    """Let a fact, a batch, or all facts of a natural key not count from now on.

    Only facts recorded before are meant: the same key may be stated again afterwards. When the latest
    revision of a key is retracted by its id, the one before it counts again.
    """
    if sum(given is not None for given in (batch, fact_id, natural_key)) != 1:
        raise TypeError("Retract one thing: a batch, a fact or a natural key.")
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("A retraction belongs to the transaction of its act.")
    if natural_key is not None:
        ids: list[bytes | None] = [*_facts_of_key(natural_key)]
    else:
        ids = [fact_id]
    received_us = to_us(now())
    Retraction.objects.bulk_create(
        Retraction(
            fact_id=one,
            batch=batch,
            reason=reason,
            at=at,
            received_us=received_us,
            actor_kind=by.kind,
            actor_id=by.id,
        )
        for one in ids
    )


def _facts_of_key(natural_key: str) -> list[bytes]:
    firsts = NaturalKey.objects.filter(key=natural_key).values_list("fact_id", flat=True)
    others = Revision.objects.filter(natural_key=natural_key).values_list("fact_id", flat=True)
    return sorted({bytes(one) for one in (*firsts, *others)})
