"""Making the copy of a sealed file that was just written."""

from pathlib import Path

from isthmus.core import engine
from isthmus.ledger.by_subject.copy import place_of, write_copy
from isthmus.ledger.schema import CURRENT, NAMES, select_list


def copy_by_subject(path: str, place: Path | str, *, sha256: str, version: int = CURRENT) -> None:
    """Write the copy of the sealed file that lies at `place` and is, or will be, `path` in the manifest."""
    facts = engine.cursor().sql(
        f"SELECT {', '.join(NAMES)} FROM (SELECT {select_list(version)} FROM read_parquet(?)) "  # noqa: S608
        "WHERE subject IS NOT NULL ORDER BY subject, occurred_us, received_us, id",
        params=[str(place)],
    )
    write_copy(place_of(path), facts.to_arrow_reader(), sha256=sha256)
