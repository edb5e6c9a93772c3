"""The sentences of what sellers did and mean to do: calls, meetings, mails, notes, tasks."""

from datetime import date

from django.db.models import TextChoices
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from isthmus.core.clock import from_us
from isthmus.ledger.timeline import PastFact
from isthmus.sales.models import Activity, Objection, Outcome
from isthmus.web import formats
from isthmus.web.timeline.names import Names
from isthmus.web.timeline.sentences import Told, actor_of, deal_href, lead_href, tells


def _kind(fact: PastFact) -> str:
    words = {"call": _("Call"), "meeting": _("Meeting"), "mail": _("Mail"), "note": _("Note")}
    code = str(fact.values.get("kind"))
    return words.get(code, code)


def _coded(words: type[TextChoices], code: object) -> str:
    # Looked up among the members: `choices` builds its list anew for every line of the past.
    known = words._value2member_map_.get(code)
    return str(known.label) if isinstance(known, TextChoices) else str(code or "")


@tells("sales", "activity.logged")
def _activity(fact: PastFact, names: Names) -> Told:
    minutes = fact.values.get("minutes")
    activity = names.activities.get(fact.values.get("activity_id") or 0)
    length = (
        ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes} if minutes else ""
    )
    outcome = _coded(Outcome, fact.values.get("outcome"))
    objection = _coded(Objection, fact.values.get("objection"))
    return Told(
        f"{_kind(fact)}: {outcome.lower()}" if outcome else _kind(fact),
        quiet=length,
        detail=_("Objection: %(objection)s") % {"objection": objection.lower()} if objection else "",
        quote=activity.text if activity else "",
        side=names.user(fact.owner),
        href=deal_href(fact) or lead_href(fact),
        act=_scoring(activity) if activity and activity.pk in names.scored else None,
    )


def _scoring(activity: Activity) -> tuple[str, str]:
    words = _("Score this call") if activity.kind == "call" else _("Score this meeting")
    return words, reverse("score-activity", args=[activity.pk])


@tells("system", "activity.taken_back")
def _taken_back(fact: PastFact, names: Names) -> Told:
    return Told(_("%(kind)s taken back") % {"kind": _kind(fact)}, side=actor_of(fact, names))


@tells("sales", "task.added", "task.done")
def _task(fact: PastFact, names: Names) -> Told:
    title = _("Task done") if fact.kind == "task.done" else _("Planned")
    due = fact.values.get("due_on")
    on = formats.day(date.fromisoformat(due)) if due and fact.kind == "task.added" else ""
    return Told(
        title,
        quiet=_("for %(day)s") % {"day": on} if on else "",
        detail=names.tasks.get(fact.values.get("task_id") or 0, ""),
        side=names.user(fact.owner),
        href=deal_href(fact) or lead_href(fact),
    )


@tells("system", "task.changed", "task.snoozed", "task.cancelled", "task.reopened")
def _task_changed(fact: PastFact, names: Names) -> Told:
    words = {
        "task.changed": _("A task was changed"),
        "task.snoozed": _("A task was put off"),
        "task.cancelled": _("A task was called off"),
        "task.reopened": _("A task was opened again"),
    }
    return Told(words[fact.kind], side=actor_of(fact, names))


@tells("sales", "meeting.booked", "meeting.moved", "meeting.held", "meeting.missed", "meeting.cancelled")
def _meeting(fact: PastFact, names: Names) -> Told:
    words = {
        "meeting.booked": _("Meeting made"),
        "meeting.moved": _("Meeting moved"),
        "meeting.held": _("Meeting held"),
        "meeting.missed": _("Meeting missed: nobody came"),
        "meeting.cancelled": _("Meeting called off"),
    }
    begins = fact.values.get("starts_us")
    at = timezone.localtime(from_us(begins)) if begins is not None else None
    when = f"{formats.day(at.date())}, {at:%H:%M}" if at else ""
    single = {
        "meeting.moved": _("One time of a series moved"),
        "meeting.cancelled": _("One time of a series called off"),
    }
    if fact.values.get("and_later"):
        single = {
            "meeting.moved": _("A series moved from one time on"),
            "meeting.cancelled": _("A series ended"),
        }
    planned = fact.kind in ("meeting.booked", "meeting.moved")
    return Told(
        single.get(fact.kind, words[fact.kind]) if "time_us" in fact.values else words[fact.kind],
        quiet=_("for %(day)s") % {"day": when} if planned and when else when,
        detail=names.meetings.get(fact.values.get("meeting_id") or 0, ""),
        side=names.user(fact.owner),
        href=deal_href(fact) or lead_href(fact),
    )


@tells("system", "meeting.changed", "meeting.restored", "meeting.reopened")
def _meeting_changed(fact: PastFact, names: Names) -> Told:
    words = {
        "meeting.changed": _("A meeting was changed"),
        "meeting.restored": _("A meeting was put back"),
        "meeting.reopened": _("It was taken back whether a meeting took place"),
    }
    side = actor_of(fact, names)
    return Told(
        words[fact.kind], detail=names.meetings.get(fact.values.get("meeting_id") or 0, ""), side=side
    )


@tells("sales", "meeting.answered", "meeting.time_proposed", "meeting.invited", "meeting.invitation_answered")
def _invited(fact: PastFact, names: Names) -> Told:
    answers = {
        "accepted": _("Accepted the meeting"),
        "declined": _("Declined the meeting"),
        "tentative": _("May come to the meeting"),
    }
    answer = str(fact.values.get("answer"))
    proposed = fact.values.get("proposed_us")
    words = {
        "meeting.answered": answers.get(answer, _("Answered an invitation")),
        "meeting.time_proposed": _("Proposes another time for the meeting"),
        "meeting.invited": _("Guests were invited to the meeting"),
        "meeting.invitation_answered": _("We answered their invitation"),
    }
    at = timezone.localtime(from_us(proposed)) if proposed is not None else None
    earlier = _("of an earlier time") if fact.values.get("earlier") else ""
    return Told(
        words[fact.kind],
        quiet=f"{formats.day(at.date())}, {at:%H:%M}" if at else earlier,
        detail=names.meetings.get(fact.values.get("meeting_id") or 0, ""),
        side=names.user(fact.owner),
        href=deal_href(fact) or lead_href(fact),
    )


@tells(
    "system",
    "booking_page.made",
    "booking_page.changed",
    "booking_page.opened",
    "booking_page.closed",
    "meeting.link_closed",
)
def _booking_page(fact: PastFact, names: Names) -> Told:
    words = {
        "booking_page.made": _("A booking page was made"),
        "booking_page.changed": _("A booking page was changed"),
        "booking_page.opened": _("A booking page was opened"),
        "booking_page.closed": _("A booking page was closed"),
        "meeting.link_closed": _("The link of a guest was closed"),
    }
    return Told(words[fact.kind], side=actor_of(fact, names))


@tells("sales", "cadence.entered", "cadence.left")
def _cadence(fact: PastFact, names: Names) -> Told:
    title = _("Enrolled in a cadence") if fact.kind == "cadence.entered" else _("Taken out of a cadence")
    return Told(title, side=actor_of(fact, names), href=deal_href(fact) or lead_href(fact))
