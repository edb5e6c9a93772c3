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
    """Facts to be: one list for each column that events fill, and the keys of who they are about."""

    def __init__(self) -> None:
        self.columns: dict[str, list[Any]] = {name: [] for name in _FILLED}
        self.keys: list[str] = []
        self.agents: list[str] = []
        self._appends = [self.columns[name].append for name in _FILLED]

    def __len__(self) -> int:
        return len(self.keys)

    def add(self, key: str, agent: str, values: tuple[Any, ...]) -> None:
        """One fact: its values in the order of `_FILLED`."""
        for append, value in zip(self._appends, values, strict=True):
            append(value)
        self.keys.append(key)
        self.agents.append(agent)

    def table(
        self, *, unit: int, subjects: dict[str, int], agents: dict[str, int], campaigns: dict[str, int]
    ) -> "pa.Table":
        """The facts as a table of the current schema; the mappings give numbers for what stands in them."""
        import pyarrow as pa

        rows = len(self)
        known: dict[str, Any] = {
            **self.columns,
            "unit": [unit] * rows,
            "schema_version": [CURRENT] * rows,
            "revision": [0] * rows,
            "subject": [subjects[key] for key in self.keys],
            "agent": [agents.get(agent) for agent in self.agents],
            "campaign_id": [campaigns.get(name) for name in self.columns["utm_campaign"]],
        }
        arrays = [
            pa.array(known[field.name], field.type) if field.name in known else pa.nulls(rows, field.type)
            for field in arrow_schema()
        ]
        return pa.Table.from_arrays(arrays, schema=arrow_schema())
