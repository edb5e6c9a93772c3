"""The log of erasures beside the database: a restored backup is older than it, and reads it first."""

import hashlib
import hmac
import json
import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from isthmus.core.clock import to_us
from isthmus.people.models import Erasure, Person

NAME = "erasures.jsonl"
Entry = dict[str, Any]


def mark_of(person: Person) -> str:
    """A keyed hash of which row it is: its number and when it was made, nothing else of the person."""
    text = f"erased:{person.subject}:{to_us(person.created_at)}"
    return hmac.new(bytes.fromhex(settings.SECRETS.hashing), text.encode(), hashlib.sha256).hexdigest()


def log_place() -> Path:
    """Where the log lies: in the data folder."""
    home: Path = settings.ISTHMUS_HOME
    return home / NAME


def read_log(path: Path) -> list[Entry]:
    """The entries of a log; none where there is no file."""
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line]


def write_log() -> None:
    """Bring the file up to the table. It keeps what the table lacks: the table may be of an older backup."""
    add_to_log(())


def add_to_log(more: Iterable[Entry]) -> None:
    """Bring the file up to the table, and take in the entries of other logs."""
    listed = [*more, *read_log(log_place())]
    entries = {(entry["subject"], entry["mark"]): entry for entry in listed}
    entries |= {(entry["subject"], entry["mark"]): entry for entry in _of_table()}
    draft = log_place().with_name(f"{NAME}-{os.getpid()}")
    with draft.open("w", encoding="utf-8") as file:
        for key in sorted(entries):
            file.write(json.dumps(entries[key], sort_keys=True) + "\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(log_place())


def replay(entries: Iterable[Entry]) -> int:
    """Erase again whom an older copy of the data still knows. Answers how many."""
    from django.db import transaction

    from isthmus.core.actors import SYSTEM
    from isthmus.people.erasing import erase_person

    listed = list(entries)
    erased = {entry["subject"] for entry in listed}
    done = 0
    for entry in listed:
        person = Person.objects.filter(subject=entry["subject"], erased_at=None).first()
        if person is None or not hmac.compare_digest(mark_of(person), entry["mark"]):
            continue  # Not in this copy, erased in it, or somebody else under a number that was given again.
        if person.merged_into is not None and person.merged_into.subject in erased:
            continue  # They go with the one whom they were merged into.
        with transaction.atomic():
            Person.objects.filter(pk=person.pk).update(merged_into=None)
            erase_person(
                person_id=person.pk,
                reason=entry["reason"],
                by=SYSTEM,
                at=datetime.fromisoformat(entry["at"]),
            )
        done += 1
    return done


def _of_table() -> list[Entry]:
    return [
        {"subject": row.subject, "mark": row.mark, "reason": row.reason, "at": row.at.isoformat()}
        for row in Erasure.objects.order_by("pk")
    ]
