"""Which facts are in a sealed file already: of those received in the last week, or of the same months."""

from typing import TYPE_CHECKING

from isthmus.core import engine
from isthmus.ledger.manifest import current_files, refuse_damaged
from isthmus.ledger.months import by_month

if TYPE_CHECKING:
    import pyarrow as pa

_WEEK_US = 7 * 24 * 3600 * 1_000_000


def without_known(facts: "pa.Table") -> "pa.Table":
    """The facts of acts whose id no sealed file has.

    Their ids carry their time, so the ranges of ids in the manifest leave few files to look into.
    """
    import pyarrow.compute as pc

    known = known_ids(facts) if facts.num_rows else None
    return facts if known is None else facts.filter(pc.invert(pc.is_in(facts["id"], known)))


def new_places(facts: "pa.Table") -> list[int]:
    """The places of collected facts that are new: the first of each id, unless a sealed file has it."""
    if not facts.num_rows:
        return []
    known = known_ids(facts)
    seen: set[bytes] = set() if known is None else set(known.to_pylist())
    places = []
    for place, identifier in enumerate(facts["id"].to_pylist()):
        if identifier not in seen:
            seen.add(identifier)
            places.append(place)
    return places


def known_ids(facts: "pa.Table") -> "pa.Array | None":
    """The ids among these facts that sealed files have; none when there are no such files or ids."""
    import pyarrow.compute as pc

    ids, received = pc.min_max(facts["id"]), pc.min_max(facts["received_us"])
    since = received["min"].as_py() - _WEEK_US
    months = {month for month, _rows in by_month(facts.select(["occurred_us"]))}
    suspects = [
        file
        for file in current_files(min_id__lte=ids["max"].as_py(), max_id__gte=ids["min"].as_py())
        if file.max_received_us >= since or file.month in months
    ]
    if not suspects:
        return None
    refuse_damaged(suspects)
    cursor = engine.cursor()
    cursor.register("taken", facts.select(["id"]))
    known = cursor.sql(
        "SELECT DISTINCT id FROM taken SEMI JOIN read_parquet(?) AS sealed USING (id)",
        params=[[file.place for file in suspects]],
    ).to_arrow_table()
    cursor.unregister("taken")
    return known["id"].combine_chunks().cast(facts["id"].type) if known.num_rows else None
