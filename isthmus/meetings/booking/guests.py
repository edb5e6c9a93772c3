"""Who books: somebody known with their open deal or lead, or somebody new, who becomes a lead."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from isthmus.core.actors import Actor
from isthmus.core.clock import to_us
from isthmus.leads.commands import capture_lead
from isthmus.leads.models import Lead, LeadState
from isthmus.ledger.touches import first_touch
from isthmus.ledger.visitors import visitor_subjects
from isthmus.meetings.models import BookingPage
from isthmus.people.matching import one_at_a_time
from isthmus.people.models import Identifier, Person
from isthmus.people.visitors import VisitorSighting, identify_visitors
from isthmus.sales.models import Deal
from isthmus.workspace.models import User

CHANNEL = "booking"
_ENDED = (LeadState.DISQUALIFIED, LeadState.MERGED, LeadState.ERASED)
_LONGEST_VISITOR = 100


@dataclass(frozen=True)
class Guest:
    """What somebody says of themselves as they book."""

    name: str
    email: str
    time_zone: str
    locale: str
    answers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Known:
    """The records that a booking is about."""

    person_id: int
    lead_id: int | None = None
    deal_id: int | None = None


def guest_of(guest: Guest, *, page: BookingPage, host: User, visitor: str, by: Actor, at: datetime) -> Known:
    """Find or make the person, by the one matcher; in the caller's transaction.

    Who is known keeps what is known of them: a name typed here overwrites none.
    """
    one_at_a_time()
    held = Identifier.objects.filter(kind="email", value=guest.email).select_related("person").first()
    subject = (
        visitor_subjects({f"a:{visitor}"}).get(f"a:{visitor}")
        if 0 < len(visitor) <= _LONGEST_VISITOR
        else None
    )
    known = _tied(held.person, host) if held is not None else _captured(guest, page, host, subject, by, at)
    if subject is not None:
        sighting = VisitorSighting(visitor=subject, key=f"a:{visitor}", at=at, email=guest.email)
        identify_visitors([sighting], by=by)
    return known


def _tied(person: Person, host: User) -> Known:
    """Somebody known: with the newest of their open deals, the host's first, or their newest open lead."""
    deals = Deal.objects.filter(person=person, state="open").order_by("-opened_at", "-pk")
    deal = deals.filter(owner=host).first() or deals.first()
    if deal is not None:
        return Known(person.pk, deal.lead_id, deal.pk)
    leads = Lead.objects.filter(person=person).exclude(state__in=_ENDED).order_by("-captured_at", "-pk")
    lead = leads.filter(owner=host).first() or leads.first()
    return Known(person.pk, lead.pk if lead else None)


def _captured(
    guest: Guest, page: BookingPage, host: User, subject: int | None, by: Actor, at: datetime
) -> Known:
    lead: Lead = capture_lead(
        full_name=guest.name,
        email=guest.email,
        locale=guest.locale,
        form=page.title[:200],
        message="\n".join(f"{question}: {answer}" for question, answer in guest.answers)[:5000],
        owner_id=host.pk,
        team_id=host.team_id,
        by=by,
        at=at,
        **_came_by(page, subject, at),
    )
    assert lead.person_id is not None
    return Known(lead.person_id, lead.pk)


def _came_by(page: BookingPage, subject: int | None, at: datetime) -> Mapping[str, Any]:
    """How they came first where their visits are known; else by the page itself."""
    touch = first_touch(subject, until_us=to_us(at)) if subject is not None else None
    if touch is None:
        return {"channel": CHANNEL, "landing_page": f"/book/{page.slug}/"}
    return {
        "channel": (touch.channel or CHANNEL)[:40],
        "utm_source": (touch.utm_source or "")[:80],
        "utm_medium": (touch.utm_medium or "")[:80],
        "utm_campaign": (touch.utm_campaign or "")[:120],
        "landing_page": (touch.landing_page or touch.path or "")[:300],
        "click_id": (touch.click_id or "")[:300],
        "campaign_id": touch.campaign_id,
    }
