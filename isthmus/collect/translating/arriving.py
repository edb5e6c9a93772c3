"""How somebody came to a page: from outside, from nowhere, or from another page of the same site."""

from collections.abc import Sequence
from typing import NamedTuple

from isthmus.collect.channels import Visit
from isthmus.collect.channels.own import is_own
from isthmus.collect.translating.pages import Address, read_address


class Arrival(NamedTuple):
    """`outside`: the host of another site that led here; `visit`: what rules look at, none from within."""

    outside: str
    visit: Visit | None


def arrival_at(here: Address, referrer: str, utm: Sequence[str | None]) -> Arrival:
    """How a page's view came about. Tags count even where a page of the site itself led here."""
    query, came_from = here.query, read_address(referrer).host if referrer else ""
    outside = came_from if came_from and not is_own(here.host, came_from) else ""
    tagged = any(utm) or bool(here.click_id) or "source" in query or "ref" in query
    if not here.host or (came_from and not outside and not tagged):
        return Arrival(outside, None)
    source, medium, campaign = (text or "" for text in utm[:3])
    return Arrival(
        outside,
        Visit(
            host=here.host,
            referrer=referrer if outside else "",
            utm_source=source,
            utm_medium=medium,
            utm_campaign=campaign,
            source=query.get("source", ""),
            ref=query.get("ref", ""),
            click_id=here.click_id.partition(":")[0],
        ),
    )
