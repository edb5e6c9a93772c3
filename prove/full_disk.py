"""A disk that is full: calls are answered 507 or 503, pages are read, and with room all goes on by itself.

`python -m prove.full_disk`: the data folder lies on a file system of its own, of 96 MB in memory, which is
filled up while events come in and emptied again, several times. No acknowledged event may be lost. It must
be allowed to mount; where it is not, the proof says so and holds nothing.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from prove.event_audit import audit, settle
from prove.sending import Heard, Sending
from prove.serving import add_source, begin, end, served

MEGABYTES = 96
CLIENTS = 3
REFUSALS = ("503", "507")
_WITHIN = 60.0


def main() -> None:
    """Run the proof; exit 1 when anything was lost or did not recover."""
    parser = argparse.ArgumentParser(prog="python -m prove.full_disk", description="A full disk.")
    parser.add_argument("--times", type=int, default=3)
    arguments = parser.parse_args()
    place = Path(tempfile.mkdtemp(prefix="isthmus-full-disk-"))
    with _small_disk(place) as mounted:
        if not mounted:
            print(
                "No file system can be mounted here: the proof of the full disk did NOT run.", file=sys.stderr
            )
            return
        problems = _prove(place / "home", place.with_suffix(".log"), arguments.times)
    end(problems, place)


def _prove(home: Path, log: Path, times: int) -> list[str]:
    home.mkdir()
    os.environ["DATABASE_URL"] = ""
    begin(home)
    source, key = add_source()
    heard, stop = Heard(), threading.Event()
    problems: list[str] = []
    with served(home, log=log) as company:
        senders = [
            Sending(number, port=company.port, key=key, heard=heard, stop=stop, pause=0.1)
            for number in range(1, CLIENTS + 1)
        ]
        for sender in senders:
            sender.start()
        _more(heard, 20)
        for _ in range(times):
            problems += _fill_up(home, company.port, heard)
        stop.set()
        for sender in senders:
            sender.join()
    settle()
    told = ", ".join(f"{what}: {count}" for what, count in sorted(heard.refused.items()))
    print(f"the disk was full {times} times; {heard.events:,} events acknowledged; refused {told}")
    problems += [*company.problems, *(one.problem for one in senders if one.problem)]
    problems += [f"A call was answered {what}." for what in heard.refused if what not in REFUSALS]
    return [*problems, *audit(heard, source)]


def _fill_up(home: Path, port: int, heard: Heard) -> list[str]:
    """Fill the disk until calls are refused, read a page, make room, and see calls taken again."""
    problems: list[str] = []
    filling = home.parent / "filling"
    before = sum(heard.refused.values())
    until = time.monotonic() + _WITHIN
    while sum(heard.refused.values()) < before + 10:
        _append_all(filling)
        if time.monotonic() > until:
            problems.append("Calls were taken although the disk was full.")
            break
        time.sleep(0.05)
    for path in ("/sign-in/", "/healthz"):
        if (status := _page(port, path)) != 200:
            problems.append(f"{path} was answered {status} while the disk was full.")
    filling.unlink()
    if not _more(heard, 20):
        problems.append(f"Calls were not taken again within {_WITHIN:.0f} s after there was room.")
    return problems


def _append_all(path: Path) -> None:
    """Take all the room that there is."""
    with path.open("ab", buffering=0) as file:
        try:
            while True:
                file.write(bytes(65_536))
        except OSError:
            return  # It is full: that was wanted.


def _page(port: int, path: str) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def _more(heard: Heard, calls: int) -> bool:
    """Wait until so many calls more are acknowledged."""
    wanted, until = heard.calls + calls, time.monotonic() + _WITHIN
    while heard.calls < wanted and time.monotonic() < until:
        time.sleep(0.05)
    return heard.calls >= wanted


@contextmanager
def _small_disk(place: Path) -> Iterator[bool]:
    mount = ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m,mode=0700", "isthmus-proof", str(place)]
    mounted = subprocess.run(mount, capture_output=True).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(place)], check=True)


if __name__ == "__main__":
    main()
