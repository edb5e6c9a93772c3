"""A reassignment in words and figures: for whoever gives, for whoever gets, account by account."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from isthmus.bulk.commands import WORKING
from isthmus.bulk.models import BulkEdit, BulkState
from isthmus.core import clock
from isthmus.core.actors import Actor
from isthmus.core.queue.models import Job, JobState
from isthmus.core.refusals import Refusal
from isthmus.core.window import Window
from isthmus.leads.models import Lead
from isthmus.meetings.models import Meeting
from isthmus.metrics.queries import Question, ask_many
from isthmus.people.models import Account, Person
from isthmus.sales.models import Deal, Task
from isthmus.sales.targets.periods import Period
from isthmus.territories.figures import meetings_with_them, without_exceptions
from isthmus.territories.models import Reassignment
from isthmus.territories.selecting import LISTS
from isthmus.web import formats
from isthmus.workspace.models import Company, Territory, User

_NOBODY = "0"
SHOWN = 50  # meetings
_NONE_YET: Mapping[str, Any] = {"gives": {}, "gets": {}, "places": [], "stays": {}, "quarter": ""}
_SETTLED = (BulkState.TRIED, BulkState.CHANGING, BulkState.CHANGED)
_MODELS: Mapping[str, Any] = {
    "accounts": Account, "people": Person, "leads": Lead, "deals": Deal, "tasks": Task,
}  # fmt: skip
_WITH: Mapping[str, tuple[str, ...]] = {"leads": ("person",)}  # what a title is made of
NAMES: Mapping[str, str | Promise] = {
    "accounts": gettext_lazy("Accounts"),
    "people": gettext_lazy("People"),
    "leads": gettext_lazy("Open leads"),
    "deals": gettext_lazy("Open deals"),
    "tasks": gettext_lazy("Tasks"),
}


@dataclass(frozen=True)
class Hand:
    """One person's figures: how many of each list go or come, the value, and coverage before and after."""

    name: str
    gets: bool
    counts: list[int]
    clocks: int
    value: str
    before: str
    after: str
    unpaid: int
    meetings: int
    without_rate: int


@dataclass(frozen=True)
class Line:
    """One record that would go: whose and where it is, whose and where it would be."""

    record: Any
    before: str
    after: str
    kept: bool


def report(row: Reassignment, actor: Actor, page: int, name: str = "accounts") -> dict[str, Any]:
    """What the page says of it."""
    edit = row.edit
    phase = {
        BulkState.TRIED: BulkState.TRYING,
        BulkState.CHANGED: BulkState.CHANGING,
        BulkState.RESTORED: BulkState.RESTORING,
    }.get(BulkState(edit.state), BulkState(edit.state))
    counts = edit.counts.get(phase, {})
    places = dict(Territory.objects.values_list("pk", "name"))
    if edit.state == BulkState.TRIED and "changed" in counts:  # It was tried with all of them.
        counts = {**counts, "changed": min(counts["changed"], edit.total)}
    figures = without_exceptions(row.figures or _NONE_YET)
    lists = _lists(edit) if edit.state == BulkState.TRIED else []
    name = name if name in lists else next(iter(lists), "")
    lines, pages = _lines(edit, name, actor, places, page) if lists else ([], 0)
    return {
        "row": row,
        "edit": edit,
        "working": edit.state in WORKING,
        "counts": counts,
        "through": counts.get("through", 0),
        "reasons": sorted(counts.get("reasons", {}).items(), key=lambda pair: -pair[1]),
        "hands": _hands(figures, actor),
        "places": [(places.get(a, ""), places.get(b, ""), n) for a, b, n in figures["places"]],
        "quarter": figures["quarter"],
        "list": name,
        "lists": [(one, NAMES[one]) for one in lists] if len(lists) > 1 else [],
        "lines": lines,
        "page": page,
        "pages": range(pages) if pages > 1 else (),
        "left_out": sum(map(len, edit.left_out.get("said", {}).values())),
        "meetings": _meetings(row, figures, actor) if edit.state in _SETTLED else [],
        "stopped": _stopped(edit) if edit.state in WORKING else "",
    }


def _lists(edit: BulkEdit) -> list[str]:
    """The lists of which there is something to leave out."""
    there = set(edit.parts.order_by().values_list("list", flat=True).distinct())
    return [name for name in LISTS if name in there]


