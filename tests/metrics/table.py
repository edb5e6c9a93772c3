"""A ledger in a table: facts as plain dicts, put where the catalogue's queries find them."""

import itertools
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import duckdb
import pyarrow as pa

from isthmus.core.actors import SYSTEM, Actor
from isthmus.core.clock import to_us
from isthmus.core.window import Window
from isthmus.ledger.schema import NAMES, arrow_schema
from isthmus.metrics.asking import Asker
from isthmus.metrics.dimensions import Attributes
from isthmus.metrics.question import Answer, Question
from isthmus.workspace.models import Company

FactDict = dict[str, Any]
_positions = itertools.count(1)
_ids = itertools.count(1)

BERLIN = Company(pk=1, name="Test", time_zone="Europe/Berlin", base_currency="EUR")
EVER = Window.parse(None, None, BERLIN.zone)


_EMPTY: Mapping[str, tuple[str, list[tuple[Any, ...]]]] = {"mirror_people": ("id BIGINT, subject BIGINT", [])}


def fact(kind: str, at: datetime, **columns: Any) -> FactDict:
    """One fact; its id and its time of receipt rise from call to call, as the ledger's do."""
    number = next(_ids)
    return {
        "id": number.to_bytes(16, "big"),
        "kind": kind,
        "occurred_us": to_us(at),
        "received_us": number,
        **columns,
    }


class TableView:
    """A state of the ledger that stands in one table, with mirror tables on request."""

    def __init__(
        self,
        facts: Iterable[FactDict],
        mirrors: Mapping[str, tuple[str, list[tuple[Any, ...]]]] | None = None,
    ) -> None:
        self.position = ("table", next(_positions))
        self._engine = duckdb.connect(config={"threads": 1})
        lines = [{name: one.get(name) for name in NAMES} for one in facts]
        self._engine.register("lines", pa.Table.from_pylist(lines, arrow_schema()))
        self._engine.execute(
            "CREATE TABLE facts AS SELECT *, coalesce(agent < 0, false) AS machine FROM lines"
        )
        self.columns: dict[str, dict[str, str]] = {}
        for table, (ddl, rows) in {**_EMPTY, **(mirrors or {})}.items():
            self.columns[table] = dict(column.split() for column in ddl.split(", "))
            self._engine.execute(f"CREATE TABLE {table} ({ddl})")
            if rows:
                marks = ", ".join("?" for _value in rows[0])
                self._engine.executemany(f"INSERT INTO {table} VALUES ({marks})", [list(row) for row in rows])

    def execute(self, sql: str, params: Any = None, *, subjects: bool | None = None) -> Any:
        return self._engine.execute(sql, params if params is not None else [])


def asked(
    facts: Iterable[FactDict] | TableView,
    metric: str,
    window: Window = EVER,
    *,
    actor: Actor = SYSTEM,
    company: Company = BERLIN,
    **question: Any,
) -> Answer:
    """The catalogue's answer over these facts."""
    view = facts if isinstance(facts, TableView) else TableView(facts)
    return Asker(view, company, lambda: Attributes(view.columns)).answer(
        Question(metric=metric, window=window, actor=actor, **question)
    )
