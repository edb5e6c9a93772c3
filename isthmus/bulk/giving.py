"""Records of several kinds that are given to others: one edit, in parts of one kind and one hand."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from isthmus.bulk.models import GIVEN, BulkEdit, BulkPart
from isthmus.bulk.running import PART
from isthmus.core.actors import Actor


@dataclass(frozen=True)
class Group:
    """Records of one list that one hand has and one hand gets. Both are arguments of their command."""

    list: str
    ids: Sequence[int]
    before: Mapping[str, int | None]
    changes: Mapping[str, Any]


def new_edit(groups: Iterable[Group], *, automations: Sequence[str], by: Actor, at: datetime) -> BulkEdit:
    """An edit of these groups that is to be tried first; in the caller's transaction."""
    parts: list[BulkPart] = []
    edit = BulkEdit.objects.create(
        list=GIVEN, changes={}, total=0, actor_id=by.id or 0, at=at, automations=list(automations)
    )
    for group in groups:
        for start in range(0, len(group.ids), PART):
            parts.append(
                BulkPart(
                    edit=edit,
                    number=len(parts),
                    list=group.list,
                    ids=group.ids[start : start + PART],
                    before=dict(group.before),
                    changes=dict(group.changes),
                )
            )
    BulkPart.objects.bulk_create(parts, batch_size=500)
    edit.total = sum(len(one.ids) for one in parts)
    edit.save(update_fields=["total"])
    return edit


def leave_out(edit: BulkEdit, numbers: Mapping[str, Iterable[int]]) -> None:
    """Say which records of each list stay as they are; in the caller's transaction, before it is started."""
    wanted = {name: sorted(set(ids)) for name, ids in numbers.items()}
    total = 0
    for name, ids in edit.parts.values_list("list", "ids"):
        out = set(wanted.get(name, ())) & set(ids)
        total += len(ids) - len(out)
    edit.left_out, edit.total = wanted, total
    edit.save(update_fields=["left_out", "total"])
