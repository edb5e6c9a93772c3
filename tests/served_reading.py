"""Run in a served company's folder by `tests/served.py`: what is in its database and ledger, as JSON."""

import json
import os
import sys
import time
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "isthmus.settings")
django.setup()

from isthmus.collect import commands  # noqa: E402 (models need the settings)
from isthmus.collect.models import Quarantined, Source  # noqa: E402
from isthmus.core.actors import SYSTEM  # noqa: E402
from isthmus.core.clock import now  # noqa: E402
from isthmus.ledger.reading import snapshot  # noqa: E402
from isthmus.people.models import Identifier  # noqa: E402

PATIENCE = 60
COLUMNS = (
    "kind, event, subject, machine, actor_kind, amount, currency, path, host, referrer, channel, "
    "landing_page, utm_source, utm_medium, utm_campaign, click_id, quantity, account_id"
)


def add_sources(*named: str) -> dict[str, str]:
    """The new sources' write keys."""
    keys = {}
    for name, _sign, kind in (one.partition("=") for one in named):
        of_kind: Any = kind
        keys[name] = commands.add_source(name=name, kind=of_kind, by=SYSTEM, at=now()).write_key
    return keys


def arrived(*wanted: str) -> dict[str, Any]:
    """Facts by source, when all that is wanted is there, beside people and what could not be read."""
    numbers = {name: int(number) for name, _sign, number in (one.partition("=") for one in wanted)}
    end = time.monotonic() + PATIENCE
    while True:
        found = facts()
        enough = all(len(found.get(name, ())) >= number for name, number in numbers.items())
        if enough or time.monotonic() > end:
            return {"facts": found, "people": people(), "quarantined": quarantined()}
        time.sleep(0.3)


def facts() -> dict[str, list[dict[str, Any]]]:
    """What sources sent, by their names."""
    names = dict(Source.objects.values_list("pk", "name"))
    with snapshot() as ledger:
        answer = ledger.execute(
            f"SELECT source_id, {COLUMNS} FROM facts WHERE source_id IS NOT NULL ORDER BY occurred_us, id"
        )
        rows = [dict(zip(("source", *COLUMNS.split(", ")), row, strict=True)) for row in answer.fetchall()]
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(names[row.pop("source")], []).append(row)
    return found


def people() -> dict[str, int]:
    """Subjects by e-mail address."""
    rows = Identifier.objects.filter(kind="email").select_related("person")
    return {row.value: row.person.subject for row in rows}


def quarantined() -> list[dict[str, Any]]:
    """What could not be read, and why."""
    return list(Quarantined.objects.values("source__name", "reason", "detail", "event", "body"))


if __name__ == "__main__":
    acts: dict[str, Any] = {"add-sources": add_sources, "arrived": arrived}
    print(json.dumps(acts[sys.argv[1]](*sys.argv[2:])))
