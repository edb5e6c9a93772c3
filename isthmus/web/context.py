"""What the frame around every page needs; each part is fetched only where a template asks for it."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from isthmus.core import clock
from isthmus.web.filters import filters_of, kept_query, other_parts, window_choices
from isthmus.web.nav import Rail, rail_for
from isthmus.web.settings.notices import unread_count
from isthmus.web.territories.menu import TerritoryMenu, territory_menu


def frame(request: HttpRequest) -> dict[str, Any]:
    """The rail, the company and the menus of window and territory."""
    company = getattr(request, "company", None)
    if company is None or not request.user.is_authenticated:
        return {"company": company}

    def rail() -> Rail:
        return rail_for(request.actor, request.path, kept_query(request.GET))  # type: ignore[attr-defined]

    def territories() -> TerritoryMenu:
        return territory_menu(request.GET)

    def unread() -> int:
        return unread_count(request.user)  # type: ignore[arg-type]

    filters = filters_of(request, clock.now(), company.zone)
    return {
        "company": company,
        "rail": SimpleLazyObject(rail),
        "filters": filters,
        "unread": unread,
        "window_choices": SimpleLazyObject(lambda: window_choices(request.GET, filters.name)),
        "other_parts": other_parts(request.GET),
        "territories": SimpleLazyObject(territories),
    }
