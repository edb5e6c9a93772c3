"""A mail's calendar as its thread shows it: an invitation to be answered, or what became of an answer."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from isthmus.core.actors import Actor
from isthmus.meetings.invitations import CalendarUnreadable, read
from isthmus.meetings.mailing.senders import sending_mailboxes
from isthmus.meetings.mailing.wording import when
from isthmus.meetings.models import MailedCalendar
from isthmus.messages.access import readable_messages
from isthmus.messages.models import Holding, Message
from isthmus.web.access import actor_of, needs
from isthmus.web.acts.acting import Act, act_now
from isthmus.workspace.models import Company

_OPEN = (MailedCalendar.State.OFFERED, MailedCalendar.State.ANSWERED)


@dataclass(frozen=True)
class Shown:
    """`answers`: the words, the address and whether that was said, for each answer that can be given."""

    what: str
    title: str = ""
    when: str = ""
    place: str = ""
    reason: str = ""
    answers: Sequence[tuple[str, str, bool]] = ()


def calendars_of(messages: Sequence[Message], actor: Actor) -> dict[int, Shown]:
    """What the calendars of messages say that the actor reads in full, by the message's number."""
    rows = {one.message_id: one for one in MailedCalendar.objects.filter(message__in=messages)}
    if not rows:
        return {}
    boxes = [one.pk for one in sending_mailboxes(actor)] if actor.allows("meetings.edit") else []
    held = Holding.objects.filter(message__in=list(rows), mailbox__in=boxes)
    mine = set(held.values_list("message_id", flat=True))
    return {
        one.pk: _shown(one, rows[one.pk], answerable=one.pk in mine) for one in messages if one.pk in rows
    }


@needs("meetings.edit")
@require_POST
def answer(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Answer an invitation: its sender is told, and it goes into one's calendar."""
    done = {
        "accepted": _("Accepted. It stands in your calendar."),
        "tentative": _("Answered: perhaps. It stands in your calendar."),
        "declined": _("Declined. Whoever invited is told."),
    }
    if name not in done:
        raise Http404
    message = get_object_or_404(readable_messages(actor_of(request)), pk=pk)
    page = f"{reverse('mail-thread', args=[message.thread_id])}#mail-{pk}"
    return act_now(
        request, Act("answer_invitation", "", done[name], page, {"message_id": pk, "answer": name}, page)
    )


def _shown(message: Message, row: MailedCalendar, *, answerable: bool) -> Shown:
    try:
        found = read(message.calendar, zone=Company.current().zone)
    except CalendarUnreadable as refused:
        return Shown(_("A calendar that cannot be used"), reason=str(refused))
    event = found.event
    said = {
        "accepted": _("Accepted"), "tentative": _("Perhaps"), "declined": _("Declined"),
    }  # fmt: skip
    words = {
        "REQUEST": _("Invitation:"),
        "CANCEL": _("Called off:"),
        "COUNTER": _("Another time is proposed:"),
        "REPLY": _("%s:") % said.get(row.answer, _("Answer")),
    }
    can = answerable and row.method == "REQUEST" and row.state in _OPEN
    return Shown(
        what=words[found.method],
        title=event.title,
        when=when(event.starts_at, event.ends_at, Company.current().zone, all_day=event.all_day),
        place=event.place,
        reason=row.reason,
        answers=[
            (text, reverse("answer-invitation", args=[message.pk, name]), row.answer == name)
            for name, text in (
                ("accepted", _("Accept")),
                ("tentative", _("Perhaps")),
                ("declined", _("Decline")),
            )
        ]
        if can
        else (),
    )
