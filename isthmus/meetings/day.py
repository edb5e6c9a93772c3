"""What meetings offer to a day: those of today with their time, those of which nobody said more."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from isthmus.core.actors import Actor
from isthmus.meetings.models import Busy, Meeting, MeetingState
from isthmus.sales.day.offering import LIMIT, Act, Suggestion, names_of

ASKED_FOR = timedelta(days=7)  # So long it is asked whether a meeting took place.
_READ = (
    *("starts_at", "ends_at", "title", "meeting__title", "meeting__all_day", "meeting__place"),
    "meeting__activity__at",
)
_STANDING = (MeetingState.TENTATIVE, MeetingState.CONFIRMED)


def meetings_of_today(actor: Actor, now: datetime) -> Sequence[Suggestion]:
    """The seller's meetings with customers: what is still to come today, and what is over without a word."""
    if actor.id is None or not actor.allows("meetings.view"):
        return []
    zone = timezone.get_current_timezone()
    midnight = datetime.combine(
        now.astimezone(zone).date() + timedelta(days=1), datetime.min.time(), tzinfo=zone
    )
    times = Busy.objects.filter(
        ~Q(meeting__person=None, meeting__account=None, meeting__lead=None, meeting__deal=None),
        meeting__owner_id=actor.id,
        meeting__state__in=_STANDING,
        starts_at__gt=now - ASKED_FOR,
        starts_at__lt=midnight,
    )
    parties = ("meeting__person", "meeting__account", "meeting__deal", "meeting__lead__person")
    related = times.select_related(*parties, "meeting__activity").only(*_READ, *names_of(*parties))
    found: dict[int, Suggestion] = {}
    for one in related.order_by("-starts_at")[: 2 * LIMIT]:
        said = one.meeting.activity
        if one.meeting_id not in found and not (said and said.at >= one.starts_at):
            found[one.meeting_id] = _suggestion(one, one.meeting, now)
    return list(found.values())[:LIMIT]


def _suggestion(when: Busy, meeting: Meeting, now: datetime) -> Suggestion:
    over = when.ends_at <= now
    links = [("deal", meeting.deal_id), ("lead", meeting.lead_id), ("person", meeting.person_id)]
    subjects = {name: pk for name, pk in [*links, ("account", meeting.account_id)] if pk is not None}
    local = timezone.localtime(when.starts_at)
    day = _("today") if local.date() == timezone.localdate(now) else local.strftime("%Y-%m-%d")
    told = {"title": when.title or str(meeting), "when": day, "hour": local.strftime("%H:%M")}
    if over:
        reason = _("“%(title)s”, %(when)s at %(hour)s. Did it take place?") % told
    elif meeting.all_day:
        reason = _("“%(title)s”, all day.") % told
    else:
        reason = _("“%(title)s”, at %(hour)s.") % told
        reason += f" {meeting.place}" if meeting.place else ""
    acts: Sequence[Act] = ("open",)
    return Suggestion(
        key=f"meeting:{meeting.pk}:{when.starts_at:%Y%m%d%H%M}",
        kind="held" if over else "meeting",
        record=("meeting", meeting.pk),
        name=str(meeting.person or meeting.account or meeting.deal or meeting.lead),
        account=str(meeting.account or "") if meeting.person else "",
        stage=_("Meeting to confirm") if over else _("Meeting"),
        reason=reason,
        due_at=None if over or meeting.all_day else when.starts_at,
        clock_from=None if over else min(now, when.starts_at - timedelta(hours=8)),
        day=local.date().isoformat(),
        # Not folded into what else is known of the deal: a meeting is kept at its hour.
        subjects={"meeting": meeting.pk, **subjects} if over else {"meeting": meeting.pk},
        acts=acts,
    )
