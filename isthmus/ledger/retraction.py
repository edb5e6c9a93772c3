"""Undoing facts: history keeps them, figures no longer count them."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection, transaction

from isthmus.core.actors import Actor
from isthmus.core.clock import now, to_us
from isthmus.ledger.models import InboxFact, NaturalKey, Retraction, Revision

_CHUNK = 500


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
        meant: dict[bytes | None, int | None] = dict(_facts_of_key(natural_key).items())
    else:
        meant = {fact_id: _time_of(fact_id)}
    _retract([(one, occurred_us, batch) for one, occurred_us in meant.items()], by=by, at=at, reason=reason)


def retract_all(
    *,
    batches: Iterable[str] = (),
    facts: Iterable[tuple[bytes, int]] = (),
    by: Actor,
    at: datetime,
    reason: str,
) -> None:
    """Let whole batches, and single facts with the times at which they happened, not count from now on."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("A retraction belongs to the transaction of its act.")
    meant: list[tuple[bytes | None, int | None, str | None]] = [(None, None, batch) for batch in batches]
    meant += [(one, occurred_us, None) for one, occurred_us in facts]
    _retract(meant, by=by, at=at, reason=reason)


def forget_keys(keys: Sequence[str], *, facts: Sequence[bytes]) -> None:
    """After a retraction: keys that only these facts stated are free again, as if nobody had stated them."""
    for start in range(0, len(facts), _CHUNK):
        Revision.objects.filter(fact_id__in=facts[start : start + _CHUNK]).delete()
    for start in range(0, len(keys), _CHUNK):
        part = keys[start : start + _CHUNK]
        others = Revision.objects.filter(natural_key__in=part).values_list("natural_key", flat=True)
        NaturalKey.objects.filter(key__in=set(part) - set(others), fact_id__in=facts).delete()


def _retract(
    meant: Iterable[tuple[bytes | None, int | None, str | None]], *, by: Actor, at: datetime, reason: str
) -> None:
    received_us = to_us(now())
    Retraction.objects.bulk_create(
        Retraction(
            fact_id=one,
            occurred_us=occurred_us,
            batch=batch,
            reason=reason,
            at=at,
            received_us=received_us,
            actor_kind=by.kind,
            actor_id=by.id,
        )
        for one, occurred_us, batch in meant
    )


def _facts_of_key(natural_key: str) -> dict[bytes, int]:
    firsts = NaturalKey.objects.filter(key=natural_key).values_list("fact_id", "occurred_us")
    others = Revision.objects.filter(natural_key=natural_key).values_list("fact_id", "occurred_us")
    return {bytes(one): occurred_us for one, occurred_us in (*firsts, *others)}


def _time_of(fact_id: bytes | None) -> int | None:
    """When a fact happened, if that can be told without opening files."""
    if fact_id is None:
        return None
    return InboxFact.objects.filter(id=fact_id).values_list("occurred_us", flat=True).first()
