"""What the ledger was told of a deal."""

import json
from typing import Any

from isthmus.ledger.reading import snapshot
from isthmus.sales.models import Deal


def facts_of(deal: Deal, kind: str) -> list[dict[str, Any]]:
    """What each fact of the kind says of the deal, in order."""
    with snapshot() as facts:
        rows = facts.execute(
            "SELECT props FROM facts WHERE deal_id = ? AND kind = ? ORDER BY occurred_us, received_us, id",
            [deal.pk, kind],
        ).fetchall()
    return [json.loads(props or "{}") for (props,) in rows]
