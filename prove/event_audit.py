"""Every acknowledged event looked up, one by one: in the ledger once, or kept as it came; never nowhere."""

import re
from collections.abc import Iterable

from prove.sending import Heard

_MARK = re.compile(r"mark-\d+-\d+\.")


def settle() -> None:
    """Seal all that waits, as a last sealer would."""
    from isthmus.ledger.sealing import seal
    from isthmus.ledger.segments.files import closed_segments

    while closed_segments() or seal(wait=60):
        seal(wait=60)


def audit(heard: Heard, source: int) -> list[str]:
    """One sentence for each thing that is not as it must be."""
    from isthmus.collect.translating.ids import fact_id

    facts, doubled = _facts(source)
    kept = _kept()
    missing = [mark for mark in heard.good if fact_id(source, mark, b"") not in facts]
    unkept = heard.bad - kept
    vanished = [mark for mark in heard.odd if fact_id(source, mark, b"") not in facts and mark not in kept]
    print(
        f"of {len(heard.good):,} good events: lost {len(missing)}, doubled {doubled}; "
        f"of {len(heard.bad):,} bad ones: not kept {len(unkept)}; "
        f"of {len(heard.odd):,} odd ones: nowhere {len(vanished)}"
    )
    return [
        *_some("was acknowledged and is no fact", missing),
        *([f"{doubled} facts stand in the ledger twice."] if doubled else []),
        *_some("was acknowledged, is bad, and was not kept", sorted(unkept)),
        *_some("was acknowledged and is nowhere", vanished),
        *_counts(heard, source, len(facts)),
        *_invariants(),
    ]


def _some(what: str, marks: Iterable[str]) -> list[str]:
    return [f"{mark} {what}." for mark in marks]


def _facts(source: int) -> tuple[set[bytes], int]:
    """The ids in the files themselves, past every view that could hide a double."""
    from isthmus.core import engine
    from isthmus.ledger.manifest import current_files

    files = [str(file.place) for file in current_files()]
    if not files:
        return set(), 0
    rows = (
        engine.cursor()
        .execute(
            "SELECT id, count(*) FROM read_parquet(?, union_by_name=true) WHERE source_id = ? GROUP BY id",
            [files, source],
        )
        .fetchall()
    )
    return {bytes(one) for one, _count in rows}, sum(count - 1 for _one, count in rows)


def _kept() -> set[str]:
    from isthmus.collect.models import Quarantined

    bodies = Quarantined.objects.values_list("body", flat=True).iterator(2000)
    return {mark for body in bodies for mark in _MARK.findall(body)}


def _counts(heard: Heard, source: int, facts: int) -> list[str]:
    """I2: acknowledged = facts + duplicates + quarantined, and no fewer than the clients heard of."""
    from django.db.models import Sum

    from isthmus.collect.models import Quarantined, SourceCount

    names = ("acknowledged", "facts", "duplicates", "quarantined")
    rows = SourceCount.objects.filter(source_id=source)
    sums = rows.aggregate(**{f"all_{name}": Sum(name) for name in names})
    told = {name: sums[f"all_{name}"] or 0 for name in names}
    print(" ".join(f"{name} {count:,}" for name, count in told.items()))
    wrong = []
    if told["acknowledged"] != told["facts"] + told["duplicates"] + told["quarantined"]:
        wrong.append(f"I2 does not hold: {told}.")
    if told["facts"] != facts:
        wrong.append(f"{told['facts']} facts were counted, {facts} are there.")
    # A call that cannot be taken apart is one row, and counts as all its events.
    waiting = Quarantined.objects.filter(source_id=source)
    aside, whole = waiting.count(), waiting.filter(reason="not_json").exists()
    if told["quarantined"] < aside or (told["quarantined"] > aside and not whole):
        wrong.append("What was put aside is not what was counted.")
    if told["acknowledged"] < heard.events:
        wrong.append(f"{heard.events} events were acknowledged, {told['acknowledged']} were counted.")
    return wrong


def _invariants() -> list[str]:
    from isthmus.core.clock import now
    from isthmus.ledger.invariants import check_facts, check_files

    return [*check_facts(), *check_files(now())]
