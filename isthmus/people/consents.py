"""Consent statements, many at a time; and the hash under which an address is suppressed."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.changes import note_made
from isthmus.ledger.facts import Fact
from isthmus.people.models import Consent, Identifier, Person, Suppression
from isthmus.people.normalise import normal_email, normal_phone


def record_consents(rows: Sequence[Mapping[str, Any]], *, by: Actor) -> list[Consent]:
    """Append consent statements and their facts, in the caller's transaction."""
    if not rows:
        return []
    consents = [
        Consent(
            person=row["person"],
            purpose=row.get("purpose") or "marketing",
            channel=row["channel"],
            given=row["given"],
            wording_version=row.get("wording_version") or "",
            source=str(row["source"])[:120],
            proof=str(row.get("proof") or "")[:300],
            at=row["at"],
        )
        for row in rows
    ]
    for consent, row in zip(consents, rows, strict=True):
        origin: Person | None = row.get("origin")
        # Who was merged into the person: the statement is theirs, should the two be taken apart.
        consent.origin_id = origin.pk if origin else None
        consent.subject = origin.subject if origin else consent.person.subject
    Consent.objects.bulk_create(consents)
    note_made(consents)
    told = ledger.record(
        [
            Fact(
                kind="consent.given" if consent.given else "consent.withdrawn",
                at=consent.at,
                subject=consent.subject,
                account_id=consent.person.account_id,
                props={"purpose": consent.purpose, "channel": consent.channel},
            )
            for consent in consents
        ],
        by=by,
    )
    for consent, fact_id in zip(consents, told, strict=True):
        consent.fact_id = fact_id
    return consents


def consents_of(person: Person, *, at: datetime) -> dict[tuple[str, str], Consent]:
    """The statement that holds for each (purpose, channel) at an instant: the latest one."""
    rows = person.consents.filter(at__lte=at).order_by("at", "pk")
    return {(row.purpose, row.channel): row for row in rows}


def address_hash(channel: str, address: str) -> str:
    """The keyed hash (HMAC-SHA-256) of a normalised address."""
    normal = normal_email(address) if channel == "email" else normal_phone(address)
    text = f"{channel}:{normal or address.strip().lower()}"
    return hmac.new(bytes.fromhex(settings.SECRETS.hashing), text.encode(), hashlib.sha256).hexdigest()


def who_holds(channel: str, address: str) -> Person | None:
    """Whose address it is now, if anybody's."""
    kind, normal = (
        ("email", normal_email(address)) if channel == "email" else ("phone", normal_phone(address))
    )
    held = Identifier.objects.filter(kind=kind, value=normal).select_related("person").first()
    return held.person if held and normal else None


def is_suppressed(channel: str, address: str) -> bool:
    """Whether an address must not be written to."""
    return Suppression.objects.filter(address_hash=address_hash(channel, address)).exists()
