"""Where a quote stands for its customer, in words; and the key of the form by which it is answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from isthmus.sales.models import Quote, QuoteState
from isthmus.sales.quoting.standing import is_over, is_with_customer, today
from isthmus.web.quotes.amounts import whole_day


@dataclass(frozen=True)
class Standing:
    """`is_open`: it can be answered. `is_shown`: its lines and amounts are still the customer's to read."""

    title: str = ""
    text: str = ""
    tone: str = ""
    is_open: bool = False
    is_shown: bool = True


def standing_of(quote: Quote, at: datetime) -> Standing:
    """What the page says before anything else."""
    if quote.state == QuoteState.ACCEPTED:
        return _accepted(quote)
    if quote.state == QuoteState.DECLINED:
        text = _("Thank you for telling us. If that changes, write to us.")
        return Standing(_("You declined this quote."), text)
    if quote.state == QuoteState.SUPERSEDED:
        return _gone(quote)
    if quote.state == QuoteState.EXPIRED or is_over(quote, at):
        text = _("It could be accepted until %(day)s. Write to us, and we make it anew.")
        return Standing(_("This quote has run out."), text % {"day": whole_day(quote.valid_until)}, "warn")
    return Standing(is_open=is_with_customer(quote))


def form_key(quote: Quote) -> str:
    """What the form of a page carries: it answers this version with this total, as it was read, alone."""
    told = (
        f"{quote.pk}:{quote.revision}:{quote.total}:{quote.currency}:{quote.valid_until}:{quote.token_hash}"
    )
    return salted_hmac("isthmus.quote.answer", told, algorithm="sha256").hexdigest()


def _accepted(quote: Quote) -> Standing:
    known = {
        "name": quote.accepted_name or _("you"),
        "day": whole_day(today(quote.decided_at)) if quote.decided_at else "",
        "number": quote.order.number if quote.order else "",
    }
    text = _("Accepted by %(name)s on %(day)s. Your order number is %(number)s.") % known
    return Standing(_("Thank you for your order."), text, "good")


def _gone(quote: Quote) -> Standing:
    """Without a word of what a newer version says: whoever holds this link need not hold that one."""
    newer = Quote.objects.filter(number=quote.number, revision__gt=quote.revision, sent_at__isnull=False)
    if newer.exists():
        text = _("We sent a newer version. Use the link that came with it, or write to us.")
        return Standing(_("This version of the quote was replaced."), text, "warn", is_shown=False)
    text = _("It cannot be accepted any more. Write to us if you expected otherwise.")
    return Standing(_("This quote was withdrawn."), text, "warn", is_shown=False)


def contact_of(quote: Quote) -> Sequence[str]:
    """Name and address of whoever sells; nobody where the quote is nobody's."""
    return [quote.owner.name, quote.owner.email] if quote.owner is not None else []
