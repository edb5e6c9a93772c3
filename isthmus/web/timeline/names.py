"""The names behind the numbers of some facts, each kind in one query."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from isthmus.core.actors import Actor, Scope
from isthmus.files.models import AttachedFile
from isthmus.ledger import standing_for
from isthmus.ledger.machines import machines_among
from isthmus.ledger.timeline import PastFact, open_sealed
from isthmus.marketing.models import Campaign
from isthmus.meetings.models import Meeting
from isthmus.messages.queries import Seen, seen_messages
from isthmus.people.models import Person
from isthmus.sales import timeline
from isthmus.sales.models import Activity, Deal, Order, Product, Task
from isthmus.sales.skills.reach import coached_by
from isthmus.sales.timeline import OF_VISITS
from isthmus.workspace.models import User


@dataclass(frozen=True)
class Names:
    """What sentences may call things by. Deals and orders are only those that the reader may see."""

    users: Mapping[int, str] = field(default_factory=dict)
    campaigns: Mapping[int, str] = field(default_factory=dict)
    products: Mapping[int, str] = field(default_factory=dict)
    deals: Mapping[int, str] = field(default_factory=dict)
    orders: Mapping[int, str] = field(default_factory=dict)
    activities: Mapping[int, Activity] = field(default_factory=dict)
    scored: frozenset[int] = frozenset()  # calls and meetings that the reader may score
    tasks: Mapping[int, str] = field(default_factory=dict)
    meetings: Mapping[int, str] = field(default_factory=dict)  # those whose words the reader may read
    files: Mapping[int, AttachedFile] = field(default_factory=dict)  # those that are there still
    messages: Mapping[int, Seen] = field(default_factory=dict)  # as far as the reader may see them
    opened: Mapping[bytes, Mapping[str, str | None]] = field(default_factory=dict)  # sealed texts, by fact
    machines: frozenset[int] = frozenset()  # programs that are no people
    people: Mapping[int, str] = field(default_factory=dict)  # in buying roles, where the reader sees them
    visitors: Mapping[int, int] = field(default_factory=dict)  # who stands for whom, where several visited

    def user(self, pk: int | None) -> str:
        """Somebody who works here; empty where nobody is named."""
        return self.users.get(pk or 0, "")

    def of_machine(self, fact: PastFact) -> bool:
        """Whether a program made the fact, by the newest verdict on it."""
        return fact.agent is not None and fact.agent in self.machines


def names_for(
    facts: Sequence[PastFact], of_deal: bool = False, known: Names | None = None, actor: Actor | None = None
) -> Names:
    """The names that these facts need. `of_deal`: all are about one deal, not to be named each time.

    Names that are `known` are not asked for again. Of mail as much is told as `actor` may see.
    """
    known = known or Names()
    users = {fact.owner for fact in facts} | {fact.actor_id for fact in facts if fact.actor_kind == "user"}
    for fact in facts:
        users |= {value for value in (fact.values.get("owner_id") or []) if isinstance(value, int)}
        users |= set(shares_of(fact))
        if fact.kind.startswith("deal.member"):
            users.add(fact.values.get("user_id"))
    activities = Activity.objects.in_bulk(_activity_ids(facts))
    return Names(
        users=_named(User, _known(users), known.users),
        campaigns=_named(Campaign, _ids(facts, "campaign_id"), known.campaigns),
        products=_named(Product, _ids(facts, "product_id"), known.products),
        deals={} if of_deal else _named(Deal, _ids(facts, "deal_id"), known.deals),
        orders=_named(Order, _ids(facts, "order_id"), known.orders, "number"),
        activities=activities,
        scored=_scored(activities.values(), actor),
        tasks=_tasks(facts),
        meetings=_meetings(facts, actor),
        files=_files(facts),
        messages=_messages(facts, actor),
        opened=_opened(facts),
        people=_people(facts, actor),
        machines=_machines(facts),
        visitors=_visitors(facts),
    )


def shares_of(fact: PastFact) -> dict[int, Decimal]:
    """Which share of a deal's credit each seller has, by a fact that splits it; of other facts nothing."""
    if fact.kind != "deal.credit_split":
        return {}
    return {int(pk): Decimal(share) for pk, share in (fact.values.get("shares") or {}).items()}


