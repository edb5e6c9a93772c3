"""Properties that events brought lately and that are not kept with the facts: from the newest raw archive."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

from isthmus.collect.models import DeclaredProperty, Source
from isthmus.collect.translating.reading import Read, read_batch
from isthmus.collect.translating.wire import Event, Properties, is_said, object_decoder
from isthmus.ledger.segments.archive import archived, read_archived
from isthmus.ledger.segments.frames import Batch

FILES, BATCHES, EVENTS, SHOWN = 3, 2_000, 5_000, 30
_READ_ANYWAY = {field.name for field in msgspec.structs.fields(Properties)} | {"title", "search"}
_LONGEST_NAME = 100


class Seen(NamedTuple):
    """A property of an event, what kind of value it has (text, number or truth), in how many events."""

    event: str
    name: str
    kind: str
    times: int


def undeclared_of(source: Source) -> list[Seen]:
    """What could be declared, the most frequent first; of values only their kind is told."""
    declared = set(DeclaredProperty.objects.values_list("event", "name"))
    counted: Counter[tuple[str, str, str]] = Counter()
    for event in _events(source):
        name = (event.event if event.type == "track" else event.name) or ""
        for key, value in _properties(event).items():
            if kind := _kind(value):
                counted[name[:200], key, kind] += 1
    return [
        Seen(event, name, kind, count)
        for (event, name, kind), count in counted.most_common()
        if name not in _READ_ANYWAY
        and len(name) <= _LONGEST_NAME
        and not declared & {(event, name), ("", name)}
    ][:SHOWN]


def _events(source: Source) -> Iterator[Event]:
    left = EVENTS
    for batch in _batches(source):
        for one in read_batch(batch):
            if isinstance(one, Read) and one.event.type in ("track", "page", "screen"):
                yield one.event
            left -= 1
            if left <= 0:
                return


def _batches(source: Source) -> Iterator[Batch]:
    for path in reversed(archived()[-FILES:]):
        for place, batch in enumerate(read_archived(path)):
            if place >= BATCHES:
                break
            if batch.source == source.pk:
                yield batch


def _properties(event: Event) -> dict[str, Any]:
    if not is_said(event.properties):
        return {}
    try:
        return object_decoder.decode(event.properties)
    except (msgspec.DecodeError, RecursionError):
        return {}  # No object: such an event is in quarantine.


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "truth"
    if isinstance(value, int | float):
        return "number"
    return "text" if isinstance(value, str) else ""
