"""Who took records out of the house: a fact for each export."""

from datetime import datetime
from typing import Any, Literal

from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.commands import command
from isthmus.ledger.facts import Fact

Exported = Literal["people", "accounts", "leads", "deals", "quotes", "tasks"]
Format = Literal["csv", "xlsx", "parquet"]


@command(permission="records.export", label=gettext_lazy("Export records"))
def record_export(
    *, list: Exported, format: Format, rows: int, columns: list[str], by: Actor, at: datetime
) -> dict[str, Any]:
    """Record that records leave as a file: what of which list, in which columns, how many.

    Exports call it before the first row is sent, so that a broken-off one is recorded too. It cannot be taken
    back: what left the house has left it.
    """
    told = {"list": list, "format": format, "rows": rows, "columns": columns}
    ledger.record(Fact(kind="records.exported", at=at, quantity=rows, props=told), by=by)
    return told
