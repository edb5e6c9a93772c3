"""Imports and saved recipes in JSON."""

from datetime import datetime
from typing import Any

from isthmus.api.shapes.base import Shape, shape_of
from isthmus.imports.models import ImportRun, SavedRecipe


@shape_of(ImportRun, "import")
class ImportShape(Shape):
    """An import of files: where it stands, what it counted, what was taken back."""

    id: int
    recipe_name: str
    state: str
    counts: dict[str, Any]
    rehearsal: dict[str, Any]
    undo_counts: dict[str, int]
    bad_rows_count: int
    error: str
    owner_id: int | None
    started_at: datetime
    finished_at: datetime | None
    undone_at: datetime | None


@shape_of(SavedRecipe, "recipe", reader="imports.run")
class RecipeShape(Shape):
    """A recipe that was saved."""

    id: int
    name: str
    text: str
    saved_at: datetime
