"""A fact: one line of the ledger, as a room writes it."""

import os
import secrets
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec

MAX_KEY_LENGTH = 200


class Fact(msgspec.Struct, kw_only=True, gc=False):
    """Something that happened. Identifying text goes into `sealed`; `props` holds analytic values only.

    `natural_key` names the thing that a fact states (one payment line, one media day): of several facts with
    the same key, the one with the highest `revision`, then the one received last, counts.
    `amount` and `amount_base` are integer micros. Times carry their zone.
    """

    kind: str
    at: datetime
    subject: int | None = None
    account_id: int | None = None
    lead_id: int | None = None
    deal_id: int | None = None
    order_id: int | None = None
    campaign_id: int | None = None
    content_id: int | None = None
    product_id: int | None = None
    landing_page: str | None = None
    channel: str | None = None
    utm_source: str | None = None
    owner: int | None = None
    team: int | None = None
    territory: int | None = None
    region: str | None = None
    locale: str | None = None
    amount: int | None = None
    amount_base: int | None = None
    currency: str | None = None
    quantity: int | None = None
    natural_key: str | None = None
    revision: int = 0
    stream_id: str | None = None
    props: dict[str, Any] | None = None
    sealed: dict[str, str] | None = None


_drawing = threading.Lock()
_last = 0


def fact_ids(count: int) -> Iterator[bytes]:
    """UUIDv7s of this instant, rising within this process: what is recorded later stands later."""
    global _last
    with _drawing:
        # 48 bits of milliseconds, then 74 of which one is left free: room to count up.
        drawn = (time.time_ns() // 1_000_000) << 74 | secrets.randbits(73)
        first = max(drawn, _last + 1 + secrets.randbits(32))
        _last = first + count
    for number in range(first, first + count):
        head = number >> 74 << 16 | 7 << 12 | number >> 62 & 0xFFF
        yield (head << 64 | 2 << 62 | number & (1 << 62) - 1).to_bytes(16, "big")


def _start_anew() -> None:
    global _drawing
    _drawing = threading.Lock()  # Another thread of the parent may have held it.


os.register_at_fork(after_in_child=_start_anew)
