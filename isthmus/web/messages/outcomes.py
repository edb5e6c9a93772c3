"""What became of mail: in words, and the page of those of which nobody knows."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from isthmus.messages.models import Mailbox, Message, Recipient, RecipientState
from isthmus.messages.queries import failed_outcomes, unknown_outcomes
from isthmus.web.access import actor_of, needs
from isthmus.web.acts.acting import Act, act_now

PAGE = 200
_TONES = {
    RecipientState.SENT: "good",
    RecipientState.FAILED: "bad",
    RecipientState.SUPPRESSED: "warn",
    RecipientState.UNKNOWN: "warn",
}


def outcome_words(message: Message) -> list[tuple[Recipient, str, str]]:
    """Each recipient of a mail, what became of their copy, and its tone."""
    rows = message.recipients.order_by("pk")
    found = []
    for one in rows:
        text, tone = str(one.get_state_display()), _TONES.get(RecipientState(one.state), "")
        if one.delivered_at and one.state == RecipientState.SENT:
            text = _("Delivered")
        if one.bounced_at or one.complained_at:
            text, tone = _("Called spam") if one.complained_at else _("Came back"), "bad"
        found.append((one, text, tone))
    return found


@needs("mail.send")
def unknown(request: HttpRequest) -> HttpResponse:
    """Mail of which nobody knows whether it arrived, and what failed lately."""
    actor = actor_of(request)
    mine = set(Mailbox.objects.of(actor).values_list("pk", flat=True))
    rows = list(unknown_outcomes(actor)[:PAGE])
    context = {
        "rows": [(one, one.message.mailbox_id in mine) for one in rows],
        "failed": list(failed_outcomes(actor)[:50]),
    }
    return render(request, "messages/unknown.html", context)


@needs("mail.send")
@require_POST
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Look for a mail, send it again, or settle it."""
    page = reverse("mail-unknown")
    acts: dict[str, tuple[str, str, dict[str, Any]]] = {
        "sent": ("settle_mail", _("Settled: it arrived."), {"recipient_id": pk, "outcome": "sent"}),
        "failed": (
            "settle_mail",
            _("Settled: it did not arrive."),
            {"recipient_id": pk, "outcome": "failed"},
        ),
        "again": ("send_mail_again", _("It is on its way again."), {"recipient_id": pk}),
    }
    if name == "look":
        one = unknown_outcomes(actor_of(request)).filter(pk=pk).first()
        if one is None:
            raise Http404
        done = _("Its mailbox is read now: if the mail lies in the sent folder, it is settled by itself.")
        given = {"mailbox_id": one.message.mailbox_id}
        return act_now(request, Act("read_mailbox", "", done, page, given, page))
    if name not in acts:
        raise Http404
    command, done, given = acts[name]
    return act_now(request, Act(command, "", done, page, given, page))
