"""A fact: one line of the ledger, as a room writes it."""

import secrets
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


def fact_ids(count: int) -> Iterator[bytes]:
    """UUIDv7s of this instant, rising within the call: facts of one act keep their order."""
    milliseconds = time.time_ns() // 1_000_000
    head = (milliseconds << 16) | 0x7000
    tail = secrets.randbits(73)  # one bit below the 74 random ones: room to count up
    for number in range(tail, tail + count):
        yield ((head | (number >> 62)) << 64 | 2 << 62 | (number & (1 << 62) - 1)).to_bytes(16, "big")