def names_of_visits(facts: Sequence[PastFact]) -> Names:
    """Only what tells visits apart, and people from machines."""
    return Names(machines=_machines(facts), visitors=_visitors(facts))


def _scored(activities: Iterable[Activity], actor: Actor | None) -> frozenset[int]:
    """The calls and meetings that the reader may score: their own, and those of whom they coach."""
    scope = actor.scope("coaching.give") if actor else None
    held = [one for one in activities if one.kind in ("call", "meeting") and one.owner_id]
    if actor is None or scope is None or not held:
        return frozenset()
    owners = {one.owner_id for one in held if one.owner_id is not None}
    if owners == {actor.id} or scope is Scope.OWN:
        reached = {actor.id}
    else:
        reached = set(coached_by(actor, "coaching.give").filter(pk__in=owners).values_list("pk", flat=True))
    return frozenset(one.pk for one in held if one.owner_id in reached)


def _opened(facts: Sequence[PastFact]) -> dict[bytes, dict[str, str | None]]:
    holding = [fact for fact in facts if fact.sealed]
    return {fact.id: texts for fact, texts in zip(holding, open_sealed(holding), strict=True)}


def _machines(facts: Sequence[PastFact]) -> frozenset[int]:
    agents = {fact.agent for fact in facts if fact.agent is not None}
    return machines_among(agents) if agents else frozenset()


def _visitors(facts: Sequence[PastFact]) -> Mapping[int, int]:
    """One visit may begin as a stranger's and go on as a person's: those are one."""
    visitors = {fact.subject for fact in facts if fact.subject is not None and fact.kind in OF_VISITS}
    return standing_for(visitors) if len(visitors) > 1 else {}


def _people(facts: Sequence[PastFact], actor: Actor | None) -> Mapping[int, str]:
    ids = _known(fact.values.get("person_id") for fact in facts if fact.kind.startswith("deal.role"))
    if not ids or actor is None:
        return {}
    return {pk: str(one) for pk, one in Person.objects.visible_to(actor).in_bulk(ids).items()}


def _files(facts: Sequence[PastFact]) -> Mapping[int, AttachedFile]:
    ids = _known(fact.values.get("file_id") for fact in facts if fact.kind.startswith("file."))
    return AttachedFile.objects.filter(removed_at=None).in_bulk(ids) if ids else {}


def _messages(facts: Sequence[PastFact], actor: Actor | None) -> Mapping[int, Seen]:
    ids = _known(fact.values.get("message_id") for fact in facts if fact.kind.startswith("message."))
    return seen_messages(sorted(ids), actor) if ids and actor else {}


def _activity_ids(facts: Sequence[PastFact]) -> set[int]:
    return _known(fact.values.get("activity_id") for fact in facts if fact.kind == "activity.logged")


def _meetings(facts: Sequence[PastFact], actor: Actor | None) -> Mapping[int, str]:
    ids = _known(fact.values.get("meeting_id") for fact in facts if fact.kind.startswith("meeting."))
    rows = Meeting.objects.visible_to(actor).in_bulk(ids) if ids and actor else {}
    return {pk: str(one) for pk, one in rows.items()}


def _tasks(facts: Sequence[PastFact]) -> Mapping[int, str]:
    ids = _known(timeline.task_of(fact) for fact in facts)
    return _named(Task, ids, {}, "text") if ids else {}


def _ids(facts: Sequence[PastFact], name: str) -> set[int]:
    return _known(getattr(fact, name) for fact in facts)


def _known(ids: Iterable[int | None]) -> set[int]:
    return {pk for pk in ids if pk is not None}


def _named(model: Any, ids: set[int], known: Mapping[int, str], name: str = "name") -> Mapping[int, str]:
    missing = ids - known.keys()
    if not missing:
        return known
    return {**known, **dict(model.objects.filter(pk__in=missing).values_list("pk", name))}
