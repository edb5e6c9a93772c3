"""From a shape to the engine's SQL, by Ibis, inside the portable subset."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from isthmus.metrics import catalogue
from isthmus.metrics.dimensions import CREDITED_LATER, Dimension
from isthmus.metrics.facts import SCOPE_TABLE, Facts, one_of
from isthmus.metrics.keys import time_key
from isthmus.metrics.localtime import Offsets
from isthmus.metrics.shapes import Filter, Shape, parameter

if TYPE_CHECKING:
    import ibis.expr.types as ir

# Literals that stand for parameters until the text is made; no real value looks like them.
_NUMBER = 7_300_000_000_000_000_000
_MARKED_NUMBER = re.compile(r"\b73000000000000(\d{5})\b")
_MARKED_TEXT = re.compile(r"'§(\w+)§'")
TREE_TABLE = "tree_{column}"
ROW_COLUMNS = (
    "id",
    "kind",
    "occurred_us",
    "subject",
    "account_id",
    "lead_id",
    "deal_id",
    "order_id",
    "campaign_id",
    "channel",
    "owner",
)


def compile_shape(shape: Shape) -> str:
    """The SQL of a shape, with `$start`, `$end` and the filters' values as named parameters.

    The marks of the window's own offsets still stand in it, so that one text serves every window.
    """
    import ibis

    builder = _Builder(shape)
    text = str(ibis.to_sql(builder.query(), dialect="duckdb"))
    text = builder.facts.offsets.written_in(text)
    text = _MARKED_TEXT.sub(r"$\1", text)
    text = _MARKED_NUMBER.sub(lambda found: f"${builder.names[int(found.group(1))]}", text)
    tables = [
        f'"{SCOPE_TABLE.format(column=column)}" AS (SELECT UNNEST(CAST(${SCOPE_TABLE.format(column=column)} '
        'AS BIGINT[])) AS "visible")'
        for column in sorted({column for _family, column in shape.scoped})
        if f'"{SCOPE_TABLE.format(column=column)}"' in text
    ]
    tables += [
        f'"{TREE_TABLE.format(column=d.column)}" AS (SELECT UNNEST(CAST($below_{d.column} AS BIGINT[])) AS '
        f'"below", UNNEST(CAST($above_{d.column} AS BIGINT[])) AS "above")'
        for d in shape.by
        if d.kind == "tree"
    ]
    if not tables:
        return text
    if text.startswith("WITH "):
        return f"WITH {', '.join(tables)}, {text.removeprefix('WITH ')}"
    return f"WITH {', '.join(tables)}\n{text}"


class _Builder:
    """One shape on its way to a query."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self.metric = catalogue.find(shape.metric)
        self.names: list[str] = []
        window = (self.number("start"), self.number("end"))
        of_window = shape.purpose != "ages"
        self.facts = Facts(
            scoped=dict(shape.scoped),
            offsets=Offsets.ever(ZoneInfo(shape.zone)),
            bounds=window if of_window and shape.anchor == "event" else None,
            cohort=window if of_window and shape.anchor == "lead" else None,
            split=_columns_of([*shape.by, *(f.dimension for f in shape.filters)]),
            shown=ROW_COLUMNS if shape.purpose == "rows" else (),
        )

    def query(self) -> "ir.Table":
        from isthmus.metrics import figures

        if self.shape.purpose == "ages":
            return figures.ages(self.facts, self.metric.outcome)
        rows = self._dated(self.metric.rows_of(self.facts))
        rows = rows.filter(rows.anchor_us >= self.number("start"), rows.anchor_us < self.number("end"))
        for at, condition in enumerate(self.shape.filters):
            rows = self._filtered(rows, condition, at)
        if self.shape.purpose == "rows":
            return self._page(rows)
        if self.shape.purpose == "payers":
            return figures.payers(rows)
        for at, dimension in enumerate(self.shape.by):
            rows = self._keyed(rows, dimension, at)
        if self.shape.purpose == "parties":
            least, most, within = (self.number(name) for name in ("least", "most", "within"))
            return figures.parties(rows, self.metric, least, most, within)
        keys = [f"k{at}" for at in range(len(self.shape.by))]
        overlap = any(d.kind == "tree" for d in self.shape.by)
        return figures.groups(rows, self.metric, keys, overlap=overlap)

    def number(self, name: str) -> Any:
        """A literal that the finished text replaces by the parameter of that name."""
        import ibis

        return ibis.literal(self.mark(name), "int64")

    def mark(self, name: str) -> int:
        """The number that stands for the parameter of that name."""
        if name not in self.names:
            self.names.append(name)
        return _NUMBER + self.names.index(name)

    def _dated(self, rows: "ir.Table") -> "ir.Table":
        """Rows with `anchor_us`, and with `captured_us` where a dimension needs the capture."""
        if self.metric.anchors == ("lead",):
            return rows.mutate(anchor_us=rows.occurred_us, captured_us=rows.occurred_us)
        dimensions = [*self.shape.by, *(f.dimension for f in self.shape.filters)]
        by_lead = self.shape.anchor == "lead"
        if not by_lead and not any(d.of_capture for d in dimensions):
            return rows.mutate(anchor_us=rows.occurred_us)
        if "captured_us" in rows.columns:
            rows = rows.drop("captured_us", "captured_lead")
        captures = self.facts.captures()
        if by_lead:
            rows = rows.inner_join(captures, rows.lead_id == captures.captured_lead)
            return rows.mutate(anchor_us=rows.captured_us)
        rows = rows.left_join(captures, rows.lead_id == captures.captured_lead)
        return rows.mutate(anchor_us=rows.occurred_us)

    def _with_key(self, rows: "ir.Table", dimension: Dimension, name: str) -> "ir.Table":
        """Rows with the dimension's key in column `name`; text that is empty counts as not stated."""
        if dimension.kind == "time":
            us, offsets = (
                (rows.captured_us, self.facts.offsets)
                if dimension.of_capture and self.shape.anchor != "lead"
                else (rows.anchor_us, self.shape.offsets)
            )
            return rows.mutate(**{name: time_key(us, dimension.column, offsets)})
        if dimension.kind == "mirror":
            return self._from_mirror(rows, dimension, name)
        rows = self._credited(rows, dimension.column, name)
        key = rows[name]
        return rows.mutate(**{name: key.nullif("")}) if dimension.key_type == "text" else rows

    def _credited(self, rows: "ir.Table", column: str, name: str) -> "ir.Table":
        import ibis

        if self.metric.anchors != ("lead",) or column not in CREDITED_LATER:
            return rows.mutate(**{name: rows[column]})
        credit = self.facts.latest_credit(column, self.number("start"))
        rows = rows.left_join(credit, rows.lead_id == credit.credited_lead)
        # What is dated before the capture was not recorded for this enquiry.
        known = ibis.ifelse(rows.credit_us >= rows.captured_us, rows.credit, ibis.null("int64"))
        return rows.mutate(**{name: known}).drop("credit", "credit_us", "credited_lead")

    def _from_mirror(self, rows: "ir.Table", dimension: Dimension, name: str) -> "ir.Table":
        import ibis

        types = {"text": "string", "number": "float64", "flag": "boolean", "day": "date"}
        kind = types[dimension.key_type]
        mirror = ibis.table({dimension.via: "int64", dimension.column: kind}, name=dimension.table)
        mirror = mirror.select(mirror_id=mirror[dimension.via], mirror_key=mirror[dimension.column])
        rows = self._credited(rows, dimension.link, "mirror_link")
        rows = rows.left_join(mirror, rows.mirror_link == mirror.mirror_id)
        key = rows.mirror_key.nullif("") if kind == "string" else rows.mirror_key
        return rows.mutate(**{name: key}).drop("mirror_id", "mirror_key", "mirror_link")

    def _filtered(self, rows: "ir.Table", condition: Filter, at: int) -> "ir.Table":
        import ibis

        name = f"filter_{at}"
        rows = self._with_key(rows, condition.dimension, name)
        key = rows[name]
        if condition.op in ("empty", "not_empty"):
            absent = key.isnull()
            return rows.filter(absent if condition.op == "empty" else ~absent).drop(name)
        names = [parameter(at, value_at) for value_at in range(condition.count)]
        kind = condition.dimension.key_type
        if kind == "text" and condition.dimension.kind != "time":
            values = [ibis.literal(f"§{value}§") for value in names]
        elif kind == "day":
            values = [ibis.literal(f"§{value}§").cast("date") for value in names]
        else:
            values = [self.number(value) for value in names]
            key = key.cast("int64") if kind == "flag" else key
        return rows.filter(_meets(key, condition.op, values)).drop(name)

    def _keyed(self, rows: "ir.Table", dimension: Dimension, at: int) -> "ir.Table":
        import ibis

        name = f"k{at}"
        if dimension.kind != "tree":
            return self._with_key(rows, dimension, name)
        rows = self._with_key(rows, dimension, "leaf")
        tree = ibis.table(
            {"below": "int64", "above": "int64"}, name=TREE_TABLE.format(column=dimension.column)
        )
        rows = rows.left_join(tree, rows.leaf == tree.below)
        return rows.mutate(**{name: ibis.coalesce(rows.above, rows.leaf)}).drop("leaf", "below", "above")

    def _page(self, rows: "ir.Table") -> "ir.Table":
        import ibis

        if "worth" not in rows.columns:
            rows = rows.mutate(worth=ibis.literal(1, "int64"))
        if not self.shape.first_page:
            after_us = self.number("after_us")
            after_id = ibis.literal("§after_id§").cast("binary")
            earlier = rows.anchor_us < after_us
            rows = rows.filter(earlier | ((rows.anchor_us == after_us) & (rows.id < after_id)))
        page = rows.order_by([ibis.desc("anchor_us"), ibis.desc("id")])
        # A number, not an expression: that would become a query over the page.
        return page.select(*ROW_COLUMNS, "worth", "anchor_us").limit(self.mark("limit"))


def _columns_of(dimensions: Iterable[Dimension]) -> set[str]:
    """The columns of facts by which dimensions are told."""
    return {d.link if d.kind == "mirror" else d.column for d in dimensions if d.kind != "time"}


def _meets(key: "ir.Value", op: str, values: list[Any]) -> "ir.Value":
    if op == "in":
        return one_of(key, values)
    if op == "not_in":
        return key.isnull() | ~one_of(key, values)
    return {"<": key < values[0], "<=": key <= values[0], ">": key > values[0], ">=": key >= values[0]}[op]
