"""Reading attached files: those of a record, and one with the right to see it."""

from collections.abc import Sequence
from typing import Any

from isthmus.core.actors import Actor
from isthmus.files.models import AttachedFile
from isthmus.workspace import records

SHOWN = 100
_SHOWN_FIELDS = ("pk", "name", "type", "bytes", "author_id", "author__name", "added_at")


def files_of(kind: str, numbers: Sequence[int]) -> list[dict[str, Any]]:
    """The newest files of a record that the reader sees; `numbers` as `records.with_merged` gives them.

    One more than `SHOWN` where there are more. Only what is shown is read: every record's page asks.
    """
    rows = AttachedFile.objects.filter(kind=kind, record_id__in=numbers, removed_at=None)
    return list(rows.order_by("-added_at", "-pk").values(*_SHOWN_FIELDS)[: SHOWN + 1])


def visible_file(file_id: int, actor: Actor) -> AttachedFile | None:
    """A file whose record the actor may see; None for any other, removed ones too."""
    file = AttachedFile.objects.filter(pk=file_id, removed_at=None).first()
    if file is None:
        return None
    about = records.standing(file.kind, file.record_id)
    return file if about in records.visible(file.kind, [about], actor) else None
