"""Deals through time, told by the ledger: how each stood after everything that happened to it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from isthmus.core.clock import to_us
from isthmus.ledger.reading import Snapshot

KINDS = ("deal.opened", "deal.stage_changed", "deal.changed", "deal.won", "deal.lost", "deal.reopened")

# A retracted fact is not there: a move or an end that was taken back counts as never made, and who put the
# deal back says no stage of its own. What a fact does not say stays as it was; a day to close that was
# emptied is said as ''.
_TOLD = f"""
SELECT deal_id, occurred_us, received_us, id, kind, amount, amount_base, currency,
       owner, team, territory, CASE kind WHEN 'deal.won' THEN 'won' WHEN 'deal.lost' THEN 'lost'
                 WHEN 'deal.opened' THEN 'open' WHEN 'deal.reopened' THEN 'open' END AS said,
       TRY_CAST(CASE kind
           WHEN 'deal.opened' THEN json_extract_string(props, '$.stage_id')
           WHEN 'deal.stage_changed' THEN json_extract_string(props, '$.to_id')
           WHEN 'deal.reopened' THEN json_extract_string(props, '$.to_id') END AS BIGINT) AS to_stage,
       CASE kind
           WHEN 'deal.opened' THEN coalesce(json_extract_string(props, '$.expected_close_on'), '')
           WHEN 'deal.changed' THEN CASE
               WHEN json_extract(props, '$.expected_close_on') IS NOT NULL
               THEN coalesce(json_extract_string(props, '$.expected_close_on[1]'), '') END END AS closes
FROM facts WHERE kind IN {KINDS} AND deal_id IS NOT NULL AND occurred_us < $end
"""  # noqa: S608 (our own kinds)
_STATES = f"""
SELECT deal_id, occurred_us, received_us, id,
       min(CASE WHEN kind = 'deal.opened' THEN occurred_us END) OVER past AS opened_us,
       last_value(said IGNORE NULLS) OVER past AS state,
       last_value(to_stage IGNORE NULLS) OVER past AS stage,
       last_value(CASE WHEN to_stage IS NOT NULL OR said IN ('won', 'lost') THEN occurred_us END IGNORE NULLS)
           OVER past AS since_us,
       amount, amount_base, currency, owner, team, territory,
       TRY_CAST(nullif(last_value(closes IGNORE NULLS) OVER past, '') AS DATE) AS closes_on
FROM ({_TOLD})
WINDOW past AS (
    PARTITION BY deal_id ORDER BY occurred_us, received_us, id
    ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
)
"""  # noqa: S608


class Standing(NamedTuple):
    """How a deal stood: `state` is open, won or lost, `stage` the last open one, `amount` in micros.

    `since_us` is when it came into its stage or end.
    """

    deal_id: int
    opened_us: int
    state: str
    stage: int | None
    since_us: int
    amount: int | None
    amount_base: int | None  # at the rate of the day on which it was said
    currency: str | None
    owner: int | None
    team: int | None
    territory: int | None
    closes_on: date | None


_ALL = f"""
SELECT occurred_us, {", ".join(Standing._fields)} FROM ({_STATES})
WHERE opened_us IS NOT NULL ORDER BY occurred_us, received_us, id
"""  # noqa: S608
_LAST = f"""
SELECT {", ".join(Standing._fields)} FROM ({_STATES})
WHERE opened_us IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY deal_id ORDER BY occurred_us DESC, received_us DESC, id DESC) = 1
ORDER BY deal_id
"""  # noqa: S608
_FOREVER = 2**62


def deals_through_time(facts: Snapshot, *, until: datetime | None = None) -> Mapping[str, Any]:
    """One row for each thing that happened to a deal before `until`, in order: how it stands since.

    Masked NumPy arrays by name: occurred_us, and what a `Standing` has.
    """
    return facts.execute(_ALL, _end(until)).fetchnumpy()


def deals_as_of(facts: Snapshot, at: datetime) -> list[Standing]:
    """Each deal that had been opened before `at` as it stood then, as known now."""
    return [Standing(*row) for row in facts.execute(_LAST, _end(at)).fetchall()]


def _end(until: datetime | None) -> Mapping[str, Any]:
    return {"end": _FOREVER if until is None else to_us(until)}
