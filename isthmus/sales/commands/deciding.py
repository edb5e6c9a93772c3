"""Quotes with the customer: sent, viewed, accepted, declined, run out."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.commands import command
from isthmus.core.refusals import InvalidInput, Refusal
from isthmus.ledger.facts import Fact
from isthmus.sales.commands.quotes import over_limit
from isthmus.sales.models import WITH_CUSTOMER, Quote, QuoteState
from isthmus.sales.quoting.accepting import follow
from isthmus.sales.quoting.rules import list_amount
from isthmus.sales.quoting.standing import (
    QuoteNotOpen,
    give_token,
    is_over,
    locked_quote,
    need_state,
    quote_fact,
    save,
)
from isthmus.workspace.commands import notify
from isthmus.workspace.queries import Converter


class ApprovalNeeded(Refusal):
    """A discount is above what the seller gives alone."""


class QuoteRanOut(Refusal):
    """The last day on which the quote could be accepted is past."""


@command(permission="deals.edit", label=gettext_lazy("Send a quote"), trade="sales")
def send_quote(*, quote_id: int, by: Actor, at: datetime) -> Quote:
    """Give a quote to the customer: it gets its own page, and can be accepted there from now on.

    Refused while a discount is above the sender's limit and nobody approved it.
    """
    quote = locked_quote(quote_id, by)
    need_state(quote, QuoteState.DRAFT, QuoteState.READY)
    lines = list(quote.lines.all())
    if not lines:
        raise InvalidInput({"lines": _("A quote needs at least one line before it goes out.")})
    if is_over(quote, at):
        raise QuoteRanOut(_("This quote is valid until a day that is past. Choose a later one first."))
    if quote.state == QuoteState.DRAFT and over_limit(quote, by):
        raise ApprovalNeeded(_("A discount here is above your limit. Ask for approval, then send it."))
    give_token(quote)
    quote.state, quote.sent_at = QuoteState.SENT, at
    save(quote, "state", "sent_at", "token_hash", "token_sealed")
    ledger.record([quote_fact("quote.sent", quote, at), *_line_facts(quote, at)], by=by)
    return quote


@command(permission="deals.edit", label=gettext_lazy("Note that a quote was viewed"), trade="sales")
def note_quote_viewed(*, quote_id: int, by: Actor, at: datetime) -> Quote:
    """Note that the customer opened the page of a quote, the first time."""
    quote = locked_quote(quote_id, by)
    need_state(quote, QuoteState.SENT)
    quote.state, quote.viewed_at = QuoteState.VIEWED, at
    save(quote, "state", "viewed_at")
    ledger.record(quote_fact("quote.viewed", quote, at), by=by)
    return quote


@command(permission="deals.edit", label=gettext_lazy("Accept a quote"), trade="money")
def accept_quote(
    *,
    quote_id: int,
    name: str,
    by: Actor,
    at: datetime,
    purchase_number: str = "",
    ip: str = "",
) -> Quote:
    """Accept a quote in the name of whoever does so: its order is placed, once, whoever else accepts beside.

    The invoice follows where the company invoices at once, subscriptions begin, and the deal is won where
    its pipeline lets it; otherwise its owner is told what is missing.
    """
    quote = locked_quote(quote_id, by)
    need_state(quote, *WITH_CUSTOMER)
    if is_over(quote, at):
        raise QuoteRanOut(
            _("This quote could be accepted until its last day, which is past. Ask for a new one.")
        )
    if not name.strip():
        raise InvalidInput({"name": _("Type your name: it stands for your signature.")})
    quote.state, quote.decided_at = QuoteState.ACCEPTED, at
    quote.accepted_name, quote.accepted_ip = name.strip()[:200], ip[:45]
    quote.purchase_number = purchase_number.strip()[:80]
    ledger.record(_decision("quote.accepted", quote, at), by=by)
    trouble = follow(quote, by=by, at=at)
    save(quote, "state", "decided_at", "accepted_name", "accepted_ip", "purchase_number", "order")
    text = trouble or gettext_lazy("Your quote is accepted and its order is placed")
    _tell(quote, "quote.accepted", text, by, at)
    return quote


@command(permission="deals.edit", label=gettext_lazy("Decline a quote"), trade="sales")
def decline_quote(*, quote_id: int, by: Actor, at: datetime, reason: str = "") -> Quote:
    """Note that the customer declines a quote, perhaps with the reason. The deal stays as it is."""
    quote = locked_quote(quote_id, by)
    need_state(quote, *WITH_CUSTOMER)
    quote.state, quote.decided_at, quote.decline_reason = QuoteState.DECLINED, at, reason.strip()[:300]
    save(quote, "state", "decided_at", "decline_reason")
    ledger.record(_decision("quote.declined", quote, at), by=by)
    _tell(quote, "quote.declined", gettext_lazy("Your quote is declined"), by, at)
    return quote


@command(permission="deals.edit", label=gettext_lazy("Withdraw a quote"), trade="sales")
def withdraw_quote(*, quote_id: int, by: Actor, at: datetime) -> Quote:
    """Take back a quote that is with the customer: it can no longer be accepted. Its number stays with it."""
    quote = locked_quote(quote_id, by)
    need_state(quote, *WITH_CUSTOMER)
    quote.state, quote.decided_at = QuoteState.SUPERSEDED, at
    save(quote, "state", "decided_at")
    ledger.record(quote_fact("quote.withdrawn", quote, at), by=by)
    return quote


@command(permission="deals.edit", label=gettext_lazy("Let a quote run out"), trade="sales")
def expire_quote(*, quote_id: int, by: Actor, at: datetime) -> Quote:
    """Note that the last day of a quote is past without an answer."""
    quote = locked_quote(quote_id, by)
    need_state(quote, *WITH_CUSTOMER)
    if not is_over(quote, at):
        raise QuoteNotOpen(_("This quote can still be accepted. It runs out by itself after its last day."))
    quote.state, quote.decided_at = QuoteState.EXPIRED, at
    save(quote, "state", "decided_at")
    ledger.record(_decision("quote.expired", quote, at), by=by)
    _tell(quote, "quote.expired", gettext_lazy("Your quote ran out without an answer"), by, at)
    return quote


def _decision(kind: str, quote: Quote, at: datetime) -> Fact:
    # Of several versions of one quote the last one decided counts: they share the key.
    return quote_fact(kind, quote, at, natural_key=f"quote-decided:{quote.number}", revision=quote.revision)


def _line_facts(quote: Quote, at: datetime) -> list[Fact]:
    """What each line would cost by the list, and how much of that is given away; of a new version anew."""
    converter, facts = Converter(), []
    lines = {line.position: line for line in quote.lines.all()}
    before = Quote.objects.filter(number=quote.number, revision__lt=quote.revision)
    ever = set(before.values_list("lines__position", flat=True)) - {None}
    for position in sorted(lines.keys() | ever):
        line = lines.get(position)
        listed = list_amount(line.quantity, line.list_price, quote.currency) if line else 0
        for kind, micros in (
            ("quote.line_listed", listed),
            ("quote.line_discounted", listed - line.net if line else 0),
        ):
            fact = quote_fact(kind, quote, at, product_id=line.product_id if line else None)
            fact.amount = micros
            fact.amount_base = converter.to_base(micros, quote.currency, at.date())
            fact.natural_key = f"quoted:{quote.number}:{position}:{kind}"
            fact.revision = quote.revision
            facts.append(fact)
    return facts


def _tell(quote: Quote, kind: str, text: Any, by: Actor, at: datetime) -> None:
    if quote.owner_id is not None and not (by.kind == "user" and by.id == quote.owner_id):
        notify(user=quote.owner_id, kind=kind, text=text, record=("deal", quote.deal_id), at=at)
