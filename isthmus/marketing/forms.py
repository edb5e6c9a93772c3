"""Forms that visitors send become leads, with how they came first.

Who sent a form is known by the address typed into it, or as the person whose visits these are. Where nobody
is known the form stays what it is, a fact of a stranger (`form_submissions` counts it): it becomes no lead,
and is seen on their timeline should they become known later.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.db import transaction
from django.db.models import Q

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.clock import from_us, to_us
from isthmus.core.window import Window
from isthmus.leads.commands import capture_lead
from isthmus.leads.models import Lead, LeadState
from isthmus.ledger.touches import first_touch
from isthmus.marketing.tagging import campaigns_tagged
from isthmus.people.matching import one_at_a_time
from isthmus.people.models import Identifier, Person
from isthmus.people.normalise import is_junk, normal_email
from isthmus.workspace.models import Company

_CALLED = {
    "email": "email e_mail mail email_address your_email work_email business_email",
    "full_name": "name full_name fullname your_name",
    "first_name": "first_name firstname given_name",
    "last_name": "last_name lastname surname family_name",
    "phone": "phone tel telephone mobile phone_number",
    "company": "company company_name organisation organization",
    "title": "title job_title position",
    "message": "message comment comments question questions",
}
_FIELD_OF = {name: field for field, names in _CALLED.items() for name in names.split()}
_LIMITS = {"full_name": 255, "phone": 40, "company": 200, "title": 120}
# By what a person is found again who typed no address: the names that `capture_lead` has for them.
_ARGUMENTS = {"email": "email", "phone": "phone", "user_id": "user_id", "external": "person_external_id"}
_ENDED = (LeadState.DISQUALIFIED, LeadState.MERGED, LeadState.ERASED)


@dataclass(frozen=True)
class Sent:
    """A form as it was sent: by which subject, when, and what was typed into it by what it means."""

    subject: int
    at: datetime
    form: str
    path: str
    typed: Mapping[str, str]


def capture_from_form(fact: Mapping[str, Any], *, by: Actor) -> Lead | None:
    """The lead of a form that was sent; None where nobody is known by it, or their lead of today is open.

    A form that is sent twice on one day by the same person is one lead. Safe to be called again.
    """
    sent = _read(fact)
    if sent is None:
        return None
    with transaction.atomic():
        one_at_a_time()  # Of two clicks at once the second finds the first one's lead.
        who = _who(sent)
        if who is None or _has_lead_of_today(who, sent):
            return None
        told: dict[str, Any] = {**who.arguments, **_said(sent), **_came_by(sent)}
        lead: Lead = capture_lead(by=by, at=sent.at, **told)
        return lead


@dataclass(frozen=True)
class _Sender:
    person: Person | None
    arguments: Mapping[str, str]


def _read(fact: Mapping[str, Any]) -> Sent | None:
    subject = fact.get("subject")
    if subject is None:
        return None
    sealed: dict[str, str] = msgspec.json.decode(fact.get("props") or "{}").get("sealed", {})
    texts = ledger.open_texts([(subject, token) for token in sealed.values()]) if sealed else []
    return Sent(
        subject=subject,
        at=from_us(fact["occurred_us"]),
        form=(fact.get("event") or fact.get("path") or "")[:200],
        path=fact.get("path") or "",
        typed=_by_meaning({name: text for name, text in zip(sealed, texts, strict=True) if text}),
    )


def _by_meaning(typed: Mapping[str, str]) -> dict[str, str]:
    """What was typed by what it means; fields of no known meaning become lines of the message."""
    found: dict[str, str] = {}
    others: list[str] = []
    for name, text in typed.items():
        field = _FIELD_OF.get(re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_"))
        if field is None or field in found:
            others.append(f"{name}: {text}")
        else:
            found[field] = text.strip()
    full = f"{found.pop('first_name', '')} {found.pop('last_name', '')}".strip()
    found.setdefault("full_name", full)
    found["message"] = "\n".join([*([found["message"]] if "message" in found else []), *others])
    return {field: text for field, text in found.items() if text}


def _who(sent: Sent) -> _Sender | None:
    """Who sent it: whoever has the address that was typed, else the person whose visits these are."""
    email = normal_email(sent.typed.get("email", ""))
    if email and not is_junk("email", email):
        holder = Identifier.objects.filter(kind="email", value=email).select_related("person").first()
        return _Sender(holder.person if holder else None, {"email": email})
    standing = ledger.standing_for([sent.subject])[sent.subject]
    known = Identifier.objects.filter(person__subject=standing, kind__in=_ARGUMENTS).select_related("person")
    identifier = known.order_by("pk").first()
    if identifier is None:
        return None
    return _Sender(identifier.person, {_ARGUMENTS[identifier.kind]: identifier.value})


def _has_lead_of_today(who: _Sender, sent: Sent) -> bool:
    if who.person is None:
        return False
    zone = Company.current().zone
    day = sent.at.astimezone(zone).date()
    today = Window.days(day, day + timedelta(days=1), zone)
    of_form = Lead.objects.filter(person=who.person, form=sent.form)
    # Of the same instant: its own, from a job that ran before, whatever became of it.
    is_open = Q(captured_at__gte=today.start, captured_at__lt=today.end) & ~Q(state__in=_ENDED)
    return bool(of_form.filter(is_open | Q(captured_at=sent.at)).exists())


def _said(sent: Sent) -> dict[str, str]:
    texts = {name: sent.typed[name][:limit] for name, limit in _LIMITS.items() if name in sent.typed}
    return {**texts, "message": sent.typed.get("message", "")}


def _came_by(sent: Sent) -> dict[str, Any]:
    """How they came first, as a lead states it, with the campaign that was tagged."""
    told: dict[str, Any] = {"form": sent.form}
    touch = first_touch(sent.subject, until_us=to_us(sent.at))
    if touch is None:
        return {**told, "landing_page": sent.path[:300]}
    tagged = touch.utm_campaign or ""
    return told | {
        "channel": (touch.channel or "")[:40],
        "utm_source": (touch.utm_source or "")[:80],
        "utm_medium": (touch.utm_medium or "")[:80],
        "utm_campaign": tagged[:120],
        "landing_page": (touch.landing_page or touch.path or "")[:300],
        "click_id": (touch.click_id or "")[:300],
        "campaign_id": touch.campaign_id or campaigns_tagged([tagged]).get(tagged),
    }
