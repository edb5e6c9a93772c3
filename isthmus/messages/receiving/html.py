"""HTML of mails: cleaned of all that runs, styles or fetches; and its plain text."""

import re
from functools import cache
from html import unescape
from typing import Any

_TAGS = """
    a abbr b blockquote br caption code dd div dl dt em h1 h2 h3 h4 h5 h6 hr i li ol p pre s small span strong
    sub sup table tbody td tfoot th thead tr u ul
"""
_BREAKS = re.compile(r"<(?:br|/p|/div|/tr|/h[1-6]|/li)\b[^>]{0,200}>", re.IGNORECASE)
_HIDDEN = re.compile(r"<(style|script|head|title)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)


def cleaned(html: str) -> str:
    """What may be shown: text, lists, tables, links. No pictures: each would tell its sender who reads."""
    if not html.strip():
        return ""
    found: str = _cleaner().clean(html)
    return found.strip()


def text_of(html: str) -> str:
    """The words of HTML, a line for each paragraph."""
    import nh3

    broken = _BREAKS.sub("\n", _HIDDEN.sub("", html))
    plain: str = unescape(nh3.clean(broken, tags=set()))
    lines = (" ".join(line.split()) for line in plain.replace("\x00", "").split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


@cache
def _cleaner() -> Any:
    import nh3

    return nh3.Cleaner(
        tags=set(_TAGS.split()),
        clean_content_tags={"script", "style", "head", "title"},
        attributes={"a": {"href"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer nofollow",
        strip_comments=True,
    )
