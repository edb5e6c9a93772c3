"""Where a quote stands, in words, and what stands around it on its page: its deal, its versions."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from isthmus.core.actors import Actor
from isthmus.people.models import Account, Person
from isthmus.sales.models import Deal, Order, Quote, QuoteState
from isthmus.web import formats, markup
from isthmus.web.quotes import acts, versions

_TONES = {
    QuoteState.ACCEPTED: "good",
    QuoteState.DECLINED: "bad",
    QuoteState.EXPIRED: "warn",
    QuoteState.AWAITING: "warn",
}
_ICONS = {QuoteState.AWAITING: "clock", QuoteState.EXPIRED: "clock"}


def state_badge(quote: Quote) -> SafeString:
    """The state of a quote: a shape and a word."""
    state = QuoteState(quote.state)
    text = _("Given up") if state is QuoteState.SUPERSEDED and quote.decided_at else str(state.label)
    return markup.badge(text, _TONES.get(state, ""), "", _ICONS.get(state, ""))


def finding(quote: Quote, on: date) -> str:
    """Where it stands, in one sentence."""
    days = (quote.valid_until - on).days
    told = {"day": formats.day(quote.valid_until), "who": quote.accepted_name}
    if quote.state == QuoteState.AWAITING:
        return _("Waits for the approval of its discount")
    if quote.state == QuoteState.READY:
        return _("Ready to send")
    if quote.state in (QuoteState.SENT, QuoteState.VIEWED):
        seen = _("Seen by the customer") if quote.state == QuoteState.VIEWED else _("Sent, not opened yet")
        if days < 0:
            return _("%(seen)s; it could be accepted until %(day)s") % {"seen": seen, **told}
        left = formats.days(days)
        words = {"seen": seen, "left": left, **told}
        return (
            _("%(seen)s, valid %(left)s more") % words if days else _("%(seen)s, valid until today") % words
        )
    if quote.state == QuoteState.ACCEPTED:
        return _("Accepted by %(who)s") % told
    if quote.state == QuoteState.DECLINED:
        return (
            _("Declined: %(why)s") % {"why": quote.decline_reason} if quote.decline_reason else _("Declined")
        )
    if quote.state == QuoteState.EXPIRED:
        return _("Ran out on %(day)s without an answer") % told
    if quote.state == QuoteState.SUPERSEDED:
        return _("Given up") if quote.decided_at else _("A later version stands in its place")
    return _("A draft: nobody outside has seen it")


def happened(quote: Quote) -> list[tuple[str, datetime, str]]:
    """What happened to it, oldest first: what, when, who or why."""
    maker = quote.made_by.name if quote.made_by else ""
    found = [(_("Made"), quote.made_at, maker)]
    if quote.sent_at:
        found.append((_("Sent"), quote.sent_at, ""))
    if quote.viewed_at:
        found.append((_("First opened by the customer"), quote.viewed_at, ""))
    if quote.decided_at:
        words = {
            QuoteState.ACCEPTED: (_("Accepted"), quote.accepted_name),
            QuoteState.DECLINED: (_("Declined"), quote.decline_reason),
            QuoteState.EXPIRED: (_("Ran out"), ""),
        }
        text, who = words.get(QuoteState(quote.state), (_("Given up"), ""))
        found.append((text, quote.decided_at, who))
    return found


def around(quote: Quote, actor: Actor) -> dict[str, Any]:
    """What every page of a quote shows: its head, its versions, its acts."""
    before = _versions(quote, actor)
    return {
        "quote": quote,
        "badge": state_badge(quote),
        "buttons": acts.buttons_for(quote, actor),
        "versions": versions.told(before, quote),
        "seen": {
            "deal": Deal.objects.visible_to(actor).filter(pk=quote.deal_id).exists(),
            "account": Account.objects.visible_to(actor).filter(pk=quote.account_id).exists(),
            "person": Person.objects.visible_to(actor).filter(pk=quote.person_id).exists(),
        },
    }


def _versions(quote: Quote, actor: Actor) -> Sequence[Quote]:
    found = (
        Quote.objects.visible_to(actor)
        .filter(number=quote.number)
        .select_related("person")
        .order_by("-revision")
    )
    return list(found.prefetch_related("lines__product"))


def seen_order(quote: Quote, actor: Actor) -> Order | None:
    """The order that it became, where the actor may see it."""
    if quote.order_id is None:
        return None
    found: Order | None = Order.objects.visible_to(actor).filter(pk=quote.order_id).first()
    return found
