"""Malformed and hostile calls, a million of them: no answer of 500 or above, none that does not come.

`python -m prove.hostile --calls 1000000`: several processes send what no honest program does, over every path
of the collector; beside them good events come in, none of which may be lost. The processor is told with a
seed, so that a failing run can be repeated.
"""

import argparse
import json
import subprocess
import sys
import threading
import time
from collections import Counter

from prove.event_audit import audit, settle
from prove.sending import Heard, Sending
from prove.serving import add_source, begin, end, own_folder, served

PROCESSES = 2


def main() -> None:
    """Run the proof; exit 1 when anything failed, hung or was lost."""
    parser = argparse.ArgumentParser(prog="python -m prove.hostile", description="Hostile calls.")
    parser.add_argument("--calls", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with own_folder("hostile") as home:
        begin(home)
        source, key = add_source()
        heard, stop = Heard(), threading.Event()
        with served(home) as company:
            good = Sending(1, port=company.port, key=key, heard=heard, stop=stop, pause=0.05, spoiled=False)
            good.start()
            statuses, wrong = _attack(company.port, key, arguments.calls, arguments.seed)
            stop.set()
            good.join()
        settle()
        wrong += [*company.problems, *([good.problem] if good.problem else [])]
        wrong += [
            f"A good event's call was answered {what}, {count} times."
            for what, count in heard.refused.items()
        ]
        end([*wrong, *_unharmed(heard, source)], home)
    print(", ".join(f"{status}: {count:,}" for status, count in sorted(statuses.items())))


def _unharmed(heard: Heard, source: int) -> list[str]:
    if not heard.good:
        return ["No good event came in."]
    slowest = sorted(heard.waits)[-max(1, len(heard.waits) // 100)]
    print(f"{heard.calls:,} good calls meanwhile, 99 % answered within {slowest * 1000:.0f} ms")
    return audit(heard, source)


def _attack(port: int, key: str, calls: int, seed: int) -> tuple[Counter[str], list[str]]:
    began = time.monotonic()
    processes = [
        subprocess.Popen(
            [
                sys.executable,
                "-m",
                "prove.attacker",
                str(port),
                key,
                str(calls // PROCESSES),
                str(seed + number),
            ],
            stdout=subprocess.PIPE,
        )
        for number in range(PROCESSES)
    ]
    statuses: Counter[str] = Counter()
    wrong: list[str] = []
    for process in processes:
        told = json.loads(process.communicate()[0] or b"{}")
        if not told:
            wrong.append("An attacker ended before its time.")
            continue
        statuses += Counter(told["statuses"])
        wrong += told["wrong"]
    spent = time.monotonic() - began
    print(f"{sum(statuses.values()):,} hostile calls in {spent:.0f} s, seed {seed}")
    return statuses, wrong


if __name__ == "__main__":
    main()
