"""Whether a meeting took place: then it is an activity with its person, once."""

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.clock import to_us, written_now
from isthmus.core.commands import command
from isthmus.core.refusals import Refusal
from isthmus.meetings.commands.booking import EDIT
from isthmus.meetings.commands.changing import locked, standing
from isthmus.meetings.models import Meeting, MeetingState
from isthmus.meetings.recording import fact, outcome_key
from isthmus.sales.commands import log_activities, take_back_activity
from isthmus.sales.models import Activity, Objection, Outcome


class NotYetBegun(Refusal):
    """Nobody knows before its time whether a meeting takes place."""


class SaidAlready(Refusal):
    """It stands already whether that time of a series took place."""


class NoOutcomeYet(Refusal):
    """Only what was held or missed can be taken back."""


@command(permission=EDIT, label=gettext_lazy("It took place"), trade="sales", undo="reopen_meeting")
def record_meeting_held(
    *,
    meeting_id: int,
    by: Actor,
    at: datetime,
    text: str = "",
    objection: Objection | None = None,
    next_step: str = "",
    next_step_on: date | None = None,
) -> Meeting:
    """Say that a meeting took place, what was said and what comes next. It is then an activity, once."""
    said = {"text": text, "objection": objection, "next_step": next_step, "next_step_on": next_step_on}
    return _over(meeting_id, MeetingState.HELD, Outcome.HELD, said, by=by, at=at)


@command(permission=EDIT, label=gettext_lazy("Nobody came"), trade="sales", undo="reopen_meeting")
def record_meeting_missed(
    *,
    meeting_id: int,
    by: Actor,
    at: datetime,
    text: str = "",
    next_step: str = "",
    next_step_on: date | None = None,
) -> Meeting:
    """Say that a meeting did not take place because nobody came, and what comes next."""
    said = {"text": text, "next_step": next_step, "next_step_on": next_step_on}
    return _over(meeting_id, MeetingState.MISSED, Outcome.NO_SHOW, said, by=by, at=at)


@command(permission=EDIT, label=gettext_lazy("Take back whether it took place"), trade="sales")
def reopen_meeting(*, meeting_id: int, by: Actor, at: datetime) -> Meeting:
    """Take back that a meeting was held or missed, with the activity that it was and its next step."""
    meeting = locked(meeting_id, by)
    said = meeting.state in (MeetingState.HELD, MeetingState.MISSED)
    began = meeting.activity.at if meeting.activity and meeting.recurrence else meeting.starts_at
    if not said and not (meeting.recurrence and meeting.activity_id):
        raise NoOutcomeYet(_("Nobody said yet whether this meeting took place."))
    ledger.retract(natural_key=outcome_key(meeting, began), by=by, at=at, reason="meeting reopened")
    if meeting.activity_id:
        take_back_activity(activity_id=meeting.activity_id, by=by, at=at)
    meeting.activity = None
    _set(meeting, MeetingState.CONFIRMED)
    ledger.record(fact("meeting.reopened", meeting, at), by=by)
    return meeting


def _over(
    meeting_id: int, state: MeetingState, outcome: Outcome, said: dict[str, Any], *, by: Actor, at: datetime
) -> Meeting:
    meeting = standing(meeting_id, by)
    began = _began(meeting, at)
    if began is None:
        raise NotYetBegun(_("This meeting has not begun yet. Say how it went when it is over."))
    if meeting.recurrence and meeting.activity_id and meeting.activity and meeting.activity.at == began:
        raise SaidAlready(_("How this time went was said already. Take that back first."))
    meeting.activity = _activity(meeting, began, outcome, said, by)
    # A series goes on: only its last time is over.
    _set(meeting, MeetingState(meeting.state) if meeting.recurrence else state)
    ledger.record(fact(f"meeting.{state}", meeting, began, key=outcome_key(meeting, began)), by=by)
    return meeting


def _began(meeting: Meeting, at: datetime) -> datetime | None:
    """When the meeting took place, or of a series its last time; None where that is still to come."""
    if not meeting.recurrence:
        return meeting.starts_at if meeting.starts_at <= at else None
    times = meeting.times.filter(starts_at__lte=at).order_by("-starts_at")
    began: datetime | None = times.values_list("starts_at", flat=True).first()
    return began


def _activity(
    meeting: Meeting, began: datetime, outcome: Outcome, said: dict[str, Any], by: Actor
) -> Activity | None:
    """The activity that it was; None of a meeting with nobody whom the company deals with."""
    if meeting.person_id is None and meeting.lead_id is None and meeting.deal_id is None:
        return None
    minutes = int((meeting.ends_at - meeting.starts_at).total_seconds() // 60)
    row = {
        "kind": "meeting",
        "outcome": outcome,
        "person_id": meeting.person_id,
        "lead_id": meeting.lead_id,
        "deal_id": meeting.deal_id,
        "owner_id": meeting.owner_id,
        "minutes": None if meeting.all_day else minutes,
        "at": began,
        "external_id": f"meeting:{meeting.pk}:{to_us(began)}",
        **said,
    }
    (activity,) = log_activities(rows=[row], by=by)
    if isinstance(activity, Refusal):
        raise activity
    found: Activity = activity
    return found


def _set(meeting: Meeting, state: MeetingState) -> None:
    meeting.state = state
    meeting.version += 1
    meeting.updated_at = written_now()
    meeting.save(update_fields=["state", "activity", "version", "updated_at"])
