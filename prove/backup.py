"""A million facts are backed up and restored by one command each: all is as it was, nothing is sent.

    python -m prove.backup [--facts 1000000] [--postgres] [--keep FOLDER]

Runs on SQLite, or with --postgres on a server of its own. Prints how long each took. Exit 1 when a row, a
figure, an invariant or a hash differs, or a mail of the old company leaves the restored one.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from prove.kill_loop import own_postgres

ROOT = Path(__file__).resolve().parent.parent
BY = ("channel", "month")
TOLD = ("units", "files", "sealed_facts", "inbox_facts", "bytes")
PRELUDE = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "isthmus.settings"
django.setup()
"""
# Its own act, so that its facts are noted as every act's are.
FACTS = """
from isthmus import ledger
from isthmus.core.actors import SYSTEM
from isthmus.core.clock import now
from isthmus.core.commands import command
from isthmus.ledger.facts import Fact
from isthmus.people.models import Person
__name__ = "prove.backup"
subjects = list(Person.objects.values_list("subject", flat=True))

@command(permission="people.edit", label="View pages")
def view_pages(*, first: int, end: int, by: "Actor", at: "datetime") -> None:
    \"\"\"So many visits.\"\"\"
    ledger.record([
        Fact(kind="page.viewed", at=at, subject=subjects[n % len(subjects)], landing_page=f"/{{n % 97}}")
        for n in range(first, end)
    ], by=by)

for start in range(0, {count}, 20_000):
    view_pages(first=start, end=min(start + 20_000, {count}), by=SYSTEM, at=now())
"""
# Every row of every table; what a restore itself decides (who waits, who works) is compared by what is sent,
# and when a file was verified is no part of what was backed up.
ROWS = """
import hashlib, json
from django.apps import apps
told = {}
for model in apps.get_models(include_auto_created=True):
    if model._meta.label not in ("core.Job", "core.Hold", "core.Schedule", "core.WorkerBeat"):
        digest, count = hashlib.sha256(), 0
        names = [field.attname for field in model._meta.concrete_fields if field.name[:9] != "verified_"]
        for row in model.objects.order_by("pk").values_list(*names).iterator(chunk_size=5000):
            digest.update(repr(row).encode())
            count += 1
        told[model._meta.label] = [count, digest.hexdigest()]
print(json.dumps(told))
"""
MAIL_WAITS = """
from isthmus.core import queue
queue.enqueue("web.send_password_reset", {"email": "a@example.com", "site": "http://x"})
"""
RUN_WHAT_IS_DUE = """
from unittest.mock import patch
from isthmus.core.queue.running import run_due
with patch("django.core.mail.message.EmailMessage.send") as send:
    run_due()
print(send.call_count)
"""
OF_A_LEAD = 20  # One lead for so many facts: two of them say that it came, the others what its person did.


