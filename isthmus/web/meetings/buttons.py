"""What may be done with a meeting, as buttons."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from isthmus.core.actors import Actor
from isthmus.meetings.models import Meeting, MeetingState, Source
from isthmus.web.acts.acting import Button
from isthmus.web.acts.reach import reaches
from isthmus.web.meetings.times import query_of


def buttons_for(one: Meeting, actor: Actor, now: datetime, time: datetime | None = None) -> list[Button]:
    """The acts that fit a meeting as it stands; `time`: one time of a series."""
    if not reaches(actor, one, "meetings.edit"):
        return []
    if one.state == MeetingState.CANCELLED:
        return [_button(one, "restore", _("Put it back"), at_once=True)]
    if one.state in (MeetingState.HELD, MeetingState.MISSED):
        return [_button(one, "reopen", _("Take that back"), at_once=True)]
    found = []
    if one.starts_at <= now:
        found += [
            _button(one, "held", _("It took place…"), kind="primary"),
            _button(one, "missed", _("Nobody came…")),
        ]
    if one.calendar.source != Source.ICS and one.calendar.can_write:
        kind = "" if found else "primary"
        found += [
            _button(one, "move", _("Move…"), kind=kind, time=time),
            _button(one, "edit", _("Change…"), time=time),
            _button(one, "cancel", _("Call it off…"), time=time)
            if time is not None
            else _button(one, "cancel", _("Call it off"), at_once=True),
        ]
    if one.attendees.exclude(email="").exists() and not one.invitations.exclude(message=None).exists():
        found.append(_button(one, "invite", _("Invite the guests"), at_once=True))
    return found


def planning_button(actor: Actor, kind: str, pk: int, back: str) -> list[Button]:
    """Making a meeting with a person, about a deal: from their page."""
    if not actor.allows("meetings.edit"):
        return []
    href = f"{reverse('new-meeting')}?on={kind}:{pk}&back={back}"
    return [Button(_("Plan a meeting"), href, icon="calendar")]


def put_back_button(one: Meeting, time: datetime) -> Button:
    """Let a time of a series that was called off take place after all."""
    return _button(one, "put-back", _("Put it back"), at_once=True, time=time)


def _button(
    one: Meeting,
    name: str,
    text: str,
    *,
    at_once: bool = False,
    kind: str = "",
    time: datetime | None = None,
) -> Button:
    href = reverse("meeting-act", args=[one.pk, name]) + query_of(time)
    return Button(text, href, at_once=at_once, kind=kind, values={} if at_once else None)
