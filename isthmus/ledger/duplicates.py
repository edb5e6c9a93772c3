"""Which facts are in a sealed file already: of those received in the last week, or of the same months."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from isthmus.core import engine
from isthmus.ledger.ids.finding import ids_in
from isthmus.ledger.ids.lists import halves_of
from isthmus.ledger.manifest import CurrentFile, current_files, refuse_damaged
from isthmus.ledger.months import by_month

if TYPE_CHECKING:
    import numpy as np
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
    return _among(facts["id"], suspects)


def _among(ids: "pa.ChunkedArray", suspects: Sequence[CurrentFile]) -> "pa.Array | None":
    """Which of the ids the files hold, by their lists; the files without one are read."""
    import numpy as np
    import pyarrow as pa

    first, last = halves_of(ids)
    order = np.argsort(last)
    known = np.zeros(len(order), bool)
    unlisted = []
    for file in suspects:
        its = ids_in(file)
        if its is None:
            unlisted.append(file)
        else:
            known |= its.hold(first[order], last[order])
    found = ids.filter(pa.array(_in_place(known, order))).combine_chunks()
    if unlisted:
        found = pa.concat_arrays([found, _read(ids, unlisted).cast(found.type)])
    return found if len(found) else None


def _in_place(known: "np.ndarray", order: "np.ndarray") -> "np.ndarray":
    import numpy as np

    places = np.empty(len(known), bool)
    places[order] = known
    return places


def _read(ids: "pa.ChunkedArray", files: Sequence[CurrentFile]) -> "pa.Array":
    import pyarrow as pa

    cursor = engine.cursor()
    cursor.register("taken", pa.table({"id": ids}))
    known = cursor.sql(
        "SELECT DISTINCT id FROM taken SEMI JOIN read_parquet(?) AS sealed USING (id)",
        params=[[file.place for file in files]],
    ).to_arrow_table()
    cursor.unregister("taken")
    return known["id"].combine_chunks()
