"""Import runs in JSON."""

from datetime import datetime

from isthmus.api.shapes.base import Shape, shape_of
from isthmus.imports.models import ImportRun


@shape_of(ImportRun, "import", reader="imports.run")
class ImportRunShape(Shape):
    """One import: where it is, what it brought in and what was taken back."""

    recipe_name: str
    state: str
    counts: dict[str, dict[str, int]]
    undo_counts: dict[str, int]
    started_at: datetime
    finished_at: datetime | None
    undone_at: datetime | None
