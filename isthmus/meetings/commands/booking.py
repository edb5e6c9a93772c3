"""Making meetings: whose, when, with whom, in which calendar."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

import uuid_utils
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.core.actors import Actor, Scope
from isthmus.core.changes import note_made
from isthmus.core.clock import written_now
from isthmus.core.commands import command
from isthmus.core.refusals import InvalidInput, NotFound
from isthmus.leads.models import Lead
from isthmus.meetings import rules
from isthmus.meetings.keeping import lock_calendars, spread, written_calendar
from isthmus.meetings.models import Attendee, Calendar, Meeting
from isthmus.meetings.overlapping import overlaps_of
from isthmus.meetings.recording import fact
from isthmus.meetings.writing_out import ask_to_write, note_to_write
from isthmus.people.matching import holders_of_addresses
from isthmus.people.models import Account, Person
from isthmus.people.normalise import normal_email
from isthmus.sales.models import Deal
from isthmus.workspace.models import User

EDIT = "meetings.edit"
MOST_GUESTS = 100


@command(
    permission=EDIT,
    label=gettext_lazy("Make a meeting"),
    trade="sales",
    undo="cancel_meeting",
    undo_arguments=lambda meeting, _: {"meeting_id": meeting.pk},
)
def book_meeting(
    *,
    title: str,
    starts_at: datetime,
    by: Actor,
    at: datetime,
    ends_at: datetime | None = None,
    minutes: int | None = None,
    all_day: bool = False,
    time_zone: str = "",
    place: str = "",
    notes: str = "",
    is_private: bool = False,
    shows_as: Literal["busy", "free"] = "busy",
    recurrence: str = "",
    person_id: int | None = None,
    account_id: int | None = None,
    lead_id: int | None = None,
    deal_id: int | None = None,
    guests: list[str] | None = None,
    calendar_id: int | None = None,
    owner_id: int | None = None,
) -> Meeting:
    """Put a meeting into a calendar: when, where, with whom, about which deal. It is written there too.

    Without an end it lasts half an hour. It goes into the calendar that its owner chose for new meetings. It
    may lie over time that is taken; which that is stands in `lies_over`.
    """
    owner = _owner(owner_id, by)
    lock_calendars([owner])
    calendar = _calendar(calendar_id, owner)
    zone = zone_of(time_zone, calendar)
    starts, ends = span_of(starts_at, ends_at, minutes, all_day, zone)
    meeting = Meeting(
        calendar=calendar,
        uid=f"{uuid_utils.uuid7()}@isthmus",
        title=title_of(title),
        starts_at=starts,
        ends_at=ends,
        zone=zone,
        all_day=all_day,
        place=place.strip()[:500],
        notes=notes.strip(),
        is_private=is_private,
        shows_as=shows_as,
        recurrence=rule_of(recurrence),
        owner=owner,
        team_id=owner.team_id,
        made_at=at,
        updated_at=written_now(),
    )
    _about(
        meeting,
        by,
        {"person_id": person_id, "account_id": account_id, "lead_id": lead_id, "deal_id": deal_id},
    )
    note_to_write(meeting, "put")
    _keep(meeting, guests or [], by, at)
    return meeting


def _keep(meeting: Meeting, guests: Sequence[str], by: Actor, at: datetime) -> None:
    meeting.save()
    ask_to_write(meeting)
    note_made([meeting])
    _seat(meeting, guests)
    spread([meeting], at)
    note_overlaps(meeting, by)
    ledger.record(fact("meeting.booked", meeting, at), by=by)


def note_overlaps(meeting: Meeting, by: Actor) -> None:
    """Note on a meeting that was just put at its time what it lies over, in words that the actor may read."""
    meeting.lies_over = [one.as_json() for one in overlaps_of(by, meeting)]


def title_of(title: str) -> str:
    """What a meeting is called, in one line. Raises InvalidInput."""
    words = " ".join(title.split())
    if not words or len(words) > 300:
        raise InvalidInput({"title": _("Say what the meeting is about, in 300 characters at the most.")})
    return words


def rule_of(recurrence: str) -> str:
    """The rule by which a meeting repeats. Raises InvalidInput."""
    rule = recurrence.strip().removeprefix("RRULE:")
    if rule and (len(rule) > 500 or not rules.is_rule(rule)):
        raise InvalidInput({"recurrence": _("Write the rule like FREQ=WEEKLY;BYDAY=MO;COUNT=10.")})
    return rule


def zone_of(time_zone: str, calendar: Calendar) -> str:
    """The zone that a meeting stands in: the named one, otherwise its calendar's. Raises InvalidInput."""
    if time_zone and not rules.is_zone(time_zone):
        raise InvalidInput({"time_zone": _("There is no such time zone. Write it like Europe/Stockholm.")})
    return time_zone or calendar.zone.key


