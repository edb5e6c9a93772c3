"""The file of the import that is killed, and what must be in the tables by it: row for row."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

RECIPE = """
[recipe]
name = "Proof"
namespace = "proof"

[source]
time_zone = "UTC"

[inputs.people]
file = "*.csv"

[[rows]]
what = "person"
from = "people"
key = "id"

[rows.fields]
created_at = "created"
full_name = "name"
email = "email"
phone = "phone"
city = "city"
"""
EDITED = 3


@dataclass(frozen=True)
class Expected:
    """The rows of the file by number: one in a thousand is refused, one has the address before it."""

    rows: int

    def refused(self, number: int) -> bool:
        """Whether the row has a day that is none."""
        return number % 1000 == 999

    def mail(self, number: int) -> str:
        """The address of the row: sometimes that of the row before it."""
        first = number - (number % 1000 == 500)
        return f"pat.{first}@firm{first // 7 % 50_000}.example"

    def name(self, number: int) -> str:
        """The name of the row before it too, where the address is."""
        return f"Pat Berg{(number - (number % 1000 == 500)) % 999}"

    def brought(self) -> Iterator[int]:
        """The rows that come in."""
        return (number for number in range(self.rows) if not self.refused(number))


def write_rows(path: Path, rows: int) -> Expected:
    """Write the file."""
    expected = Expected(rows)
    with path.open("w") as file:
        file.write("id,name,email,phone,city,created\n")
        for number in range(rows):
            day = "someday" if expected.refused(number) else f"2025-{number % 12 + 1:02}-{number % 28 + 1:02}"
            phone = f"+4670{number:07}" if number % 5 < 3 else ""
            file.write(f"p{number},{expected.name(number)},{expected.mail(number)},{phone},Malmo,{day}\n")
    return expected


def nothing_in() -> list[str]:
    """What a dry run kept, which keeps nothing."""
    return ["The dry run left people or identifiers behind."] if _names() or any(_holders().values()) else []


def after_import(expected: Expected) -> list[str]:
    """One sentence for each thing that is not as the file says."""
    holders = _holders()
    wrong = [number for number in expected.brought() if f"p{number}" not in holders["external"]]
    mixed = [
        number
        for number in expected.brought()
        if holders["external"].get(f"p{number}") != holders["email"].get(expected.mail(number))
    ]
    names = _names()
    renamed = [
        number
        for number in expected.brought()
        if names.get(holders["external"].get(f"p{number}", 0)) != expected.name(number)
    ]
    refused = [number for number in range(expected.rows) if expected.refused(number)]
    intruders = [number for number in refused if f"p{number}" in holders["external"]]
    named = {"lost": wrong, "not with their address": mixed, "under another name": renamed}
    problems = _words() + [
        f"{len(numbers)} rows are {what}, the first is {numbers[0]}."
        for what, numbers in (named | {"in though refused": intruders}).items()
        if numbers
    ]
    people = len({expected.mail(number) for number in expected.brought()})
    return problems + ([] if len(names) == people else [f"There are {len(names):,} people, not {people:,}."])


def edit_some(expected: Expected) -> list[int]:
    """Edit a few of the people who came in; their numbers in the file."""
    from isthmus.core.actors import SYSTEM
    from isthmus.core.clock import now
    from isthmus.people.commands import edit_person
    from isthmus.people.models import Person

    holders = _holders()["external"]
    some = list(expected.brought())[:: max(1, expected.rows // EDITED)][:EDITED]
    for number in some:
        person = Person.objects.get(pk=holders[f"p{number}"])
        edit_person(person_id=person.pk, title="Edited since", version=person.version, by=SYSTEM, at=now())
    return some


def after_undo(expected: Expected, edited: list[int]) -> list[str]:
    """Those who were edited since are left, with what is theirs, and nobody and nothing else of the file."""
    from isthmus.people.models import Person

    holders = _holders()
    kept = Person.objects.filter(title="Edited since").values_list("pk", flat=True)
    theirs = {holders["external"].get(f"p{number}") for number in edited}
    problems = (
        [] if theirs == set(kept) == set(_names()) else ["Those who are left are not those edited since."]
    )
    ids = [f"p{number}" for number in edited]
    if not set(ids) <= set(holders["external"]) or not set(holders["external"].values()) <= theirs:
        problems.append("The ids that are left are not those of the people edited since.")
    return problems + _words()


def told_once() -> list[str]:
    """The ledger says of everybody who is there that they came, once, and of nobody else."""
    from isthmus.ledger.reading import snapshot
    from isthmus.people.models import Person

    with snapshot() as ledger:
        rows = ledger.execute("SELECT subject FROM facts WHERE kind = 'person.created'").fetchall()
    told, there = (
        {row[0] for row in rows},
        set(Person.objects.values_list("subject", flat=True).iterator(10_000)),
    )
    named = {
        "told twice": len(rows) - len(told),
        "not told": len(there - told),
        "told though gone": len(told - there),
    }
    return [f"The coming of {number} people is {what}." for what, number in named.items() if number]


def _holders() -> dict[str, dict[str, int]]:
    """By kind of identifier, whose each value is. A value stands once: the tables would refuse another."""
    from isthmus.people.models import Identifier

    holders: dict[str, dict[str, int]] = {"external": {}, "email": {}, "phone": {}}
    rows = Identifier.objects.exclude(value__startswith="edited-").values_list("kind", "value", "person_id")
    for kind, value, person_id in rows.iterator(10_000):
        holders[kind][value.removeprefix("proof:")] = person_id
    return holders


def _names() -> dict[int, str]:
    """Everybody by number, but those whom somebody edits meanwhile."""
    from isthmus.people.models import Person

    rows = Person.objects.exclude(full_name="Edited").values_list("pk", "full_name")
    return dict(rows.iterator(10_000))


def _words() -> list[str]:
    """Every person can be found, and no word is of somebody who is gone; the tables let none stand twice."""
    from isthmus.people.models import Person
    from isthmus.people.models.search import PERSON, SearchToken

    words = SearchToken.objects.filter(party=PERSON)
    found = set(words.values_list("party_id", flat=True).distinct().iterator(10_000))
    people = set(Person.objects.values_list("pk", flat=True).iterator(10_000))
    named = {"cannot be found": people - found, "are gone and can be found": found - people}
    return [f"{len(numbers)} people {what}." for what, numbers in named.items() if numbers]
