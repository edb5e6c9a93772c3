"""Version 2: what comes from the collector, by columns that questions filter and group by. Frozen."""

from isthmus.ledger.schema import v1
from isthmus.ledger.schema.column import columns

COLUMNS = (
    *v1.COLUMNS,
    *columns("big", "source_id"),
    *columns("text", "event host path referrer"),
    *columns("text", "utm_medium utm_campaign utm_term utm_content click_id"),
    *columns("big", "agent"),
)
