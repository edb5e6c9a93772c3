"""The one timeline of a person, account, lead or deal, without what the reader may not see."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from isthmus.core.actors import Actor
from isthmus.core.refusals import InvalidInput
from isthmus.leads.models import Lead
from isthmus.ledger.timeline import Column, PastFact, Place, facts_where
from isthmus.messages.access import Level, levels
from isthmus.messages.models import Message
from isthmus.metrics.families import FAMILIES
from isthmus.people.models import Account, Person
from isthmus.sales.models import Activity, Deal, Order, Task

# What a stranger's or a person's browser and mail tell: facts of a subject, of no lead, deal or account.
OF_VISITS = frozenset((*FAMILIES["visit"].kinds, "visitor.identified", "visitor.grouped", "visitor.aliased"))
# What is seen by who sees the record that it belongs to.
_JUDGED_AS = {"quote": "deal", "subscription": "deal", "invoice": "order", "tax": "order"}
# What money says of deals is seen by who may see whose money it is, on pages of its own.
_NOT_HERE = ("commission", "expense", "salary")
# Rooms above say which of their rows somebody sees: the name of a row's number in facts, and who judges.
Judge = Callable[[Actor, set[int]], set[int]]
_judges: dict[str, tuple[str, Judge]] = {}
MOST_PEOPLE = 2000  # Of one account; a timeline of more is no longer read by anybody.


def judged_by(room: str, number: str, judge: Judge) -> None:
    """Let facts of a room above be seen where their lead or deal is, or `judge` sees their row."""
    _judges[room] = (number, judge)


@dataclass(frozen=True)
class About:
    """Whose timeline: the column and number that its facts carry, and the subjects that they can have.

    `visitors`: whose visits belong to it beside those facts, for a visit carries no number but its visitor's.
    """

    column: Column
    ids: Sequence[int]
    subjects: Sequence[int] | None = None
    visitors: Sequence[int] = ()


def about(row: Person | Account | Lead | Deal, actor: Actor) -> About:
    """The timeline of a record that the actor may see."""
    if isinstance(row, Person):
        return of_person(row)
    if isinstance(row, Account):
        return of_account(row, actor)
    return of_lead(row) if isinstance(row, Lead) else of_deal(row)


def of_person(person: Person) -> About:
    """Everything that happened with somebody."""
    return About("subject", [person.subject])


def of_account(account: Account, actor: Actor) -> About:
    """Everything that happened with an account and with its people that the actor may see.

    Somebody who left for another account still belongs to the leads and deals that were won here.
    """
    leads, deals = Lead.objects.filter(account=account), Deal.objects.filter(account=account)
    dealt_with = set(leads.order_by().values_list("person_id", flat=True)[:MOST_PEOPLE])
    dealt_with |= {pk for pk in deals.order_by().values_list("person_id", flat=True)[:MOST_PEOPLE] if pk}
    people = Person.objects.visible_to(actor).order_by().values_list("pk", "subject")
    here = dict(people.filter(account=account)[:MOST_PEOPLE])
    gone = dict(people.filter(pk__in=sorted(dealt_with - here.keys())))
    subjects = [account.subject, *here.values(), *gone.values()]
    return About("account_id", [account.pk], subjects, list(here.values()))


def of_lead(lead: Lead) -> About:
    """What happened with a lead, and the visits of its person."""
    return About("lead_id", [lead.pk], [lead.person.subject], [lead.person.subject])


def of_deal(deal: Deal) -> About:
    """What happened with a deal and its orders. Without a person its facts are the account's."""
    parties = [party.subject for party in (deal.person, deal.account) if party is not None]
    return About("deal_id", [deal.pk], parties or None)


def page(
    whose: About, actor: Actor, *, after: str = "", limit: int = 60, kinds: Sequence[str] | None = None
) -> tuple[list[PastFact], str | None]:
    """About `limit` facts, newest first, and the place where the next page begins (None at the end)."""
    place = _read(after) if after else None
    found: list[PastFact] = []
    while True:
        batch = _batch(whose, actor, place, limit, kinds)
        found += seen_by(actor, batch)
        if len(batch) < limit:
            return found, None
        place = batch[-1].place
        if len(found) >= limit // 2:
            return found, written(place)


def latest(whose: About, actor: Actor, limit: int, seen: Sequence[Any] = ()) -> tuple[list[PastFact], bool]:
    """The latest facts that the actor may see, and whether there are older ones; `seen` as in `seen_by`."""
    batch = _batch(whose, actor, None, limit, None)
    return seen_by(actor, batch, seen), len(batch) == limit


