"""Natural keys: noticing, in the act's own transaction, that a fact states anew what another one stated."""

from collections.abc import Iterable, Sequence

from django.db import connection

from isthmus.ledger.models import NaturalKey, Revision

Keyed = tuple[str, bytes, int, int, int]  # natural key, fact id, revision, occurred, received
_CHUNK = 500


def note_keys(keyed: Iterable[Keyed]) -> None:
    """Remember the facts of natural keys; those of a key with several facts become `Revision` rows."""
    firsts: dict[str, Keyed] = {}
    repeats: list[Keyed] = []
    for row in keyed:
        if firsts.setdefault(row[0], row) is not row:
            repeats.append(row)
    # Sorted, so that two transactions that state the same keys wait for each other, never in a circle.
    ordered = sorted(firsts.values())
    for start in range(0, len(ordered), _CHUNK):
        _note_chunk(ordered[start : start + _CHUNK], repeats)
    _add_revisions(repeats)


def _note_chunk(chunk: Sequence[Keyed], repeats: list[Keyed]) -> None:
    values = ", ".join(["(%s, %s, %s, %s, %s)"] * len(chunk))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_naturalkey (key, fact_id, revision, occurred_us, received_us) "  # noqa: S608
            f"VALUES {values} ON CONFLICT (key) DO NOTHING RETURNING key",
            [value for row in chunk for value in row],
        )
        fresh = {key for (key,) in cursor.fetchall()}
    repeats += [row for row in chunk if row[0] not in fresh]


def _add_revisions(repeats: Sequence[Keyed]) -> None:
    if not repeats:
        return
    keys = sorted({row[0] for row in repeats})
    firsts: list[Keyed] = []
    for start in range(0, len(keys), _CHUNK):
        firsts += [
            (row.key, bytes(row.fact_id), row.revision, row.occurred_us, row.received_us)
            for row in NaturalKey.objects.filter(key__in=keys[start : start + _CHUNK])
        ]
    rows = [
        Revision(
            natural_key=key,
            fact_id=fact_id,
            revision=revision,
            occurred_us=occurred_us,
            received_us=received_us,
        )
        for key, fact_id, revision, occurred_us, received_us in [*firsts, *repeats]
    ]
    Revision.objects.bulk_create(rows, ignore_conflicts=True, batch_size=_CHUNK)
