"""What a stage asks of a deal by its playbook, and what of it is ticked off. Reads for rules and pages."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from isthmus.sales.models import ChecklistItem, Deal, ItemTick, Playbook, Stage
from isthmus.workspace.models import Territory
from isthmus.workspace.trees import branches


@dataclass(frozen=True)
class Item:
    """One thing of a checklist as it stands for one deal."""

    item: ChecklistItem
    tick: ItemTick | None


class Playbooks:
    """The playbooks of some stages, read once; which of them count for a deal its territory decides."""

    def __init__(self, stages: Iterable[int]) -> None:
        rows = Playbook.objects.filter(stage__in=set(stages)).prefetch_related("items")
        self._of: dict[int, dict[int | None, Playbook]] = {}
        for row in rows:
            self._of.setdefault(row.stage_id, {})[row.territory_id] = row
        local = any(key is not None for books in self._of.values() for key in books)
        self._paths: Mapping[int, tuple[int, ...]] = (
            {one.pk: one.path for one in branches(Territory)} if local else {}
        )

    def __bool__(self) -> bool:
        return bool(self._of)

    def text(self, stage: Stage, deal: Deal) -> str:
        """What good looks like: as the innermost territory with words of its own says it, else as for all."""
        for book in reversed(self._counting(stage, deal)):
            if book.text:
                return book.text
        return ""

    def items(self, stage: Stage, deal: Deal) -> list[ChecklistItem]:
        """What is to be done before the deal comes into the stage: for all, then for its territories."""
        books = self._counting(stage, deal)
        return [item for book in books for item in book.items.all() if item.archived_at is None]

    def _counting(self, stage: Stage, deal: Deal) -> list[Playbook]:
        books = self._of.get(stage.pk, {})
        wanted = [None, *self._paths.get(deal.territory_id or 0, ())]
        return [books[key] for key in wanted if key in books]


def ticked(deals: Sequence[int]) -> set[tuple[int, int]]:
    """What is ticked off: pairs of deal and item."""
    return set(ItemTick.objects.filter(deal__in=deals).values_list("deal_id", "item_id"))


def checklist(deal: Deal, stage: Stage, books: Playbooks) -> list[Item]:
    """The checklist before a stage as it stands for a deal."""
    items = books.items(stage, deal)
    ticks = {one.item_id: one for one in deal.ticks.filter(item__in=items).select_related("by")}
    return [Item(item, ticks.get(item.pk)) for item in items]


def open_items(deal: Deal, stage: Stage, books: Playbooks, done: set[tuple[int, int]]) -> list[ChecklistItem]:
    """What must still be done before the deal goes on to the stage. One that goes back is asked nothing."""
    if stage.position <= deal.stage.position:
        return []
    return [one for one in books.items(stage, deal) if one.required and (deal.pk, one.pk) not in done]
