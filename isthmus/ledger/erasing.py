"""Erasing a subject: its key is destroyed, and a unit supersedes the files that hold its identifying columns.

Figures stay as they were: facts keep their dense subject number, which no longer leads to anybody.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING

import msgspec
from django.db import transaction
from django.utils.translation import gettext_noop

from isthmus.core import engine
from isthmus.core.crash import crash_point
from isthmus.ledger.file_merging import replace_files, sorted_batches
from isthmus.ledger.keys import destroy_keys
from isthmus.ledger.manifest import CurrentFile, current_files, next_unit_number, refuse_damaged
from isthmus.ledger.models import InboxFact, Subject, SubjectMerge, Unit
from isthmus.ledger.schema import select_list
from isthmus.ledger.sealer_lock import merging_lock, sealer_lock
from isthmus.ledger.writing import write_facts

if TYPE_CHECKING:
    import pyarrow as pa

ERASED = gettext_noop("a person was erased")
_CHUNK = 500


def erase_subjects(subjects: Sequence[int], *, at: datetime, wait: float = 600.0) -> int:
    """Erase subjects, with those merged into them. Answers how many files were rewritten.

    Safe to repeat: what a killed run left undone the next one finds.
    """
    everyone = with_merged(subjects)
    destroy_keys(everyone, at=at)
    crash_point("ledger.erase.after_keys")
    with merging_lock(wait=wait), sealer_lock(wait=wait):
        _clean_inbox(everyone)  # Again, under the lock: what was being sealed before is in a file by now.
        crash_point("ledger.erase.after_inbox")
        held = _files_with_traces(everyone)
        for file in held:
            _rewrite(file, everyone)
    return len(held)


def forget_in_database(subjects: Sequence[int], *, at: datetime) -> int:
    """What commits with the caller's transaction: keys and inbox. `erase_subjects` does the files."""
    everyone = with_merged(subjects)
    existed = destroy_keys(everyone, at=at)
    _clean_inbox(everyone)
    return existed


def with_merged(subjects: Iterable[int]) -> list[int]:
    """These subjects with all that were merged into them."""
    found = set(subjects)
    fresh = found
    while fresh:
        pairs = SubjectMerge.objects.filter(winner_id__in=fresh, undone_us=None)
        fresh = set(pairs.values_list("loser_id", flat=True)) - found
        found |= fresh
    return sorted(found)


def _clean_inbox(subjects: Sequence[int]) -> None:
    with transaction.atomic():
        for start in range(0, len(subjects), _CHUNK):
            chunk = subjects[start : start + _CHUNK]
            rows = list(InboxFact.objects.select_for_update().filter(subject__in=chunk))
            for row in rows:
                row.stream_id = None
                row.click_id = None
                row.landing_page = _without_query(row.landing_page)
                row.props = _without_personal(row.props)
                row.actor_id = None if row.actor_kind == "person" else row.actor_id
            InboxFact.objects.bulk_update(
                rows, ["stream_id", "click_id", "landing_page", "props", "actor_id"], batch_size=_CHUNK
            )
            Subject.objects.filter(pk__in=chunk).update(key_hash=None)


def _files_with_traces(subjects: Sequence[int]) -> list[CurrentFile]:
    """The files in which these subjects still have sealed text, a stream or a person's own number."""
    files = current_files()
    if not files:
        return []
    refuse_damaged(files)
    named: set[str] = set()
    for version, group in groupby(
        sorted(files, key=lambda file: file.schema_version), key=lambda file: file.schema_version
    ):
        places = engine.cursor().execute(
            "SELECT DISTINCT place FROM (SELECT filename AS place, "  # noqa: S608 (our own column names)
            f"{select_list(version)} FROM read_parquet($places) AS sealed) "
            "WHERE subject IN (SELECT unnest($subjects)) AND ("
            "stream_id IS NOT NULL OR click_id IS NOT NULL "
            "OR (actor_kind = 'person' AND actor_id IS NOT NULL) "
            "OR contains(landing_page, '?') OR json_exists(props, '$.sealed') "
            "OR contains(props, '\"custom_'))",
            {"places": [file.place for file in group], "subjects": list(subjects)},
        )
        named |= {place for (place,) in places.fetchall()}
    return [file for file in files if file.place in named]


def _rewrite(file: CurrentFile, subjects: Sequence[int]) -> None:
    refuse_damaged([file], thoroughly=True)
    number = next_unit_number()
    written = write_facts(
        (_erased(batch, set(subjects)) for batch in sorted_batches([file])),
        rows=file.rows,
        month=file.month,
        label=f"u{number:08d}",
        step="ledger.erase",
    )
    replace_files([file], [written], kind=Unit.Kind.ERASE, reason=ERASED, level=1, number=number)


def _erased(batch: "pa.RecordBatch", subjects: set[int]) -> "pa.RecordBatch":
    import pyarrow as pa
    import pyarrow.compute as pc

    theirs = pc.is_in(batch["subject"], pa.array(sorted(subjects), pa.int64()))
    if not pc.any(theirs).as_py():
        return batch
    own = pc.and_(theirs, pc.equal(batch["actor_kind"], "person"))
    props = pa.array(
        [
            _without_personal(text) if erased else text
            for text, erased in zip(batch["props"].to_pylist(), theirs.to_pylist(), strict=True)
        ],
        pa.string(),
    )
    pages = pa.array(
        [
            _without_query(page) if erased else page
            for page, erased in zip(batch["landing_page"].to_pylist(), theirs.to_pylist(), strict=True)
        ],
        pa.string(),
    )
    values = {
        "landing_page": pages,
        "stream_id": pc.if_else(theirs, pa.scalar(None, pa.string()), batch["stream_id"]),
        "click_id": pc.if_else(theirs, pa.scalar(None, pa.string()), batch["click_id"]),
        "actor_id": pc.if_else(own, pa.scalar(None, pa.int64()), batch["actor_id"]),
        "props": props,
    }
    arrays = [values.get(name, batch[name]) for name in batch.schema.names]
    return pa.RecordBatch.from_arrays(arrays, names=batch.schema.names)


def _without_query(page: str | None) -> str | None:
    """The path alone: what stood behind it may name whoever came."""
    return None if page is None else page.partition("?")[0]


def _without_personal(props: str | None) -> str | None:
    """Without sealed text, and without custom values as they were before and after a change."""
    if props is None:
        return None
    values = msgspec.json.decode(props)
    kept = {
        name: value for name, value in values.items() if name != "sealed" and not name.startswith("custom_")
    }
    return msgspec.json.encode(kept, order="deterministic").decode() if kept else None
