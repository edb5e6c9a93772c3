"""Programs that fetch pages or send events, by the name that they give themselves."""

import hashlib
from datetime import datetime

from isthmus.collect.models import Agent


def known_agents(texts: set[str], at: datetime) -> dict[str, int]:
    """The number of each program, made where it is new."""
    hashes = {hashlib.blake2b(text.encode(), digest_size=16).digest(): text for text in texts}
    Agent.objects.bulk_create(
        [Agent(text_hash=one, text=text[:500], seen_at=at) for one, text in hashes.items()],
        ignore_conflicts=True,
    )
    rows = Agent.objects.filter(text_hash__in=hashes).values_list("text_hash", "pk")
    return {hashes[bytes(one)]: number for one, number in rows}