def _batch(
    whose: About, actor: Actor, place: Place | None, limit: int, kinds: Sequence[str] | None
) -> list[PastFact]:
    """The next facts, newest first; visits that are told by their visitor alone among them."""
    found = facts_where(
        whose.column, whose.ids, before=place, limit=limit, kinds=kinds, subjects=whose.subjects
    )
    visits = sorted(OF_VISITS if kinds is None else OF_VISITS.intersection(kinds))
    if not whose.visitors or not visits or not actor.allows("visits.view"):
        return found
    # A page that is full already has no room for visits older than its last fact.
    since = found[-1].occurred_us if len(found) == limit else None
    found += facts_where(
        "subject", whose.visitors, before=place, limit=limit, kinds=visits, occurred_us=since
    )
    return sorted(found, key=lambda fact: fact.place, reverse=True)[:limit]


def seen_by(actor: Actor, facts: Sequence[PastFact], seen: Sequence[Any] = ()) -> list[PastFact]:
    """The facts that only speak of what the actor may see.

    `seen` are leads, deals and orders read for the actor already: they are not asked for again.
    """
    seen_ids = {
        "lead": _visible(Lead, actor, {fact.lead_id for fact in facts}, seen),
        "deal": _visible(Deal, actor, {fact.deal_id for fact in facts}, seen),
        "order": _visible(Order, actor, {fact.order_id for fact in facts}, seen),
        "activity": _visible(Activity, actor, {activity_of(fact) for fact in facts}),
        "task": _visible(Task, actor, {task_of(fact) for fact in facts}),
    }
    seen_ids["message"] = _visible_mail(actor, facts)
    for room, (number, judge) in _judges.items():
        told = {fact.values.get(number) for fact in facts if fact.kind.startswith(f"{room}.")}
        wanted = {pk for pk in told if pk is not None}
        seen_ids[room] = judge(actor, wanted) if wanted else set()
    sees_visits = actor.allows("visits.view")
    return [
        fact for fact in facts if _is_seen(fact, seen_ids) and (sees_visits or fact.kind not in OF_VISITS)
    ]


def activity_of(fact: PastFact) -> int | None:
    """The number of the activity that a fact logs."""
    return fact.values.get("activity_id") if fact.kind.startswith("activity.") else None


def task_of(fact: PastFact) -> int | None:
    """The number of the task that a fact is about."""
    return fact.values.get("task_id") if fact.kind.startswith("task.") else None


def _is_seen(fact: PastFact, seen: Mapping[str, set[int]]) -> bool:
    # A fact is judged by the record it is about: a deal that came to another seller keeps its past.
    room = fact.kind.partition(".")[0]
    if room in _NOT_HERE:
        return False
    if room == "activity":
        either = fact.lead_id in seen["lead"] or fact.deal_id in seen["deal"]
        return either or activity_of(fact) in seen["activity"]
    if room == "task":
        return task_of(fact) in seen["task"]
    if room == "file":
        room = fact.values.get("record", "")
    if room == "message":
        return fact.values.get("message_id") in seen["message"]
    if room in _judges:
        either = fact.lead_id in seen["lead"] or fact.deal_id in seen["deal"]
        return either or fact.values.get(_judges[room][0]) in seen[room]
    room = _JUDGED_AS.get(room, room)
    if room in ("lead", "deal", "order"):
        return getattr(fact, f"{room}_id") in seen[room]
    return True


def _visible(model: Any, actor: Actor, ids: set[int | None], seen: Sequence[Any] = ()) -> set[int]:
    known: set[int] = {row.pk for row in seen if isinstance(row, model)}
    wanted = {pk for pk in ids if pk is not None} - known
    if not wanted:
        return known
    return known.union(model.objects.visible_to(actor).filter(pk__in=wanted).values_list("pk", flat=True))


def _visible_mail(actor: Actor, facts: Sequence[PastFact]) -> set[int]:
    """The messages, of those that facts tell of, of which the actor sees anything at all."""
    told = {fact.values.get("message_id") for fact in facts if fact.kind.startswith("message.")}
    wanted = [pk for pk in told if pk is not None]
    if not wanted:
        return set()
    rows = Message.objects.filter(pk__in=wanted).select_related("thread")
    return {pk for pk, level in levels(list(rows), actor).items() if level > Level.NOTHING}


def written(place: Place) -> str:
    """A place in a timeline as an address carries it."""
    return f"{place.occurred_us}-{urlsafe_b64encode(place.id).decode().rstrip('=')}"


def _read(text: str) -> Place:
    try:
        occurred, _dash, name = text.partition("-")
        place = Place(int(occurred), urlsafe_b64decode(name + "=" * (-len(name) % 4)))
    except ValueError:
        place = Place(2**63, b"")
    if not 0 <= place.occurred_us < 2**63 or len(place.id) != 16:
        raise InvalidInput({"after": _("This place is not of a timeline. Begin again without it.")})
    return place
