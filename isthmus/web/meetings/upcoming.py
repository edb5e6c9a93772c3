"""The next meetings of a person, account, lead or deal, as a card on their page: joined, moved, planned."""

import re
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from isthmus.core.actors import Actor
from isthmus.meetings.models import Busy, Meeting, MeetingState, Source
from isthmus.web.meetings.times import query_of, when_of

SHOWN = 3
_STANDING = (MeetingState.TENTATIVE, MeetingState.CONFIRMED)
_SHOWN = (
    *("meeting", "starts_at", "ends_at", "at", "title", "meeting__title", "meeting__place"),
    *("meeting__recurrence", "meeting__starts_at", "meeting__ends_at", "meeting__all_day"),
    *("meeting__owner", "meeting__owner__name"),
)
_LINK = re.compile(r"https?://[^\s<>\"']+")


def card(kind: str, pk: int, actor: Actor, now: datetime) -> dict[str, Any]:
    """What the card shows; nothing for who may see no meetings.

    Of a meeting whose words the reader may not read it is said when it is and whose.
    """
    if not actor.allows("meetings.view"):
        return {}
    page = reverse(kind, args=[pk])
    found = Busy.objects.filter(
        **{f"meeting__{kind}": pk}, meeting__state__in=_STANDING, ends_at__gt=now
    ).select_related("meeting__owner")
    times = list(found.only(*_SHOWN).order_by("starts_at", "pk")[: SHOWN + 1])
    numbers = {one.meeting_id for one in times}
    rows = Meeting.objects.filter(pk__in=numbers)
    seen = set(rows.visible_to(actor).values_list("pk", flat=True)) if numbers else set()
    editable = rows.visible_to(actor, "meetings.edit") if actor.allows("meetings.edit") else rows.none()
    movable = editable.exclude(calendar__source=Source.ICS).filter(calendar__can_write=True)
    moved = set(movable.values_list("pk", flat=True)) if seen else set()
    plan = f"{reverse('new-meeting')}?on={kind}:{pk}&back={page}" if actor.allows("meetings.edit") else ""
    return {
        "shown": True,
        "rows": [_row(one, one.meeting_id in seen, one.meeting_id in moved) for one in times[:SHOWN]],
        "more": len(times) > SHOWN,
        "plan": plan,
    }


def link_in(place: str) -> str:
    """The address by which one joins a meeting, where its place holds one."""
    found = _LINK.search(place)
    return found.group().rstrip(".,;)") if found else ""


def _row(one: Busy, seen: bool, movable: bool) -> dict[str, Any]:
    meeting = one.meeting
    owner = meeting.owner.name if meeting.owner is not None else ""
    single = query_of(one.at) if meeting.recurrence else ""
    told = {
        "when": when_of(_at(one, meeting), timezone.get_current_timezone()),
        "owner": owner,
        "title": _("Busy"),
    }
    if not seen:
        return told
    join = link_in(meeting.place)
    return {
        **told,
        "title": one.title or str(meeting),
        "href": reverse("meeting", args=[meeting.pk]) + single,
        "join": join,
        "place": "" if join else meeting.place,
        "move": reverse("meeting-act", args=[meeting.pk, "move"]) + single if movable else "",
    }


def _at(one: Busy, meeting: Meeting) -> Meeting:
    meeting.starts_at, meeting.ends_at = one.starts_at, one.ends_at
    return meeting
