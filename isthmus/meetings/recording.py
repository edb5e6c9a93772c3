"""What facts say of meetings: whom they are with, whose they are and when; never their words."""

from datetime import datetime
from typing import Any

from isthmus.core.clock import to_us
from isthmus.ledger.facts import Fact
from isthmus.meetings.models import Meeting


def fact(kind: str, meeting: Meeting, at: datetime, *, key: str | None = None, **more: Any) -> Fact:
    """The fact that something became of a meeting."""
    party = meeting.person or meeting.account
    minutes = int((meeting.ends_at - meeting.starts_at).total_seconds() // 60)
    return Fact(
        kind=kind,
        at=at,
        subject=party.subject if party else None,
        account_id=meeting.account_id,
        lead_id=meeting.lead_id,
        deal_id=meeting.deal_id,
        owner=meeting.owner_id,
        team=meeting.team_id,
        territory=meeting.territory_id,
        natural_key=key,
        props={
            "meeting_id": meeting.pk,
            "starts_us": to_us(meeting.starts_at),
            "minutes": minutes,
            "repeats": bool(meeting.recurrence),
            **more,
        },
    )


def outcome_key(meeting: Meeting, began: datetime) -> str:
    """The key under which it stands whether a meeting took place, or one time of a series."""
    return f"meeting.outcome:{meeting.pk}:{to_us(began)}"