def span_of(
    starts_at: datetime,
    ends_at: datetime | None,
    minutes: int | None,
    all_day: bool,
    zone: str,
) -> tuple[datetime, datetime]:
    """From when to when a meeting lasts. Raises InvalidInput."""
    end = rules.ends(starts_at, ends_at, minutes)
    if end is None:
        raise InvalidInput({"ends_at": _("A meeting ends after it begins, sixty days later at the most.")})
    return rules.whole_days(starts_at, end, ZoneInfo(zone)) if all_day else (starts_at, end)


def _owner(owner_id: int | None, by: Actor) -> User:
    owner = User.objects.filter(pk=owner_id or by.id or 0, is_active=True).first()
    scope = by.scope(EDIT)
    if owner is not None and owner.pk != by.id and scope is not Scope.ALL:
        reached = scope is Scope.TEAM and owner.team_id in by.team_ids
        owner = owner if reached else None
    if owner is None:
        raise NotFound(_("Say whose meeting it is: your own, or of somebody whom your role reaches."))
    return owner


def _calendar(calendar_id: int | None, owner: User) -> Calendar:
    if calendar_id is None:
        return written_calendar(owner)
    found: Calendar | None = Calendar.objects.kept().filter(pk=calendar_id, owner=owner).first()
    if found is None:
        raise NotFound(_("There is no such calendar of theirs."))
    if found.source == "ics" or not found.can_write:
        raise InvalidInput({"calendar_id": _("This calendar is only read. Choose another one.")})
    return found


def _about(meeting: Meeting, by: Actor, ids: Mapping[str, int | None]) -> None:
    deal = _one(Deal, ids["deal_id"], by)
    lead = _one(Lead, ids["lead_id"], by) or (deal.lead if deal else None)
    person = _one(Person, ids["person_id"], by) or (lead.person if lead else None)
    person = person or (deal.person if deal else None)
    account = _one(Account, ids["account_id"], by) or (deal.account if deal else None)
    meeting.deal, meeting.lead, meeting.person = deal, lead, person
    meeting.account = account or (lead.account if lead else None) or (person.account if person else None)
    party = deal or lead or person or account
    meeting.territory_id = party.territory_id if party else None


def _one(model: Any, pk: int | None, by: Actor) -> Any:
    if pk is None:
        return None
    found = model.objects.visible_to(by).filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such record, or your role does not reach it."))
    return found


def _seat(meeting: Meeting, guests: Sequence[str]) -> None:
    """Who is asked, with whom of ours and theirs each address is."""
    addresses = [normal_email(one) for one in guests]
    if None in addresses or len(addresses) > MOST_GUESTS:
        raise InvalidInput({"guests": _("Name at most 100 e-mail addresses, like pat@example.com.")})
    wanted = [one for one in dict.fromkeys(addresses) if one]
    people = holders_of_addresses(wanted)
    users = {user.email.lower(): user for user in User.objects.filter(email__in=wanted)}
    Attendee.objects.bulk_create(
        [
            Attendee(
                meeting=meeting,
                email=one,
                name=str(people.get(one) or users.get(one) or ""),
                person=people.get(one),
                user=users.get(one),
            )
            for one in wanted
        ]
    )
