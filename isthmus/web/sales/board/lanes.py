"""The columns of a board: a page of cards each, and what they come to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from isthmus.core.actors import Actor
from isthmus.sales.board import Total, open_in, stale_after, totals_of
from isthmus.sales.models import Deal, Stage
from isthmus.web import formats
from isthmus.web.filters import Filters
from isthmus.web.lists import keyset
from isthmus.web.sales.board.asked import AskedBoard
from isthmus.web.sales.board.cards import cards, movable_among
from isthmus.workspace.queries import Converter

PAGE = 15
RELATED = ("account", "person", "owner")
SHOWN = (
    "name", "amount", "currency", "state", "stage_since", "expected_close_on", "stage_id",
    "account__name", "account__domain", "person__full_name", "person__email", "person__phone",
    "person__erased_at", "owner__name",
)  # fmt: skip


@dataclass(frozen=True)
class Head:
    """What stands over a column: how many, worth what, the chance to win and what that makes of it."""

    stage: Stage
    count: str
    amount: str
    notes: Sequence[str]
    current: bool = False
    href: str = ""


@dataclass(frozen=True)
class Lane:
    """A column: its head, its first cards, and the address of those that follow."""

    head: Head
    cards: SafeString | str = ""
    more: str = ""
    rest: str = ""


@dataclass(frozen=True)
class Sums:
    """The totals of a board: of each column, and of all that is open."""

    heads: Mapping[int, Head]
    totals: Mapping[int, Total]
    sentence: str


def sums_of(board: AskedBoard, filters: Filters, now: datetime, base: str = "") -> Sums:
    """Count and sum of every column, in the base currency; an end counts what ended in the window."""
    converter, rows, on = Converter(base), board.rows, now.date()
    totals = dict(totals_of(open_in(rows, board.open_stages), converter, on))
    ended = rows.filter(
        stage__in=[stage.pk for stage in board.ends],
        state__in=("won", "lost"),
        stage_since__gte=filters.window.start,
        stage_since__lt=filters.window.end,
    )
    totals |= totals_of(ended, converter, on)
    lane = board.lane()
    heads = {
        stage.pk: _head(
            stage, totals.get(stage.pk, Total()), converter.base, filters, stage.pk == lane, board
        )
        for stage in board.stages
    }
    return Sums(heads, totals, _sentence(board.open_stages, totals, converter.base))


def lanes_of(board: AskedBoard, sums: Sums, actor: Actor, now: datetime) -> list[Lane]:
    """Every column with its first cards; one column further on where the address asks for it."""
    pages = {
        stage.pk: keyset.page(_of_stage(board, stage), board.order, _after(board, stage), PAGE)
        for stage in board.open_stages
    }
    movable = movable_among([deal for found, _next in pages.values() for deal in found], actor)
    return [
        _lane(board, stage, sums, *pages.get(stage.pk, ([], "")), movable=movable, now=now)
        for stage in board.stages
    ]


def page_of(board: AskedBoard, stage: Stage, actor: Actor, now: datetime) -> Lane:
    """The cards of one column after those that are shown."""
    found, following = keyset.page(_of_stage(board, stage), board.order, _after(board, stage), PAGE)
    return _lane(board, stage, None, found, following, movable=movable_among(found, actor), now=now)


def _lane(
    board: AskedBoard,
    stage: Stage,
    sums: Sums | None,
    found: list[Deal],
    following: str,
    *,
    movable: set[int] | None,
    now: datetime,
) -> Lane:
    limit = stale_after(stage, board.pipeline.stale_days if board.pipeline else None)
    seen = _seen(board, stage) + len(found)
    rest = sums.totals[stage.pk].count - seen if sums and stage.pk in sums.totals else 0
    return Lane(
        sums.heads[stage.pk] if sums else Head(stage, "", "", ()),
        cards(found, limit=limit, movable=movable, now=now),
        board.address(stage=stage.pk, after=following, seen=seen) if following else "",
        _("%(count)s more") % {"count": formats.number(rest)} if rest > 0 else _("More deals"),
    )


def _of_stage(board: AskedBoard, stage: Stage) -> "QuerySet[Any]":
    # Rows with every column of four tables cost twice the time (measured).
    return open_in(board.rows, [stage]).select_related(*RELATED).only(*SHOWN)


def _after(board: AskedBoard, stage: Stage) -> str:
    query = board.asked.query
    return query.get("after", "") if query.get("stage") == str(stage.pk) else ""


def _seen(board: AskedBoard, stage: Stage) -> int:
    seen = board.asked.query.get("seen", "")
    return int(seen) if _after(board, stage) and seen.isdigit() else 0


def _head(stage: Stage, total: Total, base: str, filters: Filters, current: bool, board: AskedBoard) -> Head:
    notes = []
    if stage.kind != "open":
        notes.append(filters.text)
    elif stage.probability is not None:
        notes.append(_("wins %(share)s") % {"share": formats.percent(stage.probability)})
        weighted = _weighted(stage, total)
        notes.append(_("weighted %(amount)s") % {"amount": formats.short_money(weighted, base)})
    if total.unrated:
        notes.append(_("without %(codes)s: no rate") % {"codes": ", ".join(total.unrated)})
    return Head(
        stage,
        formats.number(total.count),
        formats.short_money(total.amount, base),
        notes,
        current,
        board.address(lane=stage.pk),
    )


def _weighted(stage: Stage, total: Total) -> int:
    return int(Decimal(total.amount) * (stage.probability or 0))


def _sentence(stages: Sequence[Stage], totals: Mapping[int, Total], base: str) -> str:
    whole, weighted = Total(), 0
    for stage in stages:
        one = totals.get(stage.pk, Total())
        whole.add(one)
        weighted += _weighted(stage, one)
    counted = ngettext("%(count)s open deal", "%(count)s open deals", whole.count) % {
        "count": formats.number(whole.count)
    }
    worth = formats.money(whole.amount, base)
    if not weighted:
        return _("%(deals)s worth %(worth)s") % {"deals": counted, "worth": worth}
    return _("%(deals)s worth %(worth)s, weighted %(weighted)s") % {
        "deals": counted,
        "worth": worth,
        "weighted": formats.money(weighted, base),
    }