def _meetings(row: Reassignment, figures: Mapping[str, Any], actor: Actor) -> list[Meeting]:
    """The first meetings to come with customers who go, to be moved or called off where they are."""
    found: list[Meeting] = []
    for pk, kept in figures["stays"].items():
        if kept["meetings"]:
            found += meetings_with_them(row, int(pk), actor, clock.now())
    return found[:SHOWN]


def _hands(figures: Mapping[str, Any], actor: Actor) -> list[Hand]:
    names = {str(pk): name for pk, name in User.objects.values_list("pk", "name")}
    base = Company.current().base_currency
    quotas, pipeline = _coverage(figures, actor)
    found = []
    for gets, hands in ((False, figures["gives"]), (True, figures["gets"])):
        for pk, hand in hands.items():
            quota = quotas.get(int(pk))
            before = pipeline.get(int(pk))
            moved = float(hand["closing"]) / 1_000_000 / quota if quota else None
            after = None if before is None or moved is None else before + (moved if gets else -moved)
            found.append(
                Hand(
                    name=names.get(pk, ""),
                    gets=gets,
                    counts=[hand["lists"].get(name, 0) for name in LISTS],
                    clocks=hand["clocks"],
                    value=formats.money(hand["value"], base),
                    before="" if before is None else formats.number(before, 1),
                    after="" if after is None else formats.number(max(after, 0), 1),
                    unpaid=figures["stays"].get(pk, {}).get("unpaid_orders", 0) if not gets else 0,
                    meetings=figures["stays"].get(pk, {}).get("meetings", 0) if not gets else 0,
                    without_rate=hand["without_rate"],
                )
            )
    return found


def _coverage(figures: Mapping[str, Any], actor: Actor) -> tuple[dict[int, float], dict[int, float]]:
    """The quota of the quarter and how often open deals cover it, by seller, from the catalogue."""
    owners = [int(pk) for pk in {*figures["gives"], *figures["gets"]} if pk != _NOBODY]
    if not owners or not actor.allows("metrics.view"):
        return {}, {}
    period = Period.parse(figures["quarter"])
    window: Window = period.window(Company.current().zone)
    asked = [
        Question(metric=name, window=window, actor=actor, by=("owner",), where={"owner": owners})
        for name in ("quota", "pipeline_coverage")
    ]
    found: list[dict[int, float]] = []
    for answer in ask_many(asked):
        rows = [] if isinstance(answer, Refusal) else answer.rows
        found.append({one.keys[0]: float(one.value) for one in rows if one.keys[0] is not None and one.value})
    return found[0], found[1]


def _lines(
    edit: BulkEdit, name: str, actor: Actor, places: Mapping[int, str], page: int
) -> tuple[list[Line], int]:
    """A page of the records of a list, as the parts hold them."""
    parts = edit.parts.filter(list=name).order_by("number")
    pages = parts.count()
    part = parts[page : page + 1].first() if page < pages else None
    if part is None:
        return [], pages
    out = set(edit.left_out.get("said", {}).get(name, ()))
    people = dict(User.objects.values_list("pk", "name"))
    records = _MODELS[name].objects.visible_to(actor).select_related(*_WITH.get(name, ())).in_bulk(part.ids)
    changes: Mapping[str, Any] = part.changes or {}
    lines = []
    for pk in part.ids:
        record = records.get(pk)
        if record is None:
            continue
        owner = changes.get("owner_id", record.owner_id)
        place = changes.get("territory_id", record.territory_id)
        before = _where(people.get(record.owner_id or 0), places.get(record.territory_id or 0))
        lines.append(
            Line(record, before, _where(people.get(owner or 0), places.get(place or 0)), pk not in out)
        )
    return lines, pages


def _where(owner: str | None, place: str | None) -> str:
    return " · ".join(part for part in (owner, place) if part) or "–"


def _stopped(edit: BulkEdit) -> str:
    """Why the background gave up, where it did."""
    job = Job.objects.filter(key__startswith=f"bulk:{edit.pk}:{edit.state}:").order_by("-pk").first()
    return job.last_error if job is not None and job.state == JobState.DEAD else ""
