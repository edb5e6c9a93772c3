"""The facts of a timeline, without those of leads, deals, orders and people that the reader may not see."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import BadRequest

from isthmus.core.actors import Actor
from isthmus.leads.models import Lead
from isthmus.ledger.timeline import Column, PastFact, Place, facts_where
from isthmus.people.models import Account, Person
from isthmus.sales.models import Activity, Deal, Order
from isthmus.web.timeline import sentences

PAGE = 60
SHOWN = {
    "all": (),
    "marketing": ("marketing", "crossing"),
    "sales": ("sales", "crossing"),
    "money": ("money",),
}


@dataclass(frozen=True)
class About:
    """Whose timeline: the column and number that its facts carry, and the subjects that they can have."""

    column: Column
    ids: Sequence[int]
    subjects: Sequence[int] | None = None


def of_person(person: Person) -> About:
    """Everything that happened with somebody."""
    return About("subject", [person.subject])


def of_account(account: Account, actor: Actor) -> About:
    """Everything that happened with an account and with its people that the actor may see."""
    people = (
        Person.objects.visible_to(actor).filter(account=account).order_by().values_list("subject", flat=True)
    )
    return About("account_id", [account.pk], [account.subject, *people[:2000]])


def of_lead(lead: Lead) -> About:
    """What happened with a lead."""
    return About("lead_id", [lead.pk], [lead.person.subject])


def of_deal(deal: Deal) -> About:
    """What happened with a deal and its orders."""
    return About("deal_id", [deal.pk], [deal.person.subject] if deal.person else None)


def page(about: About, actor: Actor, *, show: str = "all", before: str = "") -> tuple[list[PastFact], str]:
    """A page of facts, newest first, and the place before which the next page lies ("" at the end)."""
    trades = SHOWN.get(show) or ()
    kinds = sentences.kinds_of(*trades) if trades else None
    place = _read(before) if before else None
    found: list[PastFact] = []
    while True:
        batch = facts_where(
            about.column, about.ids, before=place, limit=PAGE, kinds=kinds, subjects=about.subjects
        )
        found += seen_by(actor, batch)
        if len(batch) < PAGE:
            return found, ""
        place = batch[-1].place
        if len(found) >= PAGE // 2:
            return found, _written(place)


def latest(about: About, actor: Actor, limit: int) -> tuple[list[PastFact], bool]:
    """The latest facts that the actor may see, and whether there are older ones."""
    batch = facts_where(about.column, about.ids, limit=limit, subjects=about.subjects)
    return seen_by(actor, batch), len(batch) == limit


def seen_by(actor: Actor, facts: Sequence[PastFact]) -> list[PastFact]:
    """The facts that only speak of what the actor may see; a contact told by its call is left out."""
    seen = {
        "lead": _visible(Lead, actor, {fact.lead_id for fact in facts}),
        "deal": _visible(Deal, actor, {fact.deal_id for fact in facts}),
        "order": _visible(Order, actor, {fact.order_id for fact in facts}),
        "activity": _visible(
            Activity, actor, {_activity(fact) for fact in facts if fact.kind == "activity.logged"}
        ),
    }
    logged = {(fact.batch, fact.occurred_us) for fact in facts if fact.kind == "activity.logged"}
    return [
        fact
        for fact in facts
        if _is_seen(fact, seen)
        and not (fact.kind == "lead.contacted" and (fact.batch, fact.occurred_us) in logged)
    ]


def _is_seen(fact: PastFact, seen: Mapping[str, set[int]]) -> bool:
    # A fact is judged by the record it is about: a deal that came to another seller keeps its past.
    room = fact.kind.partition(".")[0]
    if room == "activity":
        either = fact.lead_id in seen["lead"] or fact.deal_id in seen["deal"]
        return either or _activity(fact) in seen["activity"]
    if room in ("lead", "deal", "order"):
        return getattr(fact, f"{room}_id") in seen[room]
    return True


def _activity(fact: PastFact) -> int | None:
    return fact.values.get("activity_id")


def _visible(model: Any, actor: Actor, ids: set[int | None]) -> set[int]:
    wanted = {pk for pk in ids if pk is not None}
    if not wanted:
        return set()
    return set(model.objects.visible_to(actor).filter(pk__in=wanted).values_list("pk", flat=True))


def _written(place: Place) -> str:
    return f"{place.occurred_us}-{urlsafe_b64encode(place.id).decode().rstrip('=')}"


def _read(text: str) -> Place:
    try:
        occurred, _dash, name = text.partition("-")
        return Place(int(occurred), urlsafe_b64decode(name + "=" * (-len(name) % 4)))
    except ValueError as error:
        raise BadRequest("The place in the timeline cannot be read.") from error
