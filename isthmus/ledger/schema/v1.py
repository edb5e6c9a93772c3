"""Version 1: the spine. Frozen once released."""

from isthmus.ledger.schema.column import columns

COLUMNS = (
    *columns("id", "id"),
    *columns("text", "kind"),
    *columns("big", "occurred_us received_us unit"),
    *columns("text", "stream_id"),
    *columns("big", "subject account_id lead_id deal_id order_id campaign_id content_id product_id"),
    *columns("text", "landing_page channel utm_source"),
    *columns("big", "owner team territory"),
    *columns("text", "actor_kind"),
    *columns("big", "actor_id"),
    *columns("text", "region locale"),
    *columns("big", "amount amount_base"),
    *columns("text", "currency"),
    *columns("big", "quantity"),
    *columns("text", "natural_key"),
    *columns("int", "revision"),
    *columns("text", "batch"),
    *columns("small", "schema_version"),
    *columns("text", "props"),
)
