"""Which campaign a link's `utm_campaign` means."""

import re
from collections.abc import Collection

from isthmus.marketing.models import Campaign

_UNTELLING = re.compile(r"[\W_]+")


def campaigns_tagged(tags: Collection[str]) -> dict[str, int]:
    """The campaign of each tag that is one's id with its platform, or its name however it is written.

    Case, blanks, dashes and underscores make no difference; a tag that two campaigns could mean is none's.
    """
    by_id: dict[str, int] = {}
    by_name: dict[str, set[int]] = {}
    for number, name, external in Campaign.objects.values_list("pk", "name", "external_id"):
        by_name.setdefault(_plain(name), set()).add(number)
        if external:
            by_id[external] = number
    found: dict[str, int] = {}
    for tag in tags:
        named = by_name.get(_plain(tag), set())
        if tag in by_id:
            found[tag] = by_id[tag]
        elif len(named) == 1:
            found[tag] = next(iter(named))
    return found


def _plain(text: str) -> str:
    return _UNTELLING.sub("", text).casefold()
