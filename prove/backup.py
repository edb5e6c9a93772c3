"""A million facts are backed up and restored by one command each: all is as it was, nothing is sent.

    python -m prove.backup [--facts 1000000] [--keep FOLDER]

Prints how long each took. Exit 1 when a figure, an invariant or a hash differs, or a mail of the old company
leaves the restored one.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BY = ("channel", "month")
TOLD = ("units", "files", "sealed_facts", "inbox_facts", "bytes")
PRELUDE = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "isthmus.settings"
django.setup()
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


def main() -> None:
    """Make the facts, back up, restore, compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--facts", type=int, default=1_000_000)
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="isthmus-backup-") as place:
        wrong = _prove(given.keep or Path(place), given.facts)
    print("\n".join(wrong) or "every figure, invariant and hash is as it was, and nothing was sent")
    sys.exit(bool(wrong))


def _prove(place: Path, facts: int) -> list[str]:
    home, new, backup = place / "home", place / "new", place / "all.tar"
    place.mkdir(parents=True, exist_ok=True)
    company = ("--name", "Lane", "--currency", "EUR", "--time-zone", "UTC", "--admin", "a@example.com")
    _isthmus(home, "init", *company)
    _timed("made", home, "import", str(_recipe(place)), str(_leads(place, facts // 2)))
    _isthmus(home, "ledger", "seal")
    _isthmus(home, "do", "capture_lead", "--email", "late@example.com")  # Its facts stay in the inbox.
    _python(home, MAIL_WAITS)
    before = _state(home)
    _timed("backup", home, "backup", str(backup))
    _timed("restore --verify", new, "restore", str(backup), "--verify")
    print(f"the backup has {backup.stat().st_size / 1e6:,.0f} MB")
    after = _state(new)
    wrong = [
        f"{name}: {before[name]} before, {after[name]} after"
        for name in before
        if before[name] != after[name]
    ]
    if sent := int(_python(new, RUN_WHAT_IS_DUE)):
        wrong.append(f"the restored company sent {sent} mails of the old one")
    if not int(_python(home, RUN_WHAT_IS_DUE)):
        wrong.append("the company that was backed up sent nothing, so this proves nothing")
    return wrong


def _state(home: Path) -> dict[str, object]:
    status = json.loads(_isthmus(home, "ledger", "status", "--format", "json"))
    figures = {by: _isthmus(home, "metric", "leads", "--by", by, "--format", "csv") for by in BY}
    checks = subprocess.run(
        [sys.executable, "-m", "isthmus.cli.main", "doctor", "--invariants", "--format", "json"],
        env=_environment(home), capture_output=True, text=True, cwd=ROOT,
    )  # fmt: skip
    invariants = [one for one in json.loads(checks.stdout) if one["check"].startswith("I")]
    return {"status": {name: status[name] for name in TOLD}, "figures": figures, "invariants": invariants}


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


def _timed(what: str, home: Path, *arguments: str) -> None:
    began = time.monotonic()
    said = _isthmus(home, *arguments)
    print(f"{what}: {time.monotonic() - began:.1f} s\n  " + said.strip().replace("\n", "\n  "), flush=True)


def _python(home: Path, code: str) -> str:
    return _run(home, "-c", PRELUDE + code)


def _isthmus(home: Path, *arguments: str) -> str:
    return _run(home, "-m", "isthmus.cli.main", *arguments)


def _run(home: Path, *arguments: str) -> str:
    command = [sys.executable, *arguments]
    done = subprocess.run(command, env=_environment(home), capture_output=True, text=True, cwd=ROOT)
    if done.returncode:
        sys.exit(f"{' '.join(arguments)}: {done.stderr or done.stdout}")
    return done.stdout


def _environment(home: Path) -> dict[str, str]:
    return {**os.environ, "ISTHMUS_HOME": str(home), "DATABASE_URL": ""}


if __name__ == "__main__":
    main()
