"""Where a quote stands: finding it, what a step needs to be true, its totals, its facts."""

import secrets
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from isthmus.core.actors import Actor
from isthmus.core.clock import written_now
from isthmus.core.refusals import NotFound, Refusal
from isthmus.core.safekeeping import seal, unseal
from isthmus.ledger.facts import Fact
from isthmus.sales.credit import deal_credit
from isthmus.sales.models import Quote, QuoteLine, QuoteState
from isthmus.sales.quoting.rules import LineMoney, totals
from isthmus.workspace.models import Company
from isthmus.workspace.queries import Converter

_PURPOSE = "the page of a quote"


class QuoteNotOpen(Refusal):
    """The quote stands where this act has no place."""


def no_such_quote() -> NotFound:
    """The one answer for a quote that is not there and one that may not be touched."""
    return NotFound(_("There is no such quote, or your role does not reach it. Look for it under Quotes."))


def locked_quote(quote_id: int, by: Actor, permission: str = "deals.edit") -> Quote:
    """The quote, locked until the transaction ends: two acts on one follow each other."""
    found = Quote.objects.visible_to(by, permission).select_for_update(of=("self",))
    quote: Quote | None = found.select_related("deal__person", "deal__account").filter(pk=quote_id).first()
    if quote is None:
        raise no_such_quote()
    return quote


def need_state(quote: Quote, *states: str) -> None:
    """Refuse what has no place in the state in which the quote is."""
    if quote.state not in states:
        raise QuoteNotOpen(
            _("Quote %(quote)s is %(state)s, so this cannot be done. Revise it to make a new version.")
            % {"quote": quote, "state": quote.get_state_display().lower()}
        )


def today(at: datetime) -> date:
    """The day that it is in the company's zone."""
    return timezone.localtime(at, Company.current().zone).date()


def is_over(quote: Quote, at: datetime) -> bool:
    """Whether the last day on which it can be accepted is past."""
    return quote.valid_until < today(at)


def add_up(quote: Quote, lines: list[QuoteLine]) -> None:
    """Set the totals: the sums of the rounded lines."""
    sums = totals(LineMoney(line.net, line.tax) for line in lines)
    quote.net, quote.tax, quote.total = sums.net, sums.tax, sums.gross


def save(quote: Quote, *fields: str) -> None:
    """Save fields of a quote as its next version."""
    quote.updated_at = written_now()
    quote.version += 1
    quote.save(update_fields=[*fields, "updated_at", "version"])


def quote_fact(kind: str, quote: Quote, at: datetime, **more: Any) -> Fact:
    """A fact about a quote: its deal's credit, and its net amount in both currencies."""
    props = {"quote_id": quote.pk, "number": str(quote), **more.pop("props", {})}
    return Fact(
        kind=kind,
        at=at,
        amount=quote.net,
        amount_base=Converter().to_base(quote.net, quote.currency, at.date()),
        props=props,
        **{**deal_credit(quote.deal), "currency": quote.currency, **more},
    )


def give_token(quote: Quote) -> None:
    """Give a quote the address of its page: kept as a keyed hash, and sealed to be shown again."""
    token = secrets.token_urlsafe(24)
    quote.token_hash, quote.token_sealed = hash_of(token), seal(token, purpose=_PURPOSE)


def token_of(quote: Quote) -> str:
    """The token of a quote that was sent; empty for one that was not."""
    return unseal(quote.token_sealed, purpose=_PURPOSE) if quote.token_sealed else ""


def hash_of(token: str) -> str:
    """What a token is found by."""
    return salted_hmac("isthmus.quote", token, algorithm="sha256").hexdigest()


def by_token(token: str) -> Quote | None:
    """The quote of a page; None for a token that opens none."""
    found = Quote.objects.filter(token_hash=hash_of(token)).exclude(state__in=["draft", "awaiting", "ready"])
    quote: Quote | None = found.select_related(
        "deal__person", "deal__account", "account", "person", "owner"
    ).first()
    return quote


def is_with_customer(quote: Quote) -> bool:
    """Whether the customer can still answer, the days aside."""
    return quote.state in (QuoteState.SENT, QuoteState.VIEWED)
