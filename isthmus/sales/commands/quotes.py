"""Making quotes: lines, versions, approval of discounts."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.clock import written_now
from isthmus.core.commands import command
from isthmus.core.editing import asked_changes, need_version
from isthmus.core.money import from_micros
from isthmus.core.refusals import InvalidInput, NotFound, Refusal
from isthmus.people.models import Person
from isthmus.sales.changing import no_such_deal
from isthmus.sales.models import IN_MAKING, Deal, Quote, QuoteLine, QuoteState, SellingTerms
from isthmus.sales.quoting.approving import approvers
from isthmus.sales.quoting.lines import QuoteLineGiven, make_lines, products_of
from isthmus.sales.quoting.numbers import next_number
from isthmus.sales.quoting.standing import add_up, locked_quote, need_state, quote_fact, save, today
from isthmus.sales.quoting.tables import Policy, PriceList
from isthmus.workspace.changing import NothingChanged
from isthmus.workspace.commands import notify


class ApprovalNotNeeded(Refusal):
    """All discount is within what the seller gives alone."""


@command(
    permission="deals.edit",
    label=gettext_lazy("Make a quote"),
    trade="sales",
    undo="drop_quote",
    undo_arguments=lambda quote, _: {"quote_id": quote.pk},
)
def make_quote(
    *,
    deal_id: int,
    lines: list[QuoteLineGiven],
    by: Actor,
    at: datetime,
    valid_until: date | None = None,
    region: str | None = None,
    billing_address: str | None = None,
    note: str = "",
    terms: str | None = None,
) -> Quote:
    """Make a quote for a deal as a draft, in the deal's currency; prices and taxes come from their tables.

    `region` is where it is taxed, the customer's country where left out; without `terms` the company's stand;
    without an address that of the customer's quote before.
    """
    found = Deal.objects.visible_to(by, "deals.edit").select_related("person", "account", "territory")
    deal = found.filter(pk=deal_id).first()
    if deal is None:
        raise no_such_deal()
    usual, on = SellingTerms.current(), today(at)
    quote = Quote(
        number=next_number("quote", on.year),
        deal=deal,
        person=deal.person,
        account=deal.account,
        currency=deal.currency,
        region=country_of(deal) if region is None else region.strip().upper(),
        billing_address=_address(deal, by) if billing_address is None else billing_address.strip(),
        note=note.strip(),
        terms=usual.terms if terms is None else terms.strip(),
        valid_until=_valid_until(valid_until, on) or on + timedelta(days=usual.valid_days),
        made_by_id=by.id if by.kind == "user" else None,
        made_at=at,
        updated_at=written_now(),
        owner_id=deal.owner_id if deal.owner_id is not None else by.id,
        team_id=deal.team_id,
        territory_id=deal.territory_id,
    )
    rows = lines_for(quote, lines, on)
    add_up(quote, rows)
    quote.save()
    _store(quote, rows)
    ledger.record(quote_fact("quote.made", quote, at), by=by)
    return quote


@command(
    permission="deals.edit",
    label=gettext_lazy("Change a quote"),
    trade="sales",
    undo="edit_quote",
    undo_arguments=lambda quote, _: {"quote_id": quote.pk, **quote.before},
)
def edit_quote(
    *,
    quote_id: int,
    by: Actor,
    at: datetime,
    lines: list[QuoteLineGiven] | None = None,
    valid_until: date | None = None,
    region: str | None = None,
    person_id: int | None = None,
    billing_address: str | None = None,
    note: str | None = None,
    terms: str | None = None,
    clear: list[str] | None = None,
    version: int | None = None,
) -> Quote:
    """Change a draft: its lines as a whole, its days, whom it is for, where it is taxed, its words.

    Prices that are not given, and taxes, are taken anew from their tables. `clear` takes `person_id` away.
    """
    quote = locked_quote(quote_id, by)
    need_state(quote, QuoteState.DRAFT)
    need_version(quote, version)
    before: dict[str, Any] = {}
    on = today(at)
    given = {
        "valid_until": _valid_until(valid_until, on),
        "region": None if region is None else region.strip().upper(),
        "billing_address": None if billing_address is None else billing_address.strip(),
        "note": None if note is None else note.strip(),
        "terms": None if terms is None else terms.strip(),
    }
    for field, value in given.items():
        if value is not None and value != getattr(quote, field):
            before[field] = getattr(quote, field)
            setattr(quote, field, value)
    _put_contact(quote, asked_changes({"person_id": person_id}, clear, {"person_id": None}), before, by)
    old = list(quote.lines.select_related("product"))
    rows = lines_for(quote, as_given(old) if lines is None else lines, on)
    if [_told(row) for row in rows] != [_told(row) for row in old]:
        before["lines"] = as_given(old)
    if not before:
        raise NothingChanged(_("Nothing was changed: the quote says this already."))
    add_up(quote, rows)
    words = ("person", "billing_address", "note", "terms")
    save(quote, "valid_until", "region", *words, "net", "tax", "total")
    quote.lines.all().delete()
    _store(quote, rows)
    quote.before = before
    ledger.record(
        quote_fact(
            "quote.changed",
            quote,
            at,
            props={"fields": sorted({*before, *before.get("clear", [])} - {"clear"})},
        ),
        by=by,
    )
    return quote


@command(
    permission="deals.edit",
    label=gettext_lazy("Ask for approval"),
    trade="sales",
    undo="reopen_quote",
    undo_arguments=lambda quote, _: {"quote_id": quote.pk},
)
def ask_approval(*, quote_id: int, by: Actor, at: datetime, reason: str = "") -> Quote:
    """Ask a manager to approve a discount above what the seller gives alone, perhaps with a reason."""
    quote = locked_quote(quote_id, by)
    need_state(quote, QuoteState.DRAFT)
    if not over_limit(quote, by):
        raise ApprovalNotNeeded(_("No discount here is above your limit: send the quote."))
    quote.state, quote.asked_because, quote.refused_because = QuoteState.AWAITING, reason.strip()[:300], ""
    save(quote, "state", "asked_because", "refused_because")
    ledger.record(quote_fact("quote.approval_asked", quote, at), by=by)
    for user in approvers(quote):
        if not (by.kind == "user" and by.id == user.pk):
            text = gettext_lazy("A discount waits for your approval")
            notify(user=user, kind="quote.approval", text=text, path=f"/quotes/{quote.pk}/", at=at)
    return quote


@command(
    permission="discounts.approve",
    label=gettext_lazy("Approve a discount"),
    trade="sales",
    undo="reopen_quote",
    undo_arguments=lambda quote, _: {"quote_id": quote.pk},
)
def approve_discount(*, quote_id: int, by: Actor, at: datetime) -> Quote:
    """Approve the discounts of a quote that awaits it: it is ready to be sent."""
    quote = locked_quote(quote_id, by, "discounts.approve")
    need_state(quote, QuoteState.AWAITING)
    quote.state = QuoteState.READY
    quote.approved_by_id = by.id if by.kind == "user" else None
    save(quote, "state", "approved_by")
    ledger.record(quote_fact("quote.approved", quote, at), by=by)
    _tell(
        quote, "quote.approved", gettext_lazy("Your discount is approved: the quote is ready to send"), by, at
    )
    return quote


@command(permission="discounts.approve", label=gettext_lazy("Refuse a discount"), trade="sales")
def refuse_discount(*, quote_id: int, reason: str, by: Actor, at: datetime) -> Quote:
    """Refuse the discounts of a quote that awaits approval, with a reason: it is a draft again."""
    quote = locked_quote(quote_id, by, "discounts.approve")
    need_state(quote, QuoteState.AWAITING)
    if not reason.strip():
        raise InvalidInput({"reason": _("Say why, so that the seller can offer something else.")})
    quote.state, quote.refused_because = QuoteState.DRAFT, reason.strip()[:300]
    save(quote, "state", "refused_because")
    ledger.record(quote_fact("quote.approval_refused", quote, at), by=by)
    _tell(quote, "quote.refused", gettext_lazy("Your discount is not approved: see why on the quote"), by, at)
    return quote


@command(permission="deals.edit", label=gettext_lazy("Back to a draft"), trade="sales")
def reopen_quote(*, quote_id: int, by: Actor, at: datetime) -> Quote:
    """Make a quote that was not sent yet a draft again; an approval that it had is needed anew."""
    quote = locked_quote(quote_id, by)
    need_state(quote, QuoteState.AWAITING, QuoteState.READY)
    quote.state, quote.approved_by_id = QuoteState.DRAFT, None
    save(quote, "state", "approved_by")
    ledger.record(quote_fact("quote.reopened", quote, at), by=by)
    return quote


@command(permission="deals.edit", label=gettext_lazy("Drop a quote"), trade="sales")
def drop_quote(*, quote_id: int, by: Actor, at: datetime) -> Quote:
    """Give up a quote that was never sent; its number stays with it, so that none is missing."""
    quote = locked_quote(quote_id, by)
    need_state(quote, *IN_MAKING)
    quote.state, quote.decided_at = QuoteState.SUPERSEDED, at
    save(quote, "state", "decided_at")
    ledger.record(quote_fact("quote.dropped", quote, at), by=by)
    return quote


@command(
    permission="deals.edit",
    label=gettext_lazy("Revise a quote"),
    trade="sales",
    undo="drop_quote",
    undo_arguments=lambda quote, _: {"quote_id": quote.pk},
)
def revise_quote(*, quote_id: int, by: Actor, at: datetime) -> Quote:
    """Make the next version of a quote as a draft; the one before can no longer be accepted."""
    old = locked_quote(quote_id, by)
    need_state(
        old, *(state for state in QuoteState if state not in (QuoteState.ACCEPTED, QuoteState.SUPERSEDED))
    )
    lines = list(old.lines.select_related("product"))
    on = today(at)
    new = Quote.objects.get(pk=old.pk)
    new.pk, new._state.adding = None, True
    new.deal, new.revision, new.state, new.version = old.deal, old.revision + 1, QuoteState.DRAFT, 1
    new.made_at, new.updated_at, new.made_by_id = at, written_now(), by.id if by.kind == "user" else None
    new.valid_until = on + timedelta(days=SellingTerms.current().valid_days)
    new.sent_at = new.viewed_at = new.decided_at = new.token_hash = new.approved_by_id = None
    new.mail = None
    new.token_sealed = new.asked_because = new.refused_because = new.decline_reason = ""
    rows = lines_for(new, as_given(lines), on)
    add_up(new, rows)
    old.state = QuoteState.SUPERSEDED
    save(old, "state")
    new.save()
    _store(new, rows)
    ledger.record(quote_fact("quote.revised", new, at), by=by)
    return new


def lines_for(quote: Quote, given: Sequence[QuoteLineGiven], on: date) -> list[QuoteLine]:
    """The lines that a quote would have, with what they come to; not stored."""
    products = products_of(given)
    prices = PriceList(
        currency=quote.currency,
        region=quote.region,
        territory_id=quote.territory_id,
        on=on,
        products=products,
    )
    return make_lines(given, prices, products)


def as_given(lines: Sequence[QuoteLine]) -> list[QuoteLineGiven]:
    """Lines as a command takes them, each with the price that it has."""
    return [
        {
            "product_id": line.product_id,
            "description": line.description,
            "quantity": line.quantity,
            "unit_price": from_micros(line.unit_price),
            "discount": line.discount,
        }
        for line in lines
    ]


def over_limit(quote: Quote, by: Actor) -> list[QuoteLine]:
    """The lines whose discount is above what the actor gives alone."""
    policy = Policy(by)
    return [line for line in quote.lines.select_related("product") if not policy.allows(line)]


def _store(quote: Quote, rows: Sequence[QuoteLine]) -> None:
    for row in rows:
        row.quote = quote
    QuoteLine.objects.bulk_create(rows)


def _told(line: QuoteLine) -> tuple[Any, ...]:
    words = (line.product_id, line.description, line.quantity, line.unit_price, line.discount)
    return (*words, line.tax_rate, line.tax_note, line.net, line.tax)


def _put_contact(quote: Quote, changes: dict[str, Any], before: dict[str, Any], by: Actor) -> None:
    """Set whom a quote is for: somebody whom the actor sees."""
    if "person_id" not in changes or changes["person_id"] == quote.person_id:
        return
    new = changes["person_id"]
    if new is not None and not Person.objects.present().visible_to(by).filter(pk=new).exists():
        raise NotFound(_("There is no such person, or your role does not reach them."))
    before.update({"clear": ["person_id"]} if quote.person_id is None else {"person_id": quote.person_id})
    quote.person_id = new


def _address(deal: Deal, by: Actor) -> str:
    """Where the customer was invoiced before, as far as the actor sees; else their record says it."""
    of = {"account": deal.account} if deal.account else {"person": deal.person}
    earlier = Quote.objects.visible_to(by).filter(**of).exclude(billing_address="").order_by("-pk")
    known: str | None = earlier.values_list("billing_address", flat=True).first()
    return known or ""


def country_of(deal: Deal) -> str:
    """Where a deal's quotes are taxed if nobody says otherwise: where the customer is."""
    party = deal.account or deal.person
    return party.country if party else ""


def _valid_until(given: date | None, on: date) -> date | None:
    if given is not None and given < on:
        raise InvalidInput({"valid_until": _("A quote is valid until today at least.")})
    return given


def _tell(quote: Quote, kind: str, text: Any, by: Actor, at: datetime) -> None:
    if quote.owner_id is not None and not (by.kind == "user" and by.id == quote.owner_id):
        notify(user=quote.owner_id, kind=kind, text=text, record=("deal", quote.deal_id), at=at)
