"""Version 1: the spine. Frozen once released."""

from isthmus.ledger.schema.column import Column, Kind


def _columns(kind: Kind, names: str) -> tuple[Column, ...]:
    return tuple(Column(name, kind) for name in names.split())


COLUMNS = (
    *_columns("id", "id"),
    *_columns("text", "kind"),
    *_columns("big", "occurred_us received_us unit"),
    *_columns("text", "stream_id"),
    *_columns("big", "subject account_id lead_id deal_id order_id campaign_id content_id product_id"),
    *_columns("text", "landing_page channel utm_source"),
    *_columns("big", "owner team territory"),
    *_columns("text", "actor_kind"),
    *_columns("big", "actor_id"),
    *_columns("text", "region locale"),
    *_columns("big", "amount amount_base"),
    *_columns("text", "currency"),
    *_columns("big", "quantity"),
    *_columns("text", "natural_key"),
    *_columns("int", "revision"),
    *_columns("text", "batch"),
    *_columns("small", "schema_version"),
    *_columns("text", "props"),
)
