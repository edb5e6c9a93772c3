"""Logging what was done with a person, what came of it and what comes next; and taking that back.

A call, meeting or mail by which somebody got through is human contact with their lead.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.changes import note_made
from isthmus.core.commands import bulk_call, command, only
from isthmus.core.refusals import InvalidInput, NotFound, Refusal
from isthmus.leads.commands import record_contacts
from isthmus.leads.contacts import forget_contact
from isthmus.leads.models import Lead
from isthmus.ledger.facts import Fact
from isthmus.people.models import Person
from isthmus.sales.changing import Row
from isthmus.sales.commands.tasks import add_tasks, complete_tasks, drop_next_steps, reopen_done_by
from isthmus.sales.models import Activity, Deal, Objection, Outcome
from isthmus.sales.models.activities import OUTCOMES


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
    undo="take_back_activity",
    undo_arguments=lambda activity, _: {"activity_id": activity.pk},
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
    outcome: Outcome | None = None,
    objection: Objection | None = None,
    next_step: str = "",
    next_step_on: date | None = None,
    task_id: int | None = None,
) -> Activity:
    """Log what was done with a person or their lead, what came of it, and the next step as a task.

    A call, meeting or mail on a lead stops its response clock, unless nobody was reached. With `task_id` that
    task is done by it.
    """
    row = {key: value for key, value in locals().items() if key != "by"}
    activity: Activity = only(log_activities(rows=[row], by=by))
    return activity


@command(permission="activities.edit", label=gettext_lazy("Take back what was logged"), trade="sales")
def take_back_activity(*, activity_id: int, by: Actor, at: datetime) -> dict[str, Any]:
    """Take an activity out again that was logged by mistake, with the next step that it made."""
    reachable = Activity.objects.visible_to(by, "activities.edit").select_related("person", "lead")
    activity = reachable.select_for_update(of=("self",)).filter(pk=activity_id).first()
    if activity is None:
        raise NotFound(_("There is no such activity any more, or your role does not reach it."))
    drop_next_steps(activity, by=by, at=at)
    reopen_done_by(activity, by=by, at=at)
    ledger.retract(natural_key=_key(activity), by=by, at=at, reason="activity taken back")
    told = {"kind": activity.kind, "activity_id": activity.pk}
    ledger.record([_fact(activity, kind="activity.taken_back", at=at, props=told, natural_key=None)], by=by)
    if activity.lead_id and activity.is_contact:
        first = _first_contact(activity)
        forget_contact(lead_id=activity.lead_id, contacted_at=activity.at, first=first, by=by, at=at)
    activity.delete()
    return {"activity_id": activity_id}


def _first_contact(without: Activity) -> datetime | None:
    """When somebody was first in contact with the lead, this activity aside, since it was handed over."""
    others = Activity.objects.filter(lead=without.lead_id).exclude(pk=without.pk)
    since = without.lead.handed_over_at if without.lead else None
    for other in (others.filter(at__gte=since) if since else others).order_by("at"):
        if other.is_contact:
            at: datetime = other.at
            return at
    return None


def _log(rows: Sequence[Row], by: Actor) -> list[Any]:
    leads = _reachable(Lead, rows, "lead_id", by)
    deals = _reachable(Deal, rows, "deal_id", by)
    people = _reachable(Person, rows, "person_id", by)
    external = {row["external_id"] for row in rows if row.get("external_id")}
    known = dict(Activity.objects.filter(external_id__in=external).values_list("external_id", "pk"))
    outcomes: list[Any] = []
    made: list[Activity] = []
    steps: list[tuple[Row, Activity]] = []
    for row in rows:
        try:
            _refuse_known(row, known)
            activity = _activity(row, by, leads, deals, people)
        except Refusal as refusal:
            outcomes.append(refusal)
            continue
        made.append(activity)
        outcomes.append(activity)
        if row.get("next_step") or row.get("next_step_on"):
            steps.append((row, activity))
    Activity.objects.bulk_create(made)
    note_made(made)
    ledger.record([_fact(activity) for activity in made], by=by)
    contacts = [
        {"lead_id": one.lead_id, "kind": one.kind, "owner_id": one.owner_id, "at": one.at}
        for one in made
        if one.lead_id and one.is_contact
    ]
    if contacts:
        record_contacts(rows=contacts, by=by)
    if steps:
        _make_tasks(steps, by)
    done = [(row, one) for row, one in zip(rows, outcomes, strict=True) if row.get("task_id") and one in made]
    if done:
        _do_tasks(done, by)
    return outcomes


def _do_tasks(done: Sequence[tuple[Row, Activity]], by: Actor) -> None:
    rows = [{"task_id": row["task_id"], "done_by": one, "at": row["at"]} for row, one in done]
    for refused in (one for one in complete_tasks(rows=rows, by=by) if isinstance(one, Refusal)):
        raise refused


def _make_tasks(steps: Sequence[tuple[Row, Activity]], by: Actor) -> None:
    rows = [
        {
            "text": row.get("next_step") or _("Follow up"),
            "due_on": row.get("next_step_on"),
            **_about(activity),
            "owner_id": activity.owner_id,
            "after": activity,
            "at": row["at"],
        }
        for row, activity in steps
    ]
    for refused in (one for one in add_tasks(rows=rows, by=by) if isinstance(one, Refusal)):
        raise refused


def _about(activity: Activity) -> dict[str, int | None]:
    """What its next step is about: what it was itself about, of which the rest follows."""
    if activity.deal_id:
        return {"deal_id": activity.deal_id}
    return {"lead_id": activity.lead_id} if activity.lead_id else {"person_id": activity.person_id}


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
        outcome=_fitting(row),
        objection=_objection(row),
        minutes=row.get("minutes"),
        at=row["at"],
        external_id=row.get("external_id") or None,
        owner_id=owner_id,
        team_id=(deal or lead or person).team_id,
        territory_id=(deal or lead or person).territory_id,
    )


def _fitting(row: Row) -> str:
    outcome = str(row.get("outcome") or "")
    can = [str(one) for one in OUTCOMES.get(row["kind"], ())]
    if outcome and outcome not in can:
        sentence = _("This does not come of it. One of these can: %(can)s.") % {"can": ", ".join(can) or "–"}
        raise InvalidInput({"outcome": sentence})
    return outcome


def _objection(row: Row) -> str:
    objection = str(row.get("objection") or "")
    if objection and objection not in Objection.values:
        sentence = _("Choose one of: %(can)s.") % {"can": ", ".join(Objection.values)}
        raise InvalidInput({"objection": sentence})
    return objection


def _refuse_known(row: Row, known: dict[str | None, int]) -> None:
    external_id = row.get("external_id")
    if external_id in known:
        sentence = _("The activity %(id)s was logged before; it is left as it is.") % {"id": external_id}
        raise ActivityAlreadyLogged(sentence, known[external_id])
    if external_id:
        known[external_id] = 0


def _key(activity: Activity) -> str:
    return f"activity:{activity.pk}"


def _fact(activity: Activity, **more: Any) -> Fact:
    told = {"kind": activity.kind, "activity_id": activity.pk, "minutes": activity.minutes}
    coded = {"outcome": activity.outcome, "objection": activity.objection}
    said: dict[str, Any] = {
        "kind": "activity.logged",
        "at": activity.at,
        "subject": activity.person.subject,
        "account_id": activity.account_id,
        "lead_id": activity.lead_id,
        "deal_id": activity.deal_id,
        "owner": activity.owner_id,
        "team": activity.team_id,
        "territory": activity.territory_id,
        "natural_key": _key(activity),
        "props": told | {name: code for name, code in coded.items() if code},
    }
    return Fact(**(said | more))


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
