"""What kinds of facts are called on a page, and whose trade each is."""

from django.utils.translation import gettext_lazy as _

KIND_TEXTS = {
    "media.delivered": _("Advertising shown"),
    "media.clicked": _("Advertising clicked"),
    "media.reached": _("People reached by advertising"),
    "page.viewed": _("Page looked at"),
    "page.left": _("Page left"),
    "form.submitted": _("Form sent"),
    "link.clicked": _("Link elsewhere clicked"),
    "event.tracked": _("Event"),
    "email.opened": _("Mail opened"),
    "email.clicked": _("Link in a mail clicked"),
    "lead.captured": _("Lead captured"),
    "lead.qualified": _("Lead qualified"),
    "lead.handed_over": _("Handed over to sales"),
    "lead.contacted": _("First human contact"),
    "lead.accepted": _("Accepted by sales"),
    "lead.returned": _("Returned by sales"),
    "lead.reopened": _("Verdict taken back"),
    "deal.opened": _("Deal opened"),
    "deal.won": _("Deal won"),
    "deal.lost": _("Deal lost"),
    "deal.reopened": _("Deal reopened"),
    "quote.line_listed": _("Quoted, by the list"),
    "quote.line_discounted": _("Discount quoted"),
    "quote.accepted": _("Quote accepted"),
    "quote.declined": _("Quote declined"),
    "quote.expired": _("Quote ran out"),
    "order.placed": _("Ordered"),
    "order.paid": _("Paid"),
    "order.refunded": _("Refunded"),
    "tax.paid": _("Tax paid"),
    "tax.refunded": _("Tax refunded"),
    "invoice.issued": _("Invoiced"),
    "invoice.credited": _("Credited"),
    "subscription.started": _("Subscription began"),
    "subscription.changed": _("Subscription changed"),
    "subscription.renewed": _("Subscription renewed"),
    "subscription.ended": _("Subscription ended"),
}
_CROSSING = ("lead.handed_over", "lead.accepted", "lead.returned", "lead.reopened")


def trade_of(kind: str) -> str:
    """marketing, crossing, sales or money."""
    if kind in _CROSSING:
        return "crossing"
    family = kind.partition(".")[0]
    if kind == "lead.contacted" or family in ("deal", "quote"):
        return "sales"
    return "money" if family in ("order", "tax", "invoice", "subscription") else "marketing"