def main() -> None:
    """Make the facts, back up, restore, compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--facts", type=int, default=1_000_000)
    parser.add_argument("--postgres", action="store_true", help="on a PostgreSQL that is started for it")
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    with ExitStack() as stack:
        place = given.keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="isthmus-backup-")))
        url = stack.enter_context(own_postgres()) if given.postgres else ""
        wrong = _prove(place, given.facts, url)
    print("\n".join(wrong) or "every row, figure, invariant and hash is as it was, and nothing was sent")
    sys.exit(bool(wrong))


class Company:
    """A data folder with its database."""

    def __init__(self, home: Path, url: str) -> None:
        self.home, self.url = home, url

    def __call__(self, *arguments: str, may_fail: bool = False) -> str:
        """What the command line says."""
        return self._run("-m", "isthmus.cli.main", *arguments, may_fail=may_fail)

    def timed(self, what: str, *arguments: str) -> None:
        """Run a command and print how long it took."""
        began = time.monotonic()
        said = self(*arguments)
        print(
            f"{what}: {time.monotonic() - began:.1f} s\n  " + said.strip().replace("\n", "\n  "), flush=True
        )

    def python(self, code: str) -> str:
        """What a program prints that runs in the company."""
        return self._run("-c", PRELUDE + code)

    def _run(self, *arguments: str, may_fail: bool = False) -> str:
        environment = {**os.environ, "ISTHMUS_HOME": str(self.home), "DATABASE_URL": self.url}
        command = [sys.executable, *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=ROOT)
        if done.returncode and not may_fail:
            sys.exit(f"{' '.join(arguments)}: {done.stderr or done.stdout}")
        return done.stdout


def _prove(place: Path, facts: int, url: str) -> list[str]:
    place.mkdir(parents=True, exist_ok=True)
    old, new = Company(place / "home", url), Company(place / "new", _another_database(url))
    backup, leads = place / "all.tar", facts // OF_A_LEAD
    old("init", "--name", "Lane", "--currency", "EUR", "--time-zone", "UTC", "--admin", "a@example.com")
    began = time.monotonic()
    old("import", str(_recipe(place)), str(_leads(place, leads)))
    old.python(FACTS.format(count=facts - 2 * leads))
    old("ledger", "seal")
    old("do", "capture_lead", "--email", "late@example.com")  # Its facts stay in the inbox.
    print(f"made: {time.monotonic() - began:.1f} s", flush=True)
    old.python(MAIL_WAITS)
    before = _state(old)
    old.timed("backup", "backup", str(backup))
    new.timed("restore --verify", "restore", str(backup), "--verify")
    print(f"the backup has {backup.stat().st_size / 1e6:,.0f} MB")
    after = _state(new)
    wrong = [
        f"{name}: {before[name]} before, {after[name]} after"
        for name in before
        if before[name] != after[name]
    ]
    if sent := int(new.python(RUN_WHAT_IS_DUE)):
        wrong.append(f"the restored company sent {sent} mails of the old one")
    if not int(old.python(RUN_WHAT_IS_DUE)):
        wrong.append("the company that was backed up sent nothing, so this proves nothing")
    return wrong


def _another_database(url: str) -> str:
    if not url:
        return ""
    import psycopg

    with psycopg.connect(url, autocommit=True) as opened:
        opened.execute("CREATE DATABASE restored")
    return urlunsplit(urlsplit(url)._replace(path="/restored"))


def _state(company: Company) -> dict[str, object]:
    status = json.loads(company("ledger", "status", "--format", "json"))
    if status["sealed_facts"] + status["inbox_facts"] < 1000:
        sys.exit("There are hardly any facts, so this proves nothing.")
    figures = {f"leads by {by}": company("metric", "leads", "--by", by, "--format", "csv") for by in BY}
    checks = json.loads(company("doctor", "--invariants", "--format", "json", may_fail=True))
    invariants = [one for one in checks if one["check"].startswith("I")]
    rows = json.loads(company.python(ROWS))
    return {**{name: status[name] for name in TOLD}, **figures, "invariants": invariants, **rows}


def _recipe(place: Path) -> Path:
    recipe = place / "leads.toml"
    recipe.write_text(
        '[recipe]\nname = "Leads"\nnamespace = "made"\n\n[source]\ntime_zone = "UTC"\ncurrency = "EUR"\n\n'
        '[[rows]]\nwhat = "lead"\nkey = "id"\n\n[rows.fields]\ncaptured_at = "at"\nemail = "email"\n'
        'full_name = "name"\nchannel = "channel"\n'
    )
    return recipe


def _leads(place: Path, count: int) -> Path:
    """Each lead of somebody new makes two facts."""
    path = place / "leads.csv"
    with path.open("w") as file:
        file.write("id,at,email,name,channel\n")
        for number in range(count):
            day = f"2026-{number % 10 + 1:02}-{number % 28 + 1:02}"
            channel = ("email", "paid_search", "referral")[number % 3]
            file.write(f"L{number},{day}T10:00:00Z,p{number}@example.com,Person {number},{channel}\n")
    return path


if __name__ == "__main__":
    main()
