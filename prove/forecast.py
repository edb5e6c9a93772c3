"""The forecast holds what it promises on sample companies whose future is known.

    python -m prove.forecast [--seeds 20] [--months 12] [--size small] [--first 1]

Makes each company in a folder of its own, reads its deals from the ledger, and tries the forecast at the
starts of its last months with what was known then. Exit 1 unless the 80 % interval covered 72 to 88 % of all
months, and the error was below both naive forecasts (the month before; open deals by their stages' chances)
in three quarters of the companies.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LEAST, MOST = 0.72, 0.88


def main() -> int:
    """Try every seed; 0 when the promise holds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--months", type=int, default=12)
    parser.add_argument("--size", default="small")
    parser.add_argument("--make", metavar="SEED", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.make is not None:
        print(json.dumps(_fared(asked.size, asked.make, asked.months)))
        return 0
    seeds = range(asked.first, asked.first + asked.seeds)
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as workers:
        found = list(workers.map(lambda seed: _made(seed, asked), seeds))
    return _judge(found)


def _judge(found: list[dict[str, Any]]) -> int:
    months = sum(one["periods"] for one in found)
    covered = sum(one["inside"] for one in found) / months
    better = sum(one["best"] == "model" for one in found)
    print(f"{covered:.1%} of {months} months inside the 80 % interval (promised: {LEAST:.0%} to {MOST:.0%})")
    print(
        f"better than both naive forecasts in {better} of {len(found)} companies (promised: three quarters)"
    )
    return 0 if LEAST <= covered <= MOST and better >= 0.75 * len(found) else 1


def _made(seed: int, asked: argparse.Namespace) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="isthmus-forecast-") as home:
        environment = {**os.environ, "ISTHMUS_HOME": home, "DJANGO_SETTINGS_MODULE": "isthmus.settings"}
        environment.pop("DATABASE_URL", None)
        words = ["--size", asked.size, "--months", str(asked.months), "--make", str(seed)]
        done = subprocess.run(
            [sys.executable, "-m", "prove.forecast", *words],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    print(
        f"seed {seed}: {found['inside']} of {found['periods']} inside; mean error {found['error']:,.0f}, "
        f"month before {found['error_last_period']:,.0f}, weighted pipeline {found['error_weighted']:,.0f}: "
        f"{found['best']}",
        flush=True,
    )
    return found


def _fared(size: str, seed: int, months: int) -> dict[str, Any]:
    """Make the company of a seed in this process's folder, and try its months."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from isthmus.analysis.backtesting import fared
    from isthmus.insight.forecasting import period_of, periods_before, told_by, tried_on_the_past
    from isthmus.ledger.reading import snapshot
    from isthmus.simulate.loading import load_dealings
    from isthmus.workspace.models import Company

    until = datetime.now(UTC)
    load_dealings(size=size, seed=seed, until=until)
    zone = Company.current().zone
    this_month = period_of(until.astimezone(zone).date(), "month", zone)
    with snapshot() as facts:
        told = told_by(facts)
    tried = tried_on_the_past(told, periods_before(this_month, "month", months + 1, zone), seed=seed)
    how = fared(tried)
    return {**how.__dict__, "best": how.best}


if __name__ == "__main__":
    sys.exit(main())
