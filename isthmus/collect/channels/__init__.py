"""Channels: how a visitor came, by rules."""

from typing import NamedTuple


class Visit(NamedTuple):
    """What is known of how somebody came to a page; empty where nothing is."""

    host: str = ""
    referrer: str = ""
    utm_source: str = ""
    utm_medium: str = ""
    utm_campaign: str = ""
    source: str = ""
    ref: str = ""
    click_id: str = ""


class Rules:
    """Rules of one edition."""

    def channel(self, visit: Visit) -> str:
        """The channel of a visit."""
        if visit.click_id in ("gclid", "msclkid"):
            return "paid-search"
        if visit.utm_medium:
            return visit.utm_medium.lower()
        return "referral" if visit.referrer else "direct"


def current_rules() -> Rules:
    """The rules that count now."""
    return Rules()
