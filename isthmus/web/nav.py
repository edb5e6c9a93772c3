"""The rail: the rooms of the product in order. A link is shown when its page exists and is permitted."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.urls import get_resolver, reverse
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
    Group(_("Marketing"), "marketing", (Link(_("Campaigns"), "campaigns", "media.view", "g c"),)),
    Group(
        _("Crossing"),
        "crossing",
        (Link(_("Leads"), "leads", "leads.view", "g l"),),
    ),
    Group(
        _("Sales"),
        "sales",
        (
            Link(_("Pipeline"), "deals-board", "deals.view", "g b"),
            Link(_("Deals"), "deals", "deals.view", "g d"),
            Link(_("Accounts"), "accounts", "accounts.view", "g a"),
            Link(_("People"), "people", "people.view", "g p"),
            Link(_("Duplicates"), "people-duplicates", "people.merge"),
        ),
    ),
    Group(_("Insight"), "", (Link(_("Metrics"), "explore", "metrics.view", "g m"),)),
)
FOOT = (
    Link(_("Imports"), "imports", "imports.run", "g i"),
    Link(_("Settings"), "settings", "settings.view", "g s"),
)


@dataclass(frozen=True)
class Rail:
    """The rail as one reader sees it on one page."""

    top: Sequence[Link]
    groups: Sequence[Group]
    foot: Sequence[Link]

    @property
    def all(self) -> list[Link]:
        """Every link, in order."""
        return [*self.top, *(link for group in self.groups for link in group.links), *self.foot]


def pages_for(actor: Actor) -> list[Link]:
    """Every page of the rail that the actor may open."""
    links = [*TOP, *(link for group in GROUPS for link in group.links), *FOOT]
    return list(_open_to(actor, links))


def rail_for(actor: Actor, path: str, query: str) -> Rail:
    """The links that `actor` may follow, the one that `path` lies under marked as current."""
    top, foot = _open_to(actor, TOP), _open_to(actor, FOOT)
    groups = [replace(group, links=_open_to(actor, group.links)) for group in GROUPS]
    shown = [*top, *(link for group in groups for link in group.links), *foot]
    here = max((link.href for link in shown if path.startswith(link.href)), key=len, default="")

    def placed(links: Sequence[Link]) -> Sequence[Link]:
        return [
            replace(link, href=link.href + query, current=link.href == here and (here != "/" or path == "/"))
            for link in links
        ]

    return Rail(
        top=placed(top),
        groups=[replace(group, links=placed(group.links)) for group in groups if group.links],
        foot=placed(foot),
    )


def _open_to(actor: Actor, links: Sequence[Link]) -> Sequence[Link]:
    existing = get_resolver().reverse_dict
    return [
        replace(link, href=reverse(link.name))
        for link in links
        if link.name in existing and (not link.permission or actor.allows(link.permission))
    ]
