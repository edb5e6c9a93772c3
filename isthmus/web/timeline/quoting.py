"""The sentences of quotes, invoices, subscriptions, and of credit that sellers share."""

from django.urls import reverse
from django.utils.translation import gettext as _

from isthmus.ledger.timeline import PastFact
from isthmus.sales.models import EndReason
from isthmus.web import formats
from isthmus.web.timeline.names import Names, shares_of
from isthmus.web.timeline.sentences import Told, actor_of, deal_href, tells

# Facts that figures need and nobody reads: how much of each line was given away.
UNTOLD = frozenset({"quote.line_listed", "quote.line_discounted"})


def _number(fact: PastFact) -> str:
    return str(fact.values.get("number") or "")


def _amount(fact: PastFact) -> str:
    if fact.amount is None or not fact.currency:
        return ""
    return formats.money(fact.amount, fact.currency)


def _href(fact: PastFact) -> str:
    quote = fact.values.get("quote_id")
    return reverse("quote", args=[quote]) if isinstance(quote, int) else deal_href(fact)


@tells(
    "sales",
    "quote.made",
    "quote.revised",
    "quote.sent",
    "quote.viewed",
    "quote.accepted",
    "quote.declined",
    "quote.expired",
    "quote.withdrawn",
    "quote.approval_asked",
    "quote.approved",
    "quote.approval_refused",
)
def _quote(fact: PastFact, names: Names) -> Told:
    words = {
        "quote.made": _("Quote made"),
        "quote.revised": _("Next version of the quote made"),
        "quote.sent": _("Quote sent"),
        "quote.viewed": _("The customer opened the quote"),
        "quote.accepted": _("Quote accepted"),
        "quote.declined": _("Quote declined"),
        "quote.expired": _("The quote ran out without an answer"),
        "quote.withdrawn": _("Quote withdrawn"),
        "quote.approval_asked": _("Asked to approve the discount"),
        "quote.approved": _("Discount approved"),
        "quote.approval_refused": _("Discount not approved"),
    }
    decided = fact.kind.startswith("quote.approv")
    side = actor_of(fact, names) if decided else _amount(fact)
    return Told(words[fact.kind], quiet=_number(fact), side=side, href=_href(fact))


@tells("system", "quote.changed", "quote.reopened", "quote.dropped")
def _quote_changed(fact: PastFact, names: Names) -> Told:
    words = {
        "quote.changed": _("Quote %(number)s was changed"),
        "quote.reopened": _("Quote %(number)s is a draft again"),
        "quote.dropped": _("Quote %(number)s was given up"),
    }
    return Told(words[fact.kind] % {"number": _number(fact)}, side=actor_of(fact, names))


@tells("money", "invoice.issued", "invoice.credited")
def _invoice(fact: PastFact, names: Names) -> Told:
    title = _("Invoice issued") if fact.kind == "invoice.issued" else _("Credit note issued")
    invoice = fact.values.get("invoice_id")
    href = reverse("invoice", args=[invoice]) if isinstance(invoice, int) else ""
    return Told(title, quiet=_number(fact), side=_amount(fact), href=href)


@tells(
    "money",
    "subscription.started",
    "subscription.renewed",
    "subscription.changed",
    "subscription.ended",
    "subscription.resumed",
)
def _subscription(fact: PastFact, names: Names) -> Told:
    words = {
        "subscription.started": _("Subscription began"),
        "subscription.renewed": _("Subscription renewed"),
        "subscription.changed": _("Subscription changed"),
        "subscription.ended": _("Subscription ended"),
        "subscription.resumed": _("Subscription goes on after all"),
    }
    reason = str(fact.values.get("reason") or "")
    why = str(dict(EndReason.choices).get(reason, reason)).lower()
    a_month = _("%(amount)s a month") % {"amount": _amount(fact)} if fact.amount else ""
    return Told(
        f"{words[fact.kind]}: {why}" if why else words[fact.kind],
        quiet=names.products.get(fact.product_id or 0, ""),
        side=a_month,
        href=deal_href(fact),
    )


@tells("money", "deal.credit_split")
def _split(fact: PastFact, names: Names) -> Told:
    said = [
        _("%(name)s %(share)s") % {"name": names.user(pk) or _("somebody"), "share": formats.rate(share)}
        for pk, share in shares_of(fact).items()
    ]
    return Told(_("Credit shared"), quiet=", ".join(said), side=actor_of(fact, names), href=deal_href(fact))
