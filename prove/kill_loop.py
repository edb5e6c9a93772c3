"""Kill -9 of web, worker and sealer under load: nothing that was committed is lost, nothing is doubled.

`python -m prove.kill_loop --kills 200`: four clients send commands, one import runs, and one of web, worker
and sealer is killed, again and again. At the end everything that was acknowledged is looked up one by one.
It runs on DATABASE_URL where that is set (an empty database), with --postgres on a server of its own, and
else on SQLite.
"""

import argparse
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

from prove.clients import Client, Ledger
from prove.importing import Importing
from prove.telling import tell, tell_progress
from prove.uptime import Uptime
from scripts.postgres import find_postgres, running_postgres

ADMIN = "mia@example.com"
CLIENTS = 4


def main() -> None:
    """Run the proof; exit 1 when anything was lost, doubled or left behind."""
    arguments = _arguments()
    home = Path(tempfile.mkdtemp(prefix="isthmus-proof-"))
    # What is killed starts from compiled files again, as an installation does.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ |= {
        "ISTHMUS_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "isthmus.settings",
        "ISTHMUS_LEASE_SECONDS": "2",
        "ISTHMUS_LOG": "ERROR",
    }
    with ExitStack() as stack:
        if arguments.postgres:
            os.environ["DATABASE_URL"] = stack.enter_context(own_postgres())
        problems = _prove(home, arguments)
    for problem in problems:
        print(f"WRONG: {problem}")
    if problems:
        sys.exit(f"The proof failed; its data stays in {home}.")
    shutil.rmtree(home)


def own_postgres() -> AbstractContextManager[str]:
    """A server for this proof alone; without the programs for it the proof ends with a sentence."""
    programs = find_postgres()
    if programs is None:
        sys.exit("There is no PostgreSQL on this machine: install the package postgresql.")
    return running_postgres(programs)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m prove.kill_loop", description="Kill -9 under load.")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--rate", type=float, default=50.0, help="commands a second, of all four clients")
    parser.add_argument("--rows", type=int, default=20_000, help="rows of each imported file")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--postgres", action="store_true", help="on a PostgreSQL that is started for it")
    return parser.parse_args()


def _prove(home: Path, arguments: argparse.Namespace) -> list[str]:
    token = _set_up()
    port = _free_port()
    log = (home / "serve.log").open("w")
    command = [sys.executable, "-m", "isthmus.cli.main", "serve", "--port", str(port)]
    serve = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
    try:
        _wait_for(home / "serve.log", "Isthmus answers at", serve)
        told, problems = _under_load(home, arguments, serve.pid, port, token)
        problems += _end(serve)
    finally:
        serve.kill()
        serve.wait()
    _isthmus("ledger", "seal")
    return problems + _reckon(told)


def _under_load(
    home: Path, arguments: argparse.Namespace, supervisor: int, port: int, token: str
) -> tuple[tuple[Ledger, Importing], list[str]]:
    told, stop = Ledger(), threading.Event()
    rate = arguments.rate / CLIENTS
    clients = [
        Client(number, port=port, token=token, rate=rate, told=told, stop=stop)
        for number in range(1, CLIENTS + 1)
    ]
    importing = Importing(home, rows=arguments.rows, environment={"ISTHMUS_AS": ADMIN}, stop=stop)
    uptime = Uptime(port=port, stop=stop)
    began = time.monotonic()
    for thread in (*clients, importing, uptime):
        thread.start()
    kills = _kill(arguments, supervisor, told, importing)
    stop.set()
    for client in clients:
        client.join()
    lasted = time.monotonic() - began
    uptime.join()
    importing.join()
    tell(kills, told, importing.progress, uptime, lasted=lasted, rate=arguments.rate)
    return (told, importing), [
        said for said in (importing.problem, *(one.problem for one in clients)) if said
    ]


def _kill(arguments: argparse.Namespace, supervisor: int, told: Ledger, importing: Importing) -> Counter[str]:
    import django

    django.setup()
    from prove.victims import Victims

    chance = random.Random(arguments.seed)
    victims = Victims(supervisor, chance, answered=lambda: len(told.answers))
    ways = [victims.kill_web, victims.kill_worker, victims.kill_sealing_worker, victims.kill_sealer]
    kills: Counter[str] = Counter()
    began = time.monotonic()
    for number in range(1, arguments.kills + 1):
        victims.wait_for_work()
        kills[ways[number % len(ways)]()] += 1
        if number % 5 == 0:
            kills["import, besides"] += importing.kill()
        if number % 10 == 0:
            tell_progress(number, arguments.kills, len(told.answers), time.monotonic() - began)
    return kills


def _end(serve: "subprocess.Popen[bytes]") -> list[str]:
    """Stop the whole politely; nothing of it may be left."""
    import psutil

    family = psutil.Process(serve.pid).children(recursive=True)
    serve.terminate()
    status = serve.wait(timeout=60)
    left = psutil.wait_procs(family, timeout=10)[1]
    problems = [f"{process} outlived isthmus serve." for process in left]
    return problems + ([f"isthmus serve ended with status {status}."] if status else [])


def _reckon(heard: tuple[Ledger, Importing]) -> list[str]:
    from prove.audit import audit

    told, importing = heard
    problems = [*told.wrong, *audit(told.answers, importing.progress.finished)]
    if importing.progress.kills and not importing.progress.went_on:
        problems.append("The import was cut off and never went on where it was.")
    print(
        f"lost or doubled, of {len(told.answers):,} acknowledged commands: {'see below' if problems else '0'}"
    )
    return problems


def _set_up() -> str:
    about = ["--name", "Proof", "--currency", "EUR", "--time-zone", "UTC", "--admin-name", "Mia"]
    _isthmus("init", *about, "--admin", ADMIN)
    made = _isthmus("keys", "create", "--user", ADMIN, "--label", "proof", "--json")
    token: str = json.loads(made)["token"]
    return token


def _isthmus(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "isthmus.cli.main", *arguments], stdout=subprocess.PIPE, text=True, check=True
    )
    return done.stdout


def _wait_for(path: Path, words: str, serve: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + 120
    while words not in path.read_text():
        if serve.poll() is not None or time.monotonic() > end:
            raise SystemExit(f"isthmus serve did not come up:\n{path.read_text()[-2000:]}")
        time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    main()
