"""A visit's channel: the first rule of a list that fits. Pure: the rules and the visit are all it needs."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from isthmus.collect.channels.own import is_own
from isthmus.collect.channels.sites import ALIASES, Site, named, site_of

OTHER = "other"  # came from somewhere, and no rule says what that is
_LONGEST = 100  # letters of a text that patterns look at, so that none of them can take long
_REMEMBERED = 50_000
# What an address says of where somebody came from, when nothing else does.
_CLICK_SOURCES = {
    "gclid": "google",
    "gbraid": "google",
    "wbraid": "google",
    "dclid": "google",
    "msclkid": "bing",
    "fbclid": "facebook",
    "ttclid": "tiktok",
    "twclid": "x",
    "li_fat_id": "linkedin",
    "rdt_cid": "reddit",
    "epik": "pinterest",
    "scid": "snapchat",
}
CLICK_IDS = tuple(_CLICK_SOURCES)


class Visit(NamedTuple):
    """How somebody came to a page, in texts that are empty where nothing was said.

    `host` is the page's, `referrer` the whole address that led to it (empty when it is of the same site),
    `source` and `ref` those words of the page's address, `click_id` the kind alone, like gclid.
    """

    host: str = ""
    referrer: str = ""
    utm_source: str = ""
    utm_medium: str = ""
    utm_campaign: str = ""
    source: str = ""
    ref: str = ""
    click_id: str = ""


class Origin(NamedTuple):
    """A visit as rules see it: in small letters, its source decided and looked up."""

    source: str
    medium: str
    campaign: str
    referrer: str
    host: str
    click_id: str
    site: Site | None


class Case(NamedTuple):
    """What must hold, all of it: a class of site, patterns by what they look at, kinds of click ids."""

    site: str = ""
    patterns: tuple[tuple[str, re.Pattern[str]], ...] = ()
    click_ids: tuple[str, ...] = ()

    def fits(self, origin: Origin) -> bool:
        """Whether all of it holds."""
        if self.site and (origin.site is None or origin.site.kind != self.site):
            return False
        if self.click_ids and origin.click_id not in self.click_ids:
            return False
        return all(pattern.search(getattr(origin, field)) for field, pattern in self.patterns)


class Rule(NamedTuple):
    """A channel, and the cases of which one must fit."""

    channel: str
    cases: tuple[Case, ...]


class Told(NamedTuple):
    """A channel with its reason: the number of its rule, from one (none: no rule fitted), and the case."""

    channel: str
    number: int | None
    case: Case | None
    origin: Origin


class Rules:
    """An ordered list of rules."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = tuple(rules)
        # Visits resemble each other: most are told from memory.
        self._remembered = lru_cache(maxsize=_REMEMBERED)(self._channel)

    def channel(self, visit: Visit) -> str:
        """The visit's channel, a code like paid_search."""
        return self._remembered(visit)

    def explain(self, visit: Visit) -> Told:
        """The visit's channel and why."""
        origin = origin_of(visit)
        for number, rule in enumerate(self.rules, 1):
            for case in rule.cases:
                if case.fits(origin):
                    return Told(rule.channel, number, case, origin)
        return Told(OTHER, None, None, origin)

    def _channel(self, visit: Visit) -> str:
        return self.explain(visit).channel


def origin_of(visit: Visit) -> Origin:
    """A visit as rules see it. Its source: utm_source, else source, ref, the referrer, the click id."""
    host = _bare(visit.host)
    came_from, path = _parts(visit.referrer)
    if is_own(host, came_from):
        came_from = path = ""
    said = next((text for one in (visit.utm_source, visit.source, visit.ref) if (text := _plain(one))), "")
    click_id = visit.click_id.lower()
    if said:
        source, site = ALIASES.get(said, said), named(said)
    elif came_from:
        site = site_of(came_from, path)
        source = site.name if site and site.name else came_from
    else:
        source = _CLICK_SOURCES.get(click_id, "")
        site = named(source)
    return Origin(
        source, _plain(visit.utm_medium), _plain(visit.utm_campaign), came_from, host, click_id, site
    )


def _plain(text: str) -> str:
    """As patterns read it: small letters, no address around a host."""
    text = text.strip().lower()
    if "://" in text:
        text = _parts(text)[0]
    return text[:_LONGEST]


def _parts(address: str) -> tuple[str, str]:
    """Host and path of an address, in small letters."""
    rest = address.strip().lower().partition("://")[2]
    place = rest.partition("?")[0].partition("#")[0]
    authority, _slash, path = place.partition("/")
    host = authority.rpartition("@")[2].partition(":")[0]
    return host.rstrip(".")[:_LONGEST], f"/{path}" if path else ""


def _bare(host: str) -> str:
    return host.lower().partition(":")[0].rstrip(".").removeprefix("www.")
