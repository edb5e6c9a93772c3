"""Ten thousand captures of one address over eight threads: one person, ten thousand leads, none lost.

`python -m prove.one_address`: the address comes in another spelling each time (case, blanks, invisible marks,
Unicode forms, IDN and its ASCII form). Beside it come addresses that differ by a dot or a plus-tag: those are
other people. Runs on SQLite, or with --postgres on a server of its own.
"""

import argparse
import os
import shutil
import sys
import tempfile
import threading
import time
import unicodedata
from collections.abc import Sequence
from contextlib import ExitStack
from itertools import cycle, islice
from pathlib import Path
from typing import Any

ONE = "zoë.müller@bücher.example"
THREADS = 8
_OTHERS = ("zoë.müller+news@bücher.example", "zoëmüller@bücher.example")


def spellings() -> list[str]:
    """The one address as people and programs write it."""
    local, _at, domain = ONE.partition("@")
    ascii_domain = domain.encode("idna").decode("ascii")
    forms = [unicodedata.normalize(form, ONE) for form in ("NFC", "NFD", "NFKC", "NFKD")]
    wide = "".join(chr(ord(ch) + 0xFEE0) if ch.isascii() and ch.isalpha() else ch for ch in domain)
    return [
        *forms,
        ONE.upper(),
        ONE.title(),
        f"  {ONE}\t",
        f"\u200b{ONE}\ufeff",
        f"<{ONE}>",
        f"{local}@{ascii_domain}",
        f"{local.upper()}@{ascii_domain.upper()}",
        f"{unicodedata.normalize('NFD', local)}@{ascii_domain}",
        f"{local}@{wide}",
    ]


def capture_all(count: int, *, threads: int = THREADS) -> list[str]:
    """Capture the address `count` times over threads at once. Answers what went wrong in them."""
    wrong: list[str] = []
    written = list(islice(cycle(spellings()), count))
    shares = [written[number::threads] for number in range(threads)]
    start = threading.Barrier(threads)
    workers = [threading.Thread(target=_capture, args=(share, start, wrong)) for share in shares]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return wrong


def _capture(share: Sequence[str], start: threading.Barrier, wrong: list[str]) -> None:
    from django.db import connection

    from isthmus.core.actors import SYSTEM
    from isthmus.core.clock import now
    from isthmus.leads.commands import capture_lead

    start.wait()
    try:
        for text in share:
            capture_lead(email=text, channel="form", by=SYSTEM, at=now())
    except Exception as error:  # Told by the main thread, which goes on to count what is there.
        wrong.append(f"{type(error).__name__}: {error}")
    finally:
        connection.close()


def audit(count: int) -> list[str]:
    """One sentence for each thing that is not as it must be."""
    from isthmus.core.actors import SYSTEM
    from isthmus.core.clock import now
    from isthmus.leads import invariants
    from isthmus.leads.commands import capture_lead
    from isthmus.leads.models import Lead
    from isthmus.ledger.reading import snapshot
    from isthmus.people.models import Identifier, Person

    with snapshot() as ledger:
        told = ledger.execute(
            "SELECT count(*), count(DISTINCT subject) FROM facts WHERE kind = 'lead.captured'"
        ).fetchone()
    found: dict[str, tuple[Any, Any]] = {
        "people": (Person.objects.count(), 1),
        "addresses": (Identifier.objects.count(), 1),
        "leads": (Lead.objects.count(), count),
        "facts and whom they are about": (told, (count, 1)),
    }
    problems = [
        f"{what}: {is_now}, not {wanted}" for what, (is_now, wanted) in found.items() if is_now != wanted
    ]
    others = {capture_lead(email=text, by=SYSTEM, at=now()).person_id for text in _OTHERS}
    if len(others | set(Person.objects.values_list("pk", flat=True))) != 1 + len(_OTHERS):
        problems.append("A dot or a plus-tag did not make another person.")
    return [*problems, *invariants.check()]


def main() -> None:
    """Run the proof; exit 1 when anything was lost or doubled."""
    from prove.kill_loop import own_postgres

    parser = argparse.ArgumentParser(prog="python -m prove.one_address", description="One address at once.")
    parser.add_argument("--captures", type=int, default=10_000)
    parser.add_argument("--postgres", action="store_true", help="on a PostgreSQL that is started for it")
    arguments = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="isthmus-proof-"))
    os.environ |= {"ISTHMUS_HOME": str(home), "DJANGO_SETTINGS_MODULE": "isthmus.settings"}
    with ExitStack() as stack:
        if arguments.postgres:
            os.environ["DATABASE_URL"] = stack.enter_context(own_postgres())
        problems = _prove(arguments.captures)
    for problem in problems:
        print(f"WRONG: {problem}")
    shutil.rmtree(home)
    sys.exit(bool(problems))


def _prove(captures: int) -> list[str]:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    began = time.monotonic()
    wrong = capture_all(captures)
    seconds = time.monotonic() - began
    print(f"{captures} captures over {THREADS} threads in {seconds:.0f} s: {captures / seconds:.0f} a second")
    return wrong + audit(captures)


if __name__ == "__main__":
    main()
