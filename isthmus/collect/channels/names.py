"""The channels and classes of sites as people read them: the one vocabulary for leads, visits and metrics."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Codes as they stand in facts, in the order of the rules that are shipped. A company may have more.
CHANNELS: Mapping[str, str | Promise] = {
    "direct": _("Direct"),
    "cross_network": _("Cross network"),
    "paid_shopping": _("Paid shopping"),
    "paid_search": _("Paid search"),
    "paid_social": _("Paid social"),
    "paid_video": _("Paid video"),
    "display": _("Display"),
    "paid_other": _("Paid other"),
    "organic_shopping": _("Organic shopping"),
    "organic_social": _("Organic social"),
    "organic_video": _("Organic video"),
    "ai_assistant": _("AI assistant"),
    "organic_search": _("Organic search"),
    "email": _("Email"),
    "affiliates": _("Affiliates"),
    "partner": _("Partner"),
    "event": _("Event"),
    "spam": _("Spam"),
    "referral": _("Referral"),
    "audio": _("Audio"),
    "sms": _("SMS"),
    "push": _("Push"),
    "other": _("Other"),
}
SITE_CLASSES: Mapping[str, str | Promise] = {
    "search": _("search engine"),
    "social": _("social network"),
    "video": _("video site"),
    "shopping": _("shop"),
    "assistant": _("AI assistant"),
    "mail": _("mail reader"),
    "spam": _("referrer spammer"),
}


def channel_name(code: str) -> str:
    """A channel's name: `paid_search` is Paid search; a company's own reads as its code does."""
    known = CHANNELS.get(code)
    return str(known) if known is not None else code.replace("_", " ").capitalize()
