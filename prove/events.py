"""Kill -9 of web, worker and sealer while events come in: none lost, none twice, no bad one gone.

`python -m prove.events --kills 500`: four clients send batches with 30 % that cannot be used, send 5 % again
and have clocks that are wrong by years; one of web, worker and sealer is killed, again and again. At the end
every event that was acknowledged is looked up.
"""

import argparse
import os
import random
import threading
import time
from collections import Counter
from contextlib import ExitStack

from prove.event_audit import audit, settle
from prove.kill_loop import own_postgres
from prove.sending import Heard, Sending
from prove.serving import Served, add_source, begin, end, own_folder, served

CLIENTS = 4


def main() -> None:
    """Run the proof; exit 1 when anything was lost, doubled or left behind."""
    parser = argparse.ArgumentParser(
        prog="python -m prove.events", description="Kill -9 while events come in."
    )
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--postgres", action="store_true", help="on a PostgreSQL that is started for it")
    arguments = parser.parse_args()
    with ExitStack() as stack:
        if arguments.postgres:
            os.environ["DATABASE_URL"] = stack.enter_context(own_postgres())
        home = stack.enter_context(own_folder("events"))
        begin(home)
        source, key = add_source()
        heard, stop = Heard(), threading.Event()
        with served(home) as company:
            senders = [
                Sending(number, port=company.port, key=key, heard=heard, stop=stop, pause=0.15)
                for number in range(1, CLIENTS + 1)
            ]
            for sender in senders:
                sender.start()
            _kill(company, heard, arguments.kills, random.Random(arguments.seed))
            stop.set()
            for sender in senders:
                sender.join()
        settle()
        problems = [*company.problems, *(one.problem for one in senders if one.problem)]
        end([*problems, *audit(heard, source)], home)


def _kill(company: Served, heard: Heard, times: int, chance: random.Random) -> None:
    from prove.victims import Victims

    victims = Victims(company.process.pid, chance, answered=lambda: heard.calls)
    # A sealer is killed most often: it has the most steps at which it may die.
    ways = [victims.kill_web, victims.kill_sealing_process, victims.kill_sealer, victims.kill_worker]
    kills: Counter[str] = Counter()
    began = time.monotonic()
    for number in range(1, times + 1):
        victims.wait_for_work(commands=20, seconds=chance.uniform(0, 0.5))
        kills[ways[number % len(ways)]()] += 1
        if number % 10 == 0:
            print(
                f"{number} of {times} kills, {heard.events:,} events, {time.monotonic() - began:.0f} s",
                flush=True,
            )
    told = ", ".join(f"{what}: {count}" for what, count in sorted(kills.items()))
    print(f"{times} kills in {time.monotonic() - began:.0f} s ({told})")
    again = ", ".join(f"{what}: {count}" for what, count in sorted(heard.refused.items()))
    calls = f"{heard.events:,} events acknowledged in {heard.calls:,} calls"
    print(f"{calls}; sent again {heard.sent_again:,} ({again})")


if __name__ == "__main__":
    main()
