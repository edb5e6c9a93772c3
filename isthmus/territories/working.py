"""Planning a reassignment step by step: each step commits what it found and how far it is."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from isthmus.bulk.commands import go_on
from isthmus.bulk.giving import Filling, end_preparing
from isthmus.bulk.models import GIVEN, BulkEdit, BulkState
from isthmus.core import queue
from isthmus.core.actors import Actor
from isthmus.core.commands import current_batch
from isthmus.core.crash import crash_point
from isthmus.territories.figures import Counting, what_stays
from isthmus.territories.finding import Finding
from isthmus.territories.models import Reassignment
from isthmus.territories.planning import Asked, Planner, groups, rules_at_work

AT_ONCE = 1_000  # records that are looked at while one waits
BEGINNING = {"place": {}, "done": 0}


def prepare(edit: BulkEdit, by: Actor) -> None:
    """Find the records of a reassignment: at once, or in the background where many are to be looked at."""
    if edit.list != GIVEN:
        return
    if edit.total <= AT_ONCE:
        work(edit, by)
        return
    # Each start is a job of its own: the one before a stop has ended, or ends at its next step.
    key = f"bulk:{edit.pk}:{edit.state}:{current_batch()}"
    queue.enqueue("territories.plan", {"edit_id": edit.pk}, key=key)


def work(edit: BulkEdit, by: Actor) -> None:
    """Take the steps that are left, until it is stopped; then it is tried."""
    way: Way | None = None
    while True:
        with transaction.atomic():
            queue.confirm_lease()
            edit = BulkEdit.objects.select_for_update().get(pk=edit.pk)
            if edit.state != BulkState.PREPARING or edit.stopped_at is not None:
                return  # It was gone on with elsewhere, or stands still.
            way = way or Way(edit, by)
            is_over = way.step(edit)
            if is_over:
                way.end(edit)
            crash_point("territories.plan.before_commit")
        if is_over:
            go_on(edit, by)
            return
        queue.progress(edit.counts[BulkState.PREPARING]["through"], edit.total)


class Way:
    """What the steps of one plan share."""

    def __init__(self, edit: BulkEdit, by: Actor) -> None:
        self.row = Reassignment.objects.get(pk=edit.pk)
        self._by, self._at = by, edit.at
        self.planner = Planner(wanted(self.row.asked), edit.at, edit.pk)
        self.finding = finding(self.row.asked, by, edit.at, self.planner)
        self._filling = Filling(edit)
        self._counting = Counting(self.row.figures, edit.at)

    def step(self, edit: BulkEdit) -> bool:
        """Take the next step; whether it was the last."""
        way = self.row.planning
        records, looked, onward = self.finding.step(way["place"])
        if records:
            found = self.planner.targets(records)
            self._filling.fill(groups(records, found, self.row.why))
            self._counting.add(records, found)
        done = way["done"] + looked
        self.row.planning = {"place": dict(onward or {}), "done": done}
        self.row.figures = self._counting.kept()
        self.row.save(update_fields=["planning", "figures"])
        edit.counts[BulkState.PREPARING] = {"through": done}
        edit.save(update_fields=["counts"])
        return onward is None

    def end(self, edit: BulkEdit) -> None:
        """All was looked at: count what stays, and let go of what only planning needed."""
        self.row.figures["stays"] = what_stays(self.row, self._counting.gives, self._by, self._at)
        self.row.planning = {}
        self.row.save(update_fields=["planning", "figures"])
        self.row.units.all().delete()
        edit.counts.pop(BulkState.PREPARING, None)
        end_preparing(edit)


def wanted(asked: Mapping[str, Any]) -> Asked:
    """To whom, as it was asked for."""
    return Asked(
        asked["to"],
        asked.get("to_ids", ()),
        asked.get("weights", ()),
        asked.get("place_id"),
        asked.get("seller_id"),
        bool(asked.get("also_by_hand")),
    )


def finding(asked: Mapping[str, Any], by: Actor, at: Any, planner: Planner) -> Finding:
    """Which records, as it was asked for. Raises NoRulesAtWork."""
    rules = planner.rules or (rules_at_work(at) if asked["what"] == "rules" else None)
    return Finding(asked, by, at, rules)
