"""Logging what was done with a person; calls, meetings and mails are human contact with their lead."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.changes import note_made
from isthmus.core.commands import bulk_call, command, only
from isthmus.core.refusals import NotFound, Refusal
from isthmus.leads.commands import record_contacts
from isthmus.leads.models import Lead
from isthmus.ledger.facts import Fact
from isthmus.people.models import Person
from isthmus.sales.changing import Row
from isthmus.sales.models import Activity, Deal

CONTACT = ("call", "meeting", "mail")


class NobodyNamed(Refusal):
    """An activity is with somebody."""


class ActivityAlreadyLogged(Refusal):
    """An activity with this id of the other system is here already; `activity_id` is its number."""

    def __init__(self, sentence: str, activity_id: int) -> None:
        self.activity_id = activity_id
        super().__init__(sentence)


def log_activities(*, rows: Sequence[Row], by: Actor) -> list[Any]:
    """Bulk form of `log_activity`; a row may bring its `owner_id` and its `external_id`."""
    return bulk_call("log_activity", "activities.edit", rows, by, lambda chunk: _log(chunk, by))


@command(
    permission="activities.edit",
    label=gettext_lazy("Log a call, meeting, mail or note"),
    trade="sales",
    bulk=log_activities,
)
def log_activity(
    *,
    kind: Literal["call", "meeting", "mail", "note"],
    by: Actor,
    at: datetime,
    person_id: int | None = None,
    lead_id: int | None = None,
    deal_id: int | None = None,
    text: str = "",
    minutes: int | None = None,
) -> Activity:
    """Log what was done with a person. A call, meeting or mail on a lead stops its response clock."""
    row = {key: value for key, value in locals().items() if key != "by"}
    activity: Activity = only(log_activities(rows=[row], by=by))
    return activity


def _log(rows: Sequence[Row], by: Actor) -> list[Any]:
    leads = _reachable(Lead, rows, "lead_id", by)
    deals = _reachable(Deal, rows, "deal_id", by)
    people = _reachable(Person, rows, "person_id", by)
    external = {row["external_id"] for row in rows if row.get("external_id")}
    known = dict(Activity.objects.filter(external_id__in=external).values_list("external_id", "pk"))
    outcomes: list[Any] = []
    made: list[Activity] = []
    for row in rows:
        try:
            _refuse_known(row, known)
            activity = _activity(row, by, leads, deals, people)
        except Refusal as refusal:
            outcomes.append(refusal)
            continue
        made.append(activity)
        outcomes.append(activity)
    Activity.objects.bulk_create(made)
    note_made(made)
    ledger.record([_fact(activity) for activity in made], by=by)
    contacts = [
        {"lead_id": one.lead_id, "kind": one.kind, "owner_id": one.owner_id, "at": one.at}
        for one in made
        if one.lead_id and one.kind in CONTACT
    ]
    if contacts:
        record_contacts(rows=contacts, by=by)
    return outcomes


def _activity(
    row: Row, by: Actor, leads: dict[int, Any], deals: dict[int, Any], people: dict[int, Any]
) -> Activity:
    deal = _one(deals, row.get("deal_id"))
    lead = _one(leads, row.get("lead_id")) or (deal.lead if deal else None)
    person = (
        (lead.person if lead else None)
        or (deal.person if deal else None)
        or _one(people, row.get("person_id"))
    )
    if person is None:
        raise NobodyNamed(_("Say with whom: name the person, the lead or the deal."))
    owner_id = row.get("owner_id") or by.id
    return Activity(
        kind=row["kind"],
        person=person,
        account_id=person.account_id,
        lead=lead,
        deal=deal,
        text=row.get("text") or "",
        minutes=row.get("minutes"),
        at=row["at"],
        external_id=row.get("external_id") or None,
        owner_id=owner_id,
        team_id=(deal or lead or person).team_id,
        territory_id=(deal or lead or person).territory_id,
    )


def _refuse_known(row: Row, known: dict[str | None, int]) -> None:
    external_id = row.get("external_id")
    if external_id in known:
        sentence = _("The activity %(id)s was logged before; it is left as it is.") % {"id": external_id}
        raise ActivityAlreadyLogged(sentence, known[external_id])
    if external_id:
        known[external_id] = 0


def _fact(activity: Activity) -> Fact:
    return Fact(
        kind="activity.logged",
        at=activity.at,
        subject=activity.person.subject,
        account_id=activity.account_id,
        lead_id=activity.lead_id,
        deal_id=activity.deal_id,
        owner=activity.owner_id,
        team=activity.team_id,
        territory=activity.territory_id,
        natural_key=f"activity:{activity.pk}",
        props={"kind": activity.kind, "activity_id": activity.pk, "minutes": activity.minutes},
    )


def _reachable(model: Any, rows: Sequence[Row], name: str, by: Actor) -> dict[int, Any]:
    ids = {row[name] for row in rows if row.get(name) is not None}
    if not ids:
        return {}
    found = model.objects.visible_to(by).filter(pk__in=ids)
    if model is Lead:
        found = found.select_related("person")
    elif model is Deal:
        found = found.select_related("person", "lead__person")
    return {one.pk: one for one in found}


def _one(known: dict[int, Any], pk: int | None) -> Any:
    if pk is None:
        return None
    if pk not in known:
        raise NotFound(_("There is no such record, or your role does not reach it."))
    return known[pk]
