"""Where an order, an invoice or a subscription stands, in words."""

from datetime import date

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from isthmus.sales.models import Invoice, Order, Subscription
from isthmus.sales.quoting.rules import line_money
from isthmus.web import formats, markup


def order_badge(order: Order) -> SafeString:
    """How far an order is paid: a shape and a word."""
    if order.open <= 0:
        return markup.badge(_("Credited"), "", "", "undo") if order.total and not order.paid else _paid()
    if order.paid:
        return markup.badge(_("Partly paid"), "warn", "", "clock")
    return markup.badge(_("Not paid yet"))


def _paid() -> SafeString:
    return markup.badge(_("Paid"), "good")


def order_finding(order: Order, invoice: Invoice | None, on: date) -> str:
    """What is still owed and since when, in one sentence."""
    if order.open <= 0:
        if order.total and not order.paid:
            return _("Nothing is owed: it was credited")
        return _("Paid in full")
    owed = formats.exact_money(order.open, order.currency)
    if invoice is None or invoice.due_on is None:
        return _("%(owed)s is owed, no invoice is out yet") % {"owed": owed}
    days = (on - invoice.due_on).days
    if days > 0:
        late = ngettext("%(count)s day", "%(count)s days", days) % {"count": days}
        return _("%(owed)s is owed, %(late)s overdue") % {"owed": owed, "late": late}
    return _("%(owed)s is owed, due %(day)s") % {"owed": owed, "day": formats.day(invoice.due_on)}


def subscription_words(one: Subscription) -> dict[str, str]:
    """What is bought each time and when it is bought again, in words."""
    money = line_money(one.quantity, one.unit_price, one.discount, one.discount * 0, one.currency)
    each = formats.exact_money(money.net, one.currency)
    told = {
        "quantity": formats.exact_number(one.quantity),
        "unit": one.product.unit if one.product else "",
        "day": formats.day(one.ended_on or one.renews_on),
        "why": one.get_end_reason_display().lower(),
        "since": formats.day(one.started_on),
    }
    if one.ended_on:
        when = _("ended %(day)s: %(why)s") % told
    elif one.renew_by_hand:
        when = _("paid until %(day)s, renewed by hand") % told
    else:
        when = _("renews %(day)s") % told
    what = _("%(quantity)s %(unit)s") % told if told["unit"] else _("%(quantity)s of it") % told
    return {
        "each": f"{each} {one.get_interval_display()}",
        "what": what,
        "when": when,
        "since": _("since %(since)s") % told,
    }
