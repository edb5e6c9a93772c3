"""What addresses of pages say: host and path, how somebody came, whose click it was."""

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

from isthmus.core.personal_words import ERASED

# Click ids that platforms put behind their links, in the order in which one is chosen.
CLICK_IDS = (
    "gclid", "gbraid", "wbraid", "dclid", "msclkid", "fbclid", "ttclid", "twclid", "li_fat_id", "rdt_cid",
    "epik", "scid",
)  # fmt: skip
_MAIL = re.compile(r"[^/\s?&=#:;,]+(?:@|%40)[\w.\-]+\.[a-z]{2,}(?![\w\-])", re.IGNORECASE)
_LONGEST = 500
_MOST_PAIRS = 100


class Address(NamedTuple):
    """A page's address without what may name somebody: `query` keeps only what tells how they came."""

    host: str
    path: str
    query: dict[str, str]
    click_id: str


_KEPT = frozenset(
    {"utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "source", "ref", *CLICK_IDS}
)
_NOWHERE = Address("", "", {}, "")


@lru_cache(maxsize=50_000)
def read_address(url: str) -> Address:
    """The parts of a URL; empty ones where it has none."""
    try:
        parts = urlsplit(url[:8000])
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return _NOWHERE
    query: dict[str, str] = {}
    if parts.query:
        try:
            pairs = parse_qsl(parts.query, max_num_fields=_MOST_PAIRS)
        except ValueError:
            pairs = []  # More than anybody's campaign has: an attack, or a form sent by mistake.
        for name, value in pairs:
            if name.lower() in _KEPT and value:
                query.setdefault(name.lower(), without_mail(value)[:_LONGEST])
    click = next((f"{kind}:{query[kind]}" for kind in CLICK_IDS if kind in query), "")
    path = without_mail(parts.path or ("/" if host else ""))
    return Address(host[:253], path[:_LONGEST], query, click)


def without_mail(text: str) -> str:
    """A path or a tag without e-mail addresses: it stays with facts after whoever it names is erased."""
    return _MAIL.sub(ERASED, text) if "@" in text or "%40" in text else text
