"""Everything about one person, for that person: by the registry, so that nothing is left out."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.commands import command
from isthmus.core.personal_stores import files_of, stores
from isthmus.ledger.facts import Fact
from isthmus.people.whom import person_wholly, whom_of


@command(permission="people.disclose", label=gettext_lazy("Export everything about a person"))
def disclose_person(*, person_id: int, by: Actor, at: datetime) -> dict[str, Any]:
    """Everything that is known of somebody, store by store, as they may ask for it; noted as given.

    `not_looked_for` lists names, addresses and numbers that somebody else has too: what names the person by
    them alone, in other people's records, is for a human to find.
    """
    person = person_wholly(person_id, by=by, permission="people.disclose")
    whom = whom_of(person)
    parts = []
    for store in stores():
        rows = [_plain(row) for row in store.handler.export(whom)]
        if rows:
            parts.append(
                {"store": store.name, "what": str(store.sentence), "stays": str(store.stays), "rows": rows}
            )
    ledger.record(Fact(kind="person.disclosed", at=at, subject=person.subject), by=by)
    return {
        "person": str(person),
        "at": at.isoformat(timespec="seconds"),
        "parts": parts,
        "not_looked_for": list(whom.shared),
    }


def files_about(person_id: int, *, by: Actor) -> list[tuple[str, Path]]:
    """The files that go with `disclose_person`: the path of each beside its rows, and where its bytes lie."""
    return list(files_of(whom_of(person_wholly(person_id, by=by, permission="people.disclose"))))


def as_text(everything: Mapping[str, Any]) -> str:
    """The same to be read: a heading for each store, a line for each value."""
    return "\n".join(_lines(everything)) + "\n"


def _lines(everything: Mapping[str, Any]) -> Iterator[str]:
    yield _("Everything that is known of %(person)s") % {"person": everything["person"]}
    yield everything["at"]
    for part in everything["parts"]:
        yield ""
        yield part["what"]
        yield "=" * len(part["what"])
        for row in part["rows"]:
            yield ""
            yield from (f"{name}: {told(value)}" for name, value in row.items())
    if sentence := not_looked_for(everything["not_looked_for"]):
        yield ""
        yield sentence


def not_looked_for(words: Sequence[str]) -> str:
    """A sentence on the words that others have too; empty where there are none."""
    if not words:
        return ""
    return _(
        "Others are called or reached by this as well: %(words)s. Where only that stands in other people's "
        "records, look yourself."
    ) % {"words": ", ".join(words)}


def told(value: Any) -> str:
    """A value in one line."""
    if isinstance(value, dict):
        return "; ".join(f"{name}: {told(part)}" for name, part in value.items())
    if isinstance(value, list):
        return " | ".join(told(part) for part in value)
    return str(value)


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row as JSON knows it, without what is empty."""
    return {name: _value(value) for name, value in row.items() if value not in (None, "", {}, [])}


def _value(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return {str(name): _value(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_value(part) for part in value]
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)
