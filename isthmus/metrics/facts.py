"""The ledger as a metric's definition sees it: facts of a kind, the latest one, the first one.

Ibis is imported when a shape is first compiled, never before: it takes half a second. Everything stays inside
the portable subset: integer time, a tie-breaker in every order, no engine's own functions.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from isthmus.ledger.schema import COLUMNS
from isthmus.metrics.families import FAMILIES, family_of
from isthmus.metrics.keys import time_key

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from isthmus.metrics.localtime import Offsets

_TYPES = {"id": "binary", "text": "string", "big": "int64", "int": "int32", "small": "int16"}
# When facts of one lead or deal follow one another: as they happened; of two at one instant as they were
# received; of two received together by the name of their kind. The id would order them too, but it is random
# bytes: reading it takes longer than all the other columns of a metric together.
_ORDER = ("occurred_us", "received_us", "kind")
# The facts by which a lead comes to have an owner, a team, a territory, a product or a deal.
CREDITING = (
    "lead.captured",
    "lead.changed",
    "lead.handed_over",
    "lead.accepted",
    "deal.opened",
    "deal.changed",
    "deal.won",
    "deal.lost",
)
SCOPE_TABLE = "scope_{column}"
_OPEN_END_US = 4_102_000_000_000_000  # 27 December 2099: a window that nobody gave an end ends after it


class Facts:
    """The `facts` table under the asker's permission.

    `scoped` maps each family of facts that the asker sees only in part to the column whose visible
    numbers bound it. `offsets` are the company zone's shifts, for calendar days. `bounds` are those of the
    window where rows are dated by themselves: what came before it cannot change which fact is the last, nor
    what follows one, and what comes after it not which is the first. `cohort` are those of the window where
    rows are dated by their lead's capture: the states of other leads need no look. `split` are the columns
    that rows are grouped and filtered by, `shown` those of which rows themselves are made: what is costly to
    find for each row is found for these alone.
    """

    def __init__(
        self,
        *,
        scoped: Mapping[str, str],
        offsets: "Offsets",
        bounds: "tuple[ir.Value, ir.Value] | None" = None,
        cohort: "tuple[ir.Value, ir.Value] | None" = None,
        split: Collection[str] = (),
        shown: Collection[str] = (),
    ) -> None:
        import ibis

        columns = {column.name: _TYPES[column.kind] for column in COLUMNS}
        self.table: ir.Table = ibis.table({**columns, "machine": "boolean"}, name="facts")
        self._scoped = scoped
        self.offsets = offsets
        self._bounds = bounds
        self._cohort = cohort
        self.split = frozenset(split)
        self.shown = frozenset(shown)

    def of(self, *kinds: str) -> "ir.Table":
        """Facts of these kinds that the asker may see."""
        rows = self.table.filter(one_of(self.table.kind, kinds))
        families = sorted({family_of(kind) for kind in kinds} & set(self._scoped))
        for family in families:
            rows = self._within(rows, family, alone=all(family_of(kind) == family for kind in kinds))
        return rows

    def latest(self, per: str, *kinds: str) -> "ir.Table":
        """The last fact of these kinds for each lead or deal (`_ORDER`)."""
        return self._edge(per, kinds, last=True)

    def first(self, per: str, *kinds: str) -> "ir.Table":
        """The first fact of these kinds for each lead or deal (`_ORDER`)."""
        return self._edge(per, kinds, last=False)

    def standing_at_end(self, per: str, *kinds: str) -> "ir.Table":
        """The last fact of these kinds for each lead or deal before the window's end, however early."""
        import ibis

        rows = self.until_end(self.of(*kinds))
        order = ibis.window(group_by=per, order_by=[ibis.desc(column) for column in _ORDER])
        placed = rows.mutate(place=ibis.row_number().over(order))
        return placed.filter(placed.place == 0).drop("place")

    def days_to_end(self, start_us: "ir.Value") -> "ir.Value":
        """Whole calendar days until the window's last day; nothing where the window has no end."""
        import ibis

        if self._bounds is None:
            return ibis.null("int64")
        end_us = self._bounds[1]
        days = self.calendar_days(start_us, end_us - 1)
        return ibis.ifelse(end_us >= _OPEN_END_US, ibis.null("int64"), days)

    def with_next(self, rows: "ir.Table", per: str, *, ahead: Sequence[str] = ()) -> "ir.Table":
        """Each row beside the one that follows it for the same lead: `next_kind`, `next_us`.

        At one instant, facts of the kinds `ahead` come before the others, in that order.
        """
        import ibis

        rows = self._of_cohort(self._recent(rows), per)
        place = _place(rows, ahead) if ahead else rows.occurred_us
        placed = rows.mutate(place=place)
        tie_break = _ORDER[1:2] if ahead else _ORDER[1:]
        order = ibis.window(group_by=per, order_by=["place", *tie_break])
        return placed.mutate(
            next_kind=placed.kind.lead().over(order), next_us=placed.occurred_us.lead().over(order)
        ).drop("place")

    def around(self, rows: "ir.Table", *, before_us: int, after_us: int) -> "ir.Table":
        """The rows from so long before the window until so long after it."""
        if self._bounds is None:
            return rows
        start, end = self._bounds
        return rows.filter(rows.occurred_us >= start - before_us, rows.occurred_us < end + after_us)

    def until_end(self, rows: "ir.Table") -> "ir.Table":
        """The rows before the end of the window."""
        return rows if self._bounds is None else rows.filter(rows.occurred_us < self._bounds[1])

    def last_us(self, *kinds: str) -> "ir.Value":
        """When the last fact of these kinds happened: a date only, under no permission."""
        rows = self.table.filter(one_of(self.table.kind, kinds))
        return rows.occurred_us.max().as_scalar()

    def captures(self) -> "ir.Table":
        """When each lead was captured (`captured_lead`, `captured_us`): dates only, under no permission."""
        rows = self.table.filter(self.table.kind == "lead.captured")
        return rows.select(captured_lead=rows.lead_id, captured_us=rows.occurred_us)

    def latest_credit(self, column: str, since: "ir.Value") -> "ir.Table":
        """The last value of a credit column recorded for each lead since an instant: `credit`, `credit_us`.

        Its own facts and its deals' count; of two at one instant the greater value.
        """
        import ibis

        rows = self.table.filter(
            one_of(self.table.kind, CREDITING),
            self.table.occurred_us >= since,
            self.table.lead_id.notnull(),
            self.table[column].notnull(),
        )
        moment = ibis.struct({"us": rows.occurred_us, "value": rows[column]})
        return rows.group_by(credited_lead=rows.lead_id).agg(
            credit=rows[column].argmax(moment), credit_us=rows.occurred_us.max()
        )

    def calendar_days(self, start_us: "ir.Value", end_us: "ir.Value") -> "ir.Value":
        """Whole calendar days between two instants in the company's zone; negative when they are reversed."""
        return self.offsets.day(end_us) - self.offsets.day(start_us)

    def calendar_month(self, us: "ir.Value") -> "ir.Value":
        """The month of an instant in the company's zone, as a number: years times twelve, and months."""
        return time_key(us, "month", self.offsets)

    def _edge(self, per: str, kinds: tuple[str, ...], *, last: bool) -> "ir.Table":
        import ibis

        rows = self.of(*kinds)
        rows = self._of_cohort(rows.filter(rows[per].notnull()), per)
        rows = self._recent(rows) if last else self._new_in_window(rows, per)
        order_by = [ibis.desc(column) for column in _ORDER] if last else list(_ORDER)
        place = ibis.row_number().over(ibis.window(group_by=per, order_by=order_by))
        placed = rows.mutate(place=place)
        return placed.filter(placed.place == 0).drop("place")

    def _of_cohort(self, rows: "ir.Table", per: str) -> "ir.Table":
        """The rows of leads captured in the window. Of deals there are fewer: no look-up pays."""
        if self._cohort is None or per != "lead_id":
            return rows
        start, end = self._cohort
        captures = self.captures()
        captures = captures.filter(captures.captured_us >= start, captures.captured_us < end)
        return rows.semi_join(captures, rows[per] == captures.captured_lead)

    def _recent(self, rows: "ir.Table") -> "ir.Table":
        return rows if self._bounds is None else rows.filter(rows.occurred_us >= self._bounds[0])

    def _new_in_window(self, rows: "ir.Table", per: str) -> "ir.Table":
        """Rows inside the window of leads or deals that had none before it."""
        if self._bounds is None:
            return rows
        start, end = self._bounds
        inside = rows.filter(rows.occurred_us >= start, rows.occurred_us < end)
        earlier = rows.filter(rows.occurred_us < start).select(earlier=rows[per])
        return inside.anti_join(earlier, inside[per] == earlier.earlier)

    def _within(self, rows: "ir.Table", family: str, *, alone: bool) -> "ir.Table":
        import ibis

        column = self._scoped[family]
        visible = ibis.table({"visible": "int64"}, name=SCOPE_TABLE.format(column=column))
        if alone:
            return rows.semi_join(visible, rows[column] == visible.visible)
        others = ~one_of(rows.kind, FAMILIES[family].kinds)
        return rows.filter(others | rows[column].isin(visible.visible))


def _place(rows: "ir.Table", ahead: Sequence[str]) -> "ir.Value":
    """When a row comes, of several at one instant too: one number is sorted quicker than two."""
    place = rows.occurred_us * (len(ahead) + 1)
    for behind in range(len(ahead)):
        place = place + (~one_of(rows.kind, ahead[: behind + 1])).cast("int64")
    return place


def one_of(column: "ir.Value", values: Iterable[Any]) -> "ir.Value":
    """Membership, written as equality where there is one value: the engine prunes that better."""
    values = list(values)
    return column == values[0] if len(values) == 1 else column.isin(values)
