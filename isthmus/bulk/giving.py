"""Records of several kinds that are given to others: one edit, in parts of one kind and one hand."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from isthmus.bulk.models import GIVEN, BulkEdit, BulkPart, BulkState
from isthmus.bulk.running import PART
from isthmus.core.actors import Actor


@dataclass(frozen=True)
class Group:
    """Records of one list that one hand has and one hand gets. Both are arguments of their command."""

    list: str
    ids: Sequence[int]
    before: Mapping[str, int | None]
    changes: Mapping[str, Any]


def begin_edit(looked_at: int, *, automations: Sequence[str], by: Actor, at: datetime) -> BulkEdit:
    """An edit whose records are still to be found, among about so many; in the caller's transaction."""
    return BulkEdit.objects.create(
        list=GIVEN,
        changes={},
        total=looked_at,
        state=BulkState.PREPARING,
        actor_id=by.id or 0,
        at=at,
        automations=list(automations),
    )


class Filling:
    """Putting groups into the parts of an edit: those of one hand fill up a part before another begins."""

    def __init__(self, edit: BulkEdit) -> None:
        self._edit, self._number = edit, 0
        self._open: dict[Any, BulkPart] = {}
        for part in edit.parts.order_by("number").iterator():
            self._number = part.number + 1
            self._keep(part)

    def fill(self, groups: Iterable[Group]) -> None:
        """Add the records of some groups; in the caller's transaction."""
        new: dict[int, BulkPart] = {}
        grown: dict[int, BulkPart] = {}
        for group in groups:
            rest = list(group.ids)
            while rest:
                part = self._open.get(_hand(group.list, group.before, group.changes)) or self._begin(
                    group, new
                )
                room = PART - len(part.ids)
                part.ids, rest = [*part.ids, *rest[:room]], rest[room:]
                if part.pk is not None:
                    grown[part.pk] = part
                self._keep(part)
        BulkPart.objects.bulk_create(new.values(), batch_size=500)
        BulkPart.objects.bulk_update(grown.values(), ["ids"], batch_size=200)

    def _begin(self, group: Group, new: dict[int, BulkPart]) -> BulkPart:
        part = BulkPart(
            edit=self._edit,
            number=self._number,
            list=group.list,
            ids=[],
            before=dict(group.before),
            changes=dict(group.changes),
        )
        new[part.number] = part
        self._number += 1
        return part

    def _keep(self, part: BulkPart) -> None:
        key = _hand(part.list, part.before or {}, part.changes or {})
        if len(part.ids) < PART:
            self._open[key] = part
        else:
            self._open.pop(key, None)


def end_preparing(edit: BulkEdit) -> None:
    """All records are found: how many they are is known, and they are to be tried."""
    edit.total = sum(len(ids) for ids in edit.parts.values_list("ids", flat=True).iterator())
    edit.state = BulkState.TRYING
    edit.save(update_fields=["total", "state", "counts"])


def leave_out(edit: BulkEdit, numbers: Mapping[str, Iterable[int]]) -> None:
    """Say which records of each list stay as they are; in the caller's transaction, before it is started."""
    wanted = {name: sorted(set(ids)) for name, ids in numbers.items()}
    out = {name: set(ids) for name, ids in wanted.items()}
    total = 0
    for name, ids in edit.parts.values_list("list", "ids").iterator():
        total += len(ids) - len(out.get(name, set()).intersection(ids))
    edit.left_out, edit.total = wanted, total
    edit.save(update_fields=["left_out", "total"])


def _hand(name: str, before: Mapping[str, Any], changes: Mapping[str, Any]) -> Any:
    return name, tuple(sorted(before.items())), tuple(sorted(changes.items()))
