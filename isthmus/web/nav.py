"""The rail: the rooms of the product in order. A link is shown when its page exists and is permitted."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from django.urls import get_resolver, get_script_prefix, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from isthmus.core.actors import Actor


@dataclass(frozen=True)
class Link:
    """One page of the rail: `name` is its URL name, `permission` what its reader needs."""

    text: str | Promise
    name: str
    permission: str = ""
    keys: str = ""  # its shortcut, like "g o"
    href: str = ""
    current: bool = False


@dataclass(frozen=True)
class Group:
    """A room of the rail with its trade."""

    text: str | Promise
    trade: str
    links: Sequence[Link]


TOP = (Link(_("Overview"), "overview", "metrics.view", "g o"),)
GROUPS = (
    Group(
        _("Marketing"),
        "marketing",
        (
            Link(_("Campaigns"), "campaigns", "media.view", "g c"),
            Link(_("Sources"), "settings-sources", "sources.edit"),
        ),
    ),
    Group(
        _("Crossing"),
        "crossing",
        (Link(_("Leads"), "leads", "leads.view", "g l"),),
    ),
    Group(
        _("Sales"),
        "sales",
        (
            Link(_("My day"), "my-day", "tasks.view", "g y"),
            Link(_("Calendar"), "calendar", "meetings.view", "g n"),
            Link(_("Tasks"), "tasks", "tasks.view", "g t"),
            Link(_("Pipeline"), "deals-board", "deals.view", "g b"),
            Link(_("Deals"), "deals", "deals.view", "g d"),
            Link(_("Quotes"), "quotes", "deals.view", "g q"),
            Link(_("Forecast"), "forecast", "deals.view", "g f"),
            Link(_("Accounts"), "accounts", "accounts.view", "g a"),
            Link(_("People"), "people", "people.view", "g p"),
            Link(_("Targets"), "targets", "quotas.view", "g r"),
            Link(_("Coaching"), "coaching", "coaching.view", "g h"),
            Link(_("Duplicates"), "people-duplicates", "people.merge"),
            Link(_("Quality"), "quality", "people.view"),
        ),
    ),
    Group(
        _("Money"),
        "money",
        (
            Link(_("Commission"), "commission", "commission.view"),
            Link(_("Expenses"), "expenses", "expenses.view", "g e"),
            Link(_("Cost of selling"), "selling-cost", "expenses.view"),
            Link(_("Salaries"), "salaries", "salaries.view"),
        ),
    ),
    Group(_("Insight"), "", (Link(_("Metrics"), "explore", "metrics.view", "g m"),)),
)
FOOT = (
    Link(_("Mailboxes"), "settings-mailboxes", "mailboxes.edit"),
    Link(_("Imports"), "imports", "imports.run", "g i"),
    Link(_("Settings"), "settings", "settings.view", "g s"),
)


@dataclass(frozen=True)
class Rail:
    """The rail as one reader sees it on one page."""

    top: Sequence[Link]
    groups: Sequence[Group]
    foot: Sequence[Link]
    query: str  # what every address keeps

    @property
    def all(self) -> list[Link]:
        """Every link, in order."""
        return [*self.top, *(link for group in self.groups for link in group.links), *self.foot]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its pages."""
        return tuple(link.name for link in self.all)

    @property
    def key(self) -> tuple[str, ...]:
        """All that tells it from the rail of another reader or page."""
        here = next((link.name for link in self.all if link.current), "")
        return (self.query, here, *self.names)


def pages_for(actor: Actor) -> list[Link]:
    """Every page of the rail that the actor may open."""
    pages = _pages(get_script_prefix())
    return [page for page in pages if not page.permission or actor.allows(page.permission)]


def rail_for(actor: Actor, path: str, query: str) -> Rail:
    """The links that `actor` may follow, the one that `path` lies under marked as current."""
    pages = pages_for(actor)
    above = [
        page
        for page in pages
        if path.startswith(page.href) and (page.name != "overview" or path == page.href)
    ]
    here = max(above, key=lambda page: len(page.href)).name if above else ""
    return _rail(get_script_prefix(), tuple(page.name for page in pages), here, query)


@lru_cache(1024)
def _rail(prefix: str, names: tuple[str, ...], here: str, query: str) -> Rail:
    open_to = {page.name: page for page in _pages(prefix) if page.name in names}

    def placed(links: Sequence[Link]) -> Sequence[Link]:
        pages = [open_to[link.name] for link in links if link.name in open_to]
        return [replace(page, href=page.href + query, current=page.name == here) for page in pages]

    groups = [replace(group, links=placed(group.links)) for group in GROUPS]
    return Rail(placed(TOP), [group for group in groups if group.links], placed(FOOT), query)


@lru_cache(8)
def _pages(prefix: str) -> Sequence[Link]:
    """Every page that exists, with its address."""
    existing = get_resolver().reverse_dict
    links = [*TOP, *(link for group in GROUPS for link in group.links), *FOOT]
    return [replace(link, href=reverse(link.name)) for link in links if link.name in existing]
