"""Batches as the receiver would have written them, sealed at once: what tests of their meaning stand on."""

from datetime import datetime
from typing import Any

import msgspec

from isthmus.collect.models import Source
from isthmus.core.clock import now, to_us
from isthmus.ledger.reading import snapshot
from isthmus.ledger.sealing import seal
from isthmus.ledger.segments import writer
from isthmus.ledger.segments.frames import Batch

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def website(**given: Any) -> Source:
    """A site that sends events."""
    count = Source.objects.count()
    values = {"name": "Site", "kind": "site", "write_key": f"key-{count}", "made_at": now(), **given}
    return Source.objects.create(**values)


def receive(
    source: Source,
    *events: Any,
    at: datetime | None = None,
    agent: str = BROWSER,
    visitor: str = "",
    **shared: Any,
) -> None:
    """Put one batch on the disk. Events are dicts, or bytes that are no JSON object."""
    texts = [one if isinstance(one, bytes) else msgspec.json.encode(one) for one in events]
    body = b'{"batch":[' + b",".join(texts) + b"]"
    for name, value in shared.items():
        body += b',"' + name.encode() + b'":' + msgspec.json.encode(value)
    writer.append(Batch(source.pk, to_us(at or now()), "batch", agent, visitor, "", body + b"}", len(texts)))


def sealed(columns: str = "kind, event", where: str = "true") -> list[tuple[Any, ...]]:
    """What the ledger has of collected facts once all that was received is sealed, in order of time."""
    writer.end()
    seal()
    with snapshot() as facts:
        return facts.execute(
            f"SELECT {columns} FROM facts WHERE source_id IS NOT NULL AND ({where}) ORDER BY occurred_us, id"
        ).fetchall()


def page(url: str, *, who: str = "anna", referrer: str = "", **more: Any) -> dict[str, Any]:
    """A page call of a browser."""
    context = {"page": {"url": url, "referrer": referrer}, **more.pop("context", {})}
    return {"type": "page", "anonymousId": who, "context": context, **more}


def track(event: str, *, who: str = "anna", **more: Any) -> dict[str, Any]:
    """A track call of a browser."""
    return {"type": "track", "event": event, "anonymousId": who, **more}


def identify(who: str = "anna", *, user: str | None = None, **traits: Any) -> dict[str, Any]:
    """An identify call of a browser."""
    return {"type": "identify", "anonymousId": who, "userId": user, "traits": traits}
