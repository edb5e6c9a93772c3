"""The ledger as a metric's definition sees it: facts of a kind, the latest one, the first one.

Ibis is imported when a shape is first compiled, never before: it takes half a second. Everything stays inside
the portable subset: integer time, a tie-breaker in every order, no engine's own functions.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from isthmus.ledger.schema import COLUMNS
from isthmus.metrics.families import FAMILIES, family_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from isthmus.metrics.localtime import Offsets

_TYPES = {"id": "binary", "text": "string", "big": "int64", "int": "int32", "small": "int16"}
SCOPE_TABLE = "scope_{column}"


class Facts:
    """The `facts` table under the asker's permission.

    `scoped` maps each family of facts that the asker sees only in part to the column whose visible
    numbers bound it. `offsets` are the company zone's shifts, for calendar days.
    """

    def __init__(self, *, scoped: Mapping[str, str], offsets: "Offsets") -> None:
        import ibis

        self.table: ir.Table = ibis.table({c.name: _TYPES[c.kind] for c in COLUMNS}, name="facts")
        self._scoped = scoped
        self.offsets = offsets

    def of(self, *kinds: str) -> "ir.Table":
        """Facts of these kinds that the asker may see."""
        rows = self.table.filter(one_of(self.table.kind, kinds))
        families = sorted({family_of(kind) for kind in kinds} & set(self._scoped))
        for family in families:
            rows = self._within(rows, family, alone=all(family_of(kind) == family for kind in kinds))
        return rows

    def latest(self, per: str, *kinds: str) -> "ir.Table":
        """The last fact of these kinds for each lead or deal; of two at one instant the later recorded."""
        return self._edge(per, kinds, last=True)

    def first(self, per: str, *kinds: str) -> "ir.Table":
        """The first fact of these kinds for each lead or deal; of two at one instant the earlier recorded."""
        return self._edge(per, kinds, last=False)

    def with_next(self, rows: "ir.Table", per: str, *, ahead: str | None = None) -> "ir.Table":
        """Each row beside the one that follows it for the same lead: `next_kind`, `next_us`.

        At one instant, facts of the kind `ahead` come before the others; then the earlier recorded.
        """
        import ibis

        rank = (rows.kind != ahead).cast("int8") if ahead else ibis.literal(0, "int8")
        ranked = rows.mutate(rank=rank)
        order = ibis.window(group_by=per, order_by=["occurred_us", "rank", "id"])
        return ranked.mutate(
            next_kind=ranked.kind.lead().over(order), next_us=ranked.occurred_us.lead().over(order)
        ).drop("rank")

    def captures(self) -> "ir.Table":
        """When each lead was captured (`captured_lead`, `captured_us`): dates only, under no permission."""
        rows = self.table.filter(self.table.kind == "lead.captured")
        return rows.group_by(captured_lead=rows.lead_id).agg(captured_us=rows.occurred_us.min())

    def latest_credit(self, column: str) -> "ir.Table":
        """The last value of a credit column recorded for each lead, by its own facts or its deals'."""
        import ibis

        rows = self.table.filter(self.table.lead_id.notnull(), self.table[column].notnull())
        moment = ibis.struct({"us": rows.occurred_us, "id": rows.id})
        return rows.group_by(credited_lead=rows.lead_id).agg(credit=rows[column].argmax(moment))

    def calendar_days(self, start_us: "ir.Value", end_us: "ir.Value") -> "ir.Value":
        """Whole calendar days between two instants in the company's zone; negative when they are reversed."""
        return self.offsets.day(end_us) - self.offsets.day(start_us)

    def _edge(self, per: str, kinds: tuple[str, ...], *, last: bool) -> "ir.Table":
        import ibis

        rows = self.of(*kinds)
        rows = rows.filter(rows[per].notnull())
        order = ["occurred_us", "id"]
        order_by = [ibis.desc(column) for column in order] if last else order
        place = ibis.row_number().over(ibis.window(group_by=per, order_by=order_by))
        placed = rows.mutate(place=place)
        return placed.filter(placed.place == 0).drop("place")

    def _within(self, rows: "ir.Table", family: str, *, alone: bool) -> "ir.Table":
        import ibis

        column = self._scoped[family]
        visible = ibis.table({"visible": "int64"}, name=SCOPE_TABLE.format(column=column))
        if alone:
            return rows.semi_join(visible, rows[column] == visible.visible)
        others = ~one_of(rows.kind, FAMILIES[family].kinds)
        return rows.filter(others | rows[column].isin(visible.visible))


def one_of(column: "ir.Value", values: Iterable[Any]) -> "ir.Value":
    """Membership, written as equality where there is one value: the engine prunes that better."""
    values = list(values)
    return column == values[0] if len(values) == 1 else column.isin(values)
