"""What a table of orders says beside its columns: whether they count as paid when nothing tells a payment."""

from collections.abc import Mapping
from typing import Any

from isthmus.imports.editing import SectionTable, column_of, flat, nested

KINDS = ("order", "order_line")
YES, NO = "yes", "no"


def counted(data: Mapping[str, Any], table: SectionTable) -> str:
    """Yes where orders are paid on the day of their placing, no where nothing pays them; else empty."""
    fields = flat(data["rows"][table.number].get("fields", {}))
    if "placed_at" not in fields or column_of(fields["placed_at"]) is None:
        return ""
    if "paid_at" not in fields:
        return NO
    return YES if fields["paid_at"] == fields["placed_at"] else ""


def count(data: dict[str, Any], number: int, answer: str) -> None:
    """Have the orders of a section count as paid on the day of their placing, or as bookings alone."""
    section = data["rows"][number]
    fields = flat(section.get("fields", {}))
    if answer == YES and "placed_at" in fields:
        fields["paid_at"] = fields["placed_at"]
    elif answer == NO:
        fields.pop("paid_at", None)
    section["fields"] = nested(fields)
