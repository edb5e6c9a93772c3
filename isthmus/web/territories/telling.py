"""A reassignment in words and figures: for whoever gives, for whoever gets, account by account."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from isthmus.bulk.commands import WORKING
from isthmus.bulk.models import BulkEdit, BulkState
from isthmus.core.actors import Actor
from isthmus.core.queue.models import Job, JobState
from isthmus.core.refusals import Refusal
from isthmus.core.window import Window
from isthmus.metrics.queries import Question, ask_many
from isthmus.people.models import Account
from isthmus.sales.targets.periods import Period
from isthmus.territories.models import Reassignment
from isthmus.territories.selecting import LISTS
from isthmus.web import formats
from isthmus.workspace.models import Company, Territory, User

_NOBODY = "0"


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
    """One account that would go: whose and where it is, whose and where it would be."""

    account: Account
    before: str
    after: str
    kept: bool


def report(row: Reassignment, actor: Actor, page: int) -> dict[str, Any]:
    """What the page says of it."""
    edit = row.edit
    phase = {
        BulkState.TRIED: BulkState.TRYING,
        BulkState.CHANGED: BulkState.CHANGING,
        BulkState.RESTORED: BulkState.RESTORING,
    }.get(BulkState(edit.state), BulkState(edit.state))
    counts = edit.counts.get(phase, {})
    places = dict(Territory.objects.values_list("pk", "name"))
    lines, pages = _lines(edit, actor, places, page) if edit.state == BulkState.TRIED else ([], 0)
    return {
        "row": row,
        "edit": edit,
        "working": edit.state in WORKING,
        "counts": counts,
        "through": counts.get("through", 0),
        "reasons": sorted(counts.get("reasons", {}).items(), key=lambda pair: -pair[1]),
        "hands": _hands(row, actor),
        "places": [(places.get(a, ""), places.get(b, ""), n) for a, b, n in row.figures["places"]],
        "quarter": row.figures["quarter"],
        "lines": lines,
        "page": page,
        "pages": range(pages) if pages > 1 else (),
        "left_out": len(edit.left_out.get("said", {}).get("accounts", ())),
        "stopped": _stopped(edit) if edit.state in WORKING else "",
    }


def _hands(row: Reassignment, actor: Actor) -> list[Hand]:
    figures = row.figures
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


def _lines(edit: BulkEdit, actor: Actor, places: Mapping[int, str], page: int) -> tuple[list[Line], int]:
    """A page of the accounts, as the parts hold them."""
    parts = edit.parts.filter(list="accounts").order_by("number")
    pages = parts.count()
    part = parts[page : page + 1].first() if page < pages else None
    if part is None:
        return [], pages
    out = set(edit.left_out.get("said", {}).get("accounts", ()))
    people = dict(User.objects.values_list("pk", "name"))
    accounts = Account.objects.visible_to(actor).in_bulk(part.ids)
    changes: Mapping[str, Any] = part.changes or {}
    lines = []
    for pk in part.ids:
        account = accounts.get(pk)
        if account is None:
            continue
        owner = changes.get("owner_id", account.owner_id)
        place = changes.get("territory_id", account.territory_id)
        before = _where(people.get(account.owner_id or 0), places.get(account.territory_id or 0))
        lines.append(
            Line(account, before, _where(people.get(owner or 0), places.get(place or 0)), pk not in out)
        )
    return lines, pages


def _where(owner: str | None, place: str | None) -> str:
    return " · ".join(part for part in (owner, place) if part) or "–"


def _stopped(edit: BulkEdit) -> str:
    """Why the background gave up, where it did."""
    job = Job.objects.filter(key__startswith=f"bulk:{edit.pk}:{edit.state}:").order_by("-pk").first()
    return job.last_error if job is not None and job.state == JobState.DEAD else ""
