"""Kill -9 of two workers while rules act: every act is done exactly once, and no run is stranded.

`python -m prove.rules --kills 200`: leads come in, each sets a rule of three acts off; one of two workers is
killed again and again, at any moment or at one of the named points. At the end each act is counted.
"""

import argparse
import os
import random
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack

from prove.kill_loop import own_postgres
from prove.serving import ADMIN, begin, end, own_folder

LEASE = "2"
POINTS = (
    "", "", "automation.before_commit", "flows.after_claim", "flows.after_act:3", "flows.before_commit:4",
    "flows.after_commit:5",
)  # fmt: skip
LEADS_A_KILL = 5


def main() -> None:
    """Run the proof; exit 1 when an act was not done, or done twice."""
    parser = argparse.ArgumentParser(prog="python -m prove.rules", description="Kill -9 while rules act.")
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--postgres", action="store_true", help="on a PostgreSQL that is started for it")
    arguments = parser.parse_args()
    with ExitStack() as stack:
        if arguments.postgres:
            os.environ["DATABASE_URL"] = stack.enter_context(own_postgres())
        home = stack.enter_context(own_folder("rules"))
        begin(home)
        end(_prove(arguments.kills, random.Random(arguments.seed)), home)


def _prove(kills: int, chance: random.Random) -> list[str]:
    from isthmus.workspace.models import User
    from prove.rule_counting import are_quiet, begin_rule, capture, problems

    begin_rule(User.objects.get(email=ADMIN))
    workers = [_start(""), _start("")]
    leads, fates = 0, Counter[str]()
    began = time.monotonic()
    try:
        for number in range(1, kills + 1):
            for _lead in range(LEADS_A_KILL):
                capture(leads)
                leads += 1
            place, point = number % 2, chance.choice(POINTS)
            workers[place].kill()
            workers[place].wait()
            fates["at any moment"] += 1
            if point and _dies_there(point):
                fates[point] += 1
            workers[place] = _start("")
            time.sleep(chance.uniform(0, 0.8))
            if number % 10 == 0:
                print(
                    f"{number} of {kills} kills, {leads} leads, {time.monotonic() - began:.0f} s", flush=True
                )
        until = time.monotonic() + 120
        while not are_quiet(leads) and time.monotonic() < until:
            time.sleep(0.2)
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
    told = ", ".join(f"{what}: {count}" for what, count in sorted(fates.items()))
    print(f"{sum(fates.values())} kills ({told}); {leads} leads, {3 * leads} acts wanted")
    return problems(leads)


def _dies_there(point: str) -> bool:
    """Start a worker that dies at a named point; whether it came there within a while."""
    victim = _start(point)
    try:
        victim.wait(6)
    except subprocess.TimeoutExpired:
        victim.kill()
        victim.wait()
        return False
    return True


def _start(point: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "prove.rule_worker", LEASE],
        env=os.environ | {"ISTHMUS_CRASH_AT": point},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


if __name__ == "__main__":
    main()
