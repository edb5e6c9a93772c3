"""Facts as columns, while they are gathered."""

from typing import TYPE_CHECKING, Any

from isthmus.ledger.schema import CURRENT, arrow_schema

if TYPE_CHECKING:
    import pyarrow as pa

# What an event may fill; the other columns of a fact stay empty.
_FILLED = (
    "id", "kind", "occurred_us", "received_us", "landing_page", "channel", "utm_source",
    "actor_kind", "locale", "amount", "currency", "quantity", "props", "source_id", "event", "host", "path",
    "referrer", "utm_medium", "utm_campaign", "utm_term", "utm_content", "click_id",
)  # fmt: skip


class Rows:
    """Facts to be: what their events fill, and the keys of who they are about."""

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.agents: list[str | None] = []
        self.props: dict[int, str] = {}  # of rows whose properties are told later
        self._rows: list[tuple[Any, ...]] = []

    def __len__(self) -> int:
        return len(self.keys)

    def add(self, key: str, agent: str | None, values: tuple[Any, ...]) -> None:
        """One fact: its values in the order of `_FILLED`."""
        self._rows.append(values)
        self.keys.append(key)
        self.agents.append(agent)

    def value(self, row: int, name: str) -> Any:
        """What one fact holds."""
        return self._rows[row][_FILLED.index(name)]

    def values(self, name: str) -> set[Any]:
        """What any of the facts holds there, empty ones aside."""
        place = _FILLED.index(name)
        return {row[place] for row in self._rows if row[place]}

    def table(
        self, *, unit: int, subjects: dict[str, int], agents: dict[str, int], campaigns: dict[str, int]
    ) -> "pa.Table":
        """The facts as a table of the current schema; the mappings give numbers for what stands in them."""
        import pyarrow as pa

        rows = len(self)
        columns = zip(*self._rows, strict=True) if rows else ((),) * len(_FILLED)
        filled: dict[str, Any] = dict(zip(_FILLED, columns, strict=True))
        if self.props:
            filled["props"] = [self.props.get(row, text) for row, text in enumerate(filled["props"])]
        known: dict[str, Any] = {
            **filled,
            "unit": [unit] * rows,
            "schema_version": [CURRENT] * rows,
            "revision": [0] * rows,
            "subject": [subjects[key] for key in self.keys],
            "agent": [None if agent is None else agents[agent] for agent in self.agents],
            "campaign_id": [campaigns.get(name) for name in filled["utm_campaign"]],
        }
        arrays = [
            pa.array(known[field.name], field.type) if field.name in known else pa.nulls(rows, field.type)
            for field in arrow_schema()
        ]
        return pa.Table.from_arrays(arrays, schema=arrow_schema())
