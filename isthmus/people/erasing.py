"""Erasing somebody: what is theirs goes from every store of the registry, and never comes back."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.core import queue
from isthmus.core.actors import Actor
from isthmus.core.commands import command
from isthmus.core.personal_stores import Whom, stores
from isthmus.core.refusals import Refusal
from isthmus.ledger.facts import Fact
from isthmus.people.erasure_log import mark_of, write_log
from isthmus.people.models import Erasure, Person
from isthmus.people.whom import person_wholly, whom_of

Reason = Literal["request", "objection", "retention", "mistake"]
# Overwriting what was freed takes the database for about ten seconds for each gigabyte.
QUICK_BYTES = 256 << 20
NIGHT_HOUR = 2


class ErasedAlready(Refusal):
    """There is nothing left of this person."""


@command(permission="people.erase", label=gettext_lazy("Erase a person"))
def erase_person(*, person_id: int, reason: Reason, by: Actor, at: datetime) -> dict[str, Any]:
    """Take away everything personal of somebody, everywhere, for ever; figures stay as they were.

    Answers `records`, the rows of people, and `shared`: what others are called or reached by as well, so that
    it was not looked for in other people's records.
    """
    if Person.objects.visible_to(by, "people.erase").filter(pk=person_id).exclude(erased_at=None).exists():
        raise ErasedAlready(_("This person was erased already."))
    person = person_wholly(person_id, by=by, permission="people.erase")
    whom = whom_of(person)
    return {"records": _erase(whom, reason, by, at), "shared": list(whom.shared)}


def _erase(whom: Whom, reason: str, by: Actor, at: datetime) -> int:
    """Walk the registry, note it in the log, have the files done next. Answers how many rows of people."""
    marks = {one.subject: mark_of(one) for one in Person.objects.filter(pk__in=whom.persons)}
    rows = [
        Erasure(subject=subject, mark=mark, reason=reason, at=at, actor_kind=by.kind, actor_id=by.id)
        for subject, mark in sorted(marks.items())
    ]
    Erasure.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["subject"],
        update_fields=["mark", "reason", "at", "finished_at"],
    )
    _walk(whom, by, at)
    ledger.record(
        [Fact(kind="person.erased", at=at, subject=subject, props={"reason": reason}) for subject in marks],
        by=by,
    )
    transaction.on_commit(write_log)
    queue.enqueue("people.finish_erasing", run_at=_when())
    return len(rows)


def _walk(whom: Whom, by: Actor, at: datetime) -> None:
    for store in stores():
        store.handler.erase(whom, by=by, at=at)


def _when() -> datetime | None:
    """At once; in the night where the database is large, because nobody can write meanwhile."""
    from isthmus.core.clock import now
    from isthmus.core.queue.registry import company_zone

    if connection.vendor == "sqlite":
        database = Path(str(connection.settings_dict["NAME"]))
        if not database.exists() or database.stat().st_size < QUICK_BYTES:
            return None
    local = now().astimezone(company_zone())
    night = local.replace(hour=NIGHT_HOUR, minute=0, second=0, microsecond=0)
    return night if night > local else night + timedelta(days=1)
