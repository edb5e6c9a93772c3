"""Changes of many records as JSON."""

from typing import Any

from isthmus.api.shapes.base import Shape, shape_of
from isthmus.bulk.models import BulkEdit


@shape_of(BulkEdit, "bulk edit")
class BulkEditShape(Shape):
    """The same change to many records, and what came of trying it, making it and taking it back."""

    id: int
    list: str
    changes: dict[str, Any]
    total: int
    state: str
    counts: dict[str, Any]
