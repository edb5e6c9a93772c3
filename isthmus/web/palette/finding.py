"""What the palette shows for some words: groups of acts, pages, starred, seen and searched records."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from isthmus.core.actors import Actor
from isthmus.web.nav import pages_for
from isthmus.web.palette.offers import FEW, offers
from isthmus.web.palette.place import Place
from isthmus.web.records import record_address
from isthmus.web.search.views import FEW as FEW_HITS
from isthmus.web.search.views import find
from isthmus.workspace import desk

_TRADES = {"deal": "sales", "lead": "crossing"}
AT_HAND = 6


@dataclass(frozen=True)
class Option:
    """One line of the palette. `act` opens a form or, `at_once`, is done; otherwise it is a link."""

    text: str
    href: str
    note: str = ""
    icon: str = ""
    trade: str = ""
    person: bool = False
    act: bool = False
    at_once: bool = False
    keys: Sequence[str] = ()


@dataclass(frozen=True)
class Group:
    """Some lines under one heading."""

    key: str
    title: str
    options: Sequence[Option]


def groups_for(text: str, actor: Actor, place: Place, *, limit: int = FEW) -> list[Group]:
    """Everything that matches; without words what is at hand: acts here, starred, seen lately, pages."""
    found = [Group("acts", _acts_title(place, text), _acts(text, actor, place, limit))]
    pages = Group("pages", _("Pages"), _pages(text, actor))
    if text:
        found += [pages, *_records(text, actor)]
    else:
        found += [*_at_hand(actor), pages]
    return [group for group in found if group.options]


def _acts_title(place: Place, text: str) -> str:
    if text or not place.rows:
        return _("Acts")
    if place.is_one:
        return _("With %(record)s") % {"record": place.rows[0]}
    return _("With the %(count)s selected") % {"count": len(place.rows)}


def _acts(text: str, actor: Actor, place: Place, limit: int) -> list[Option]:
    return [
        Option(one.label, one.href, one.summary, one.icon, act=not one.page, at_once=one.at_once)
        for one in offers(text, actor, place)[:limit]
    ]


def _pages(text: str, actor: Actor) -> list[Option]:
    words = text.casefold().split()
    return [
        Option(str(page.text), page.href, keys=page.keys.split())
        for page in pages_for(actor)
        if all(word in str(page.text).casefold() for word in words)
    ]


def _records(text: str, actor: Actor) -> list[Group]:
    return [
        Group(
            f"found-{place}",
            group.title,
            [
                Option(hit.name, hit.href, hit.note, trade=group.trade, person=not group.trade)
                for hit in group.hits
                if hit.href
            ],
        )
        for place, group in enumerate(find(text, actor, FEW_HITS))
    ]


def _at_hand(actor: Actor) -> list[Group]:
    if actor.id is None:
        return []
    starred = desk.starred(actor.id, actor, AT_HAND * 2)
    known = {(kind, row.pk) for kind, row in starred}
    seen = [
        (kind, row)
        for kind, row in desk.seen_lately(actor.id, actor, AT_HAND + len(known))
        if (kind, row.pk) not in known
    ]
    return [
        Group("starred", _("Starred"), [_record(kind, row) for kind, row in starred]),
        Group("seen", _("Seen lately"), [_record(kind, row) for kind, row in seen[:AT_HAND]]),
    ]


def _record(kind: str, row: Any) -> Option:
    notes: dict[str, Callable[[], str]] = {
        "deal": lambda: ", ".join(str(one) for one in (row.account, row.stage) if one),
        "lead": lambda: _("lead, %(state)s") % {"state": row.get_state_display().lower()},
        "person": lambda: row.title,
        "account": lambda: row.domain,
    }
    return Option(
        str(row) or _("Nameless"),
        record_address(kind, row.pk),
        notes[kind](),
        trade=_TRADES.get(kind, ""),
        person=kind in ("person", "account"),
    )
