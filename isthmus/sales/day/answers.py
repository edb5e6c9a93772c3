"""What mail offers to a seller's day: people who wrote and whom nobody answered yet."""

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from isthmus.core.actors import Actor
from isthmus.messages.models import Message
from isthmus.messages.queries import waiting_answers
from isthmus.sales.day.offering import LIMIT, Suggestion
from isthmus.sales.day.sources import _chance, _values
from isthmus.sales.models import Deal

SHOWN = 110


def answers_waiting(actor: Actor, now: datetime) -> Sequence[Suggestion]:
    """Threads in the seller's mailboxes whose last word is the customer's, the longest waiting first."""
    if actor.id is None or not actor.allows("mail.send"):
        return []
    messages = waiting_answers(actor, before=now, limit=LIMIT)
    if not messages:
        return []
    deals = _open_deals(messages, actor)
    values = _values(deals.values(), timezone.localdate(now))
    return [_answer(one, deals.get(_party(one)), values) for one in messages]


def _open_deals(messages: Sequence[Message], actor: Actor) -> dict[int, Deal]:
    """The open deal of each person who waits, the one of the largest amount."""
    people = {_party(one) for one in messages}
    rows = Deal.objects.visible_to(actor).filter(person__in=people, state="open").select_related("stage")
    return {deal.person_id: deal for deal in rows.order_by("amount", "pk") if deal.person_id}


def _party(message: Message) -> int:
    return message.person_id or 0


def _answer(message: Message, deal: Deal | None, values: dict[int, int | None]) -> Suggestion:
    said = " ".join(line for line in message.text.splitlines() if line and not line.startswith(">"))
    said = said if len(said) <= SHOWN else said[: SHOWN - 1] + "…"
    return Suggestion(
        key=f"mail:{message.pk}",
        kind="reply",
        record=("message", message.pk),
        name=str(message.person),
        account=str(message.account or ""),
        stage=deal.stage.name if deal else _("Mail"),
        reason=_("Wrote: “%(text)s”") % {"text": said or message.subject},
        clock_from=message.at,
        day=timezone.localdate(message.at).isoformat(),
        value=values.get(deal.pk) if deal else None,
        chance=_chance(deal) if deal else None,
        subjects={"thread": message.thread_id, **({"deal": deal.pk} if deal else {})},
        acts=("reply",),
    )
