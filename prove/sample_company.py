"""The sample company is the same for the same seed, at any size in bounded memory, and its truths hold.

    python -m prove.sample_company [--size large] [--seed 7] [--most-mb 2500] [--keep FOLDER]

Makes the company twice, each in a process and a folder of its own. Prints facts, seconds and peak memory of
each. Exit 1 when the facts differ, a truth is not found again in the ledger, an invariant does not hold, or
the memory went beyond its bound.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LEAST = {"small": 100_000, "medium": 900_000, "large": 10_000_000}
# What differs from one making to the next: when and under which number an act was recorded, and what is
# sealed under keys that are drawn anew.
_OF_THE_ACT = ("id", "received_us", "batch", "stream_id", "props")
_STREAMED = "(source_id IS NOT NULL OR kind LIKE 'media.%' OR kind LIKE 'email.%')"


def main() -> int:
    """Make the company twice and compare; 0 when all holds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--size", choices=sorted(LEAST), default="large")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--most-mb", type=int, default=2_500)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--make", nargs=2, metavar=("HOME", "UNTIL"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.make:
        print(json.dumps(_made(asked.size, asked.seed, datetime.fromisoformat(asked.make[1]))))
        return 0
    until = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
    with tempfile.TemporaryDirectory() as folder:
        homes = [Path(asked.keep or folder) / name for name in ("first", "second")]
        made = [_make(home, asked, until) for home in homes]
    wrong = [problem for one in made for problem in one["wrong"]]
    if made[0]["hash"] != made[1]["hash"]:
        wrong.append("the two companies differ")
    if made[0]["facts"] < LEAST[asked.size]:
        wrong.append(f"only {made[0]['facts']:,} facts")
    wrong += [f"a peak of {one['peak_mb']:,} MB" for one in made if one["peak_mb"] > asked.most_mb]
    print("all holds" if not wrong else "WRONG: " + "; ".join(wrong))
    return 1 if wrong else 0


def _make(home: Path, asked: argparse.Namespace, until: datetime) -> dict[str, Any]:
    environment = {**os.environ, "ISTHMUS_HOME": str(home), "DJANGO_SETTINGS_MODULE": "isthmus.settings"}
    environment.pop("DATABASE_URL", None)
    words = ["--size", asked.size, "--seed", str(asked.seed), "--make", str(home), until.isoformat()]
    done = subprocess.run(
        [sys.executable, "-m", "prove.sample_company", *words],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    print(
        f"{asked.size}, seed {asked.seed}: {found['facts']:,} facts, of them {found['streamed']:,} streamed, "
        f"in {found['seconds']:.0f} s; peak {found['peak_mb']:,} MB; {found['bytes_a_fact']:.1f} bytes each "
        f"sealed; hash {found['hash']}",
        flush=True,
    )
    return found


def _made(size: str, seed: int, until: datetime) -> dict[str, Any]:
    """Make the company in this process's folder and look at it."""
    import django

    django.setup()
    from django.core.management import call_command

    from isthmus.ledger.models import SealedFile, Unit
    from isthmus.ledger.sealing import seal
    from isthmus.simulate.loading import load_sample

    call_command("migrate", verbosity=0)
    began = time.monotonic()
    load_sample(size=size, seed=seed, until=until)
    seal()
    seconds = time.monotonic() - began
    files = list(SealedFile.objects.filter(superseded_by=None).values_list("bytes", "rows"))
    return {
        "facts": sum(rows for _, rows in files),
        "streamed": sum(Unit.objects.filter(kind=Unit.Kind.STREAM).values_list("rows", flat=True)),
        "bytes_a_fact": sum(size for size, _ in files) / sum(rows for _, rows in files),
        "seconds": seconds,
        # Of the making alone: what looks at it afterwards reads everything.
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "hash": _hash(),
        "wrong": _wrong(),
    }


def _hash() -> str:
    """The same for the same facts, in whatever files and order they lie."""
    from isthmus.ledger.reading import snapshot
    from isthmus.ledger.schema import NAMES

    steady = ", ".join(name for name in NAMES if name not in _OF_THE_ACT)
    sql = (
        f"SELECT count(*), bit_xor(h), CAST(sum(CAST(h AS HUGEINT)) AS VARCHAR) FROM ("
        f"SELECT hash({steady}, CASE WHEN {_STREAMED} THEN id END, "
        f"CASE WHEN {_STREAMED} THEN received_us END, CASE WHEN {_STREAMED} THEN props END) AS h FROM facts)"
    )
    with snapshot() as facts:
        count, crossed, total = facts.execute(sql).fetchall()[0]
    return f"{count:x}-{crossed:016x}-{int(total):x}"


def _wrong() -> list[str]:
    """What the ledger says otherwise than the truth, and invariants that do not hold."""
    from isthmus.simulate.loading import truth_path
    from isthmus.upkeep.checks import invariant_checks

    truth = json.loads(truth_path().read_text(encoding="utf-8"))
    wrong = [sentence for check in invariant_checks() for sentence in check.wrong()]
    revenue = _one(
        "SELECT CAST(sum(amount_base) AS BIGINT) FROM facts WHERE kind IN ('order.paid', 'order.refunded')"
    )
    if sum(truth["contribution_micros"].values()) != revenue:
        wrong.append("contributions do not sum to the revenue")
    channels = truth["channels"].values()
    if sum(one["leads_caused"] for one in channels) != _one(
        "SELECT count(*) FROM facts WHERE kind = 'lead.captured'"
    ):
        wrong.append("the truth knows other leads than the ledger")
    from isthmus.simulate.streams.media import SETTLED

    spent = _one(
        "SELECT CAST(sum(amount) AS BIGINT) FROM facts WHERE kind = 'media.delivered' AND "
        f"occurred_us < epoch_us(TIMESTAMP '{truth['start'][:10]}') + {SETTLED} * 86400000000"
    )
    if sum(one["settled_spend_micros"] for one in channels) != spent:
        wrong.append("the platforms' last reports do not sum to the true spend")
    return wrong


def _one(sql: str) -> Any:
    from isthmus.ledger.reading import snapshot

    with snapshot() as facts:
        return facts.execute(sql).fetchall()[0][0]


if __name__ == "__main__":
    raise SystemExit(main())
