"""A visit tried on the rules: its channel, by which rule, and what of the visit decided."""

from collections.abc import Iterator
from typing import NamedTuple

from django.utils.translation import gettext as _

from isthmus.collect.channels import Visit, current_rules
from isthmus.collect.channels.names import SITE_CLASSES, channel_name
from isthmus.collect.channels.rules import Case, Origin
from isthmus.collect.translating.arriving import arrival_at
from isthmus.collect.translating.pages import read_address
from isthmus.web.collect.rule_words import FIELDS

_UTM = ("utm_source", "utm_medium", "utm_campaign")


class Tried(NamedTuple):
    """What the bench says: the channel (empty: the visit has none), the rule's place, why, what was read."""

    channel: str
    place: int | None
    because: str
    read: list[tuple[str, str]]


def tried(url: str, referrer: str) -> Tried | None:
    """What the rules that count say of a visit to an address from another; nothing while there is none."""
    if not url:
        return None
    here = read_address(url if "://" in url else f"https://{url}")
    linked = referrer if not referrer or "://" in referrer else f"https://{referrer}"
    if not here.host:
        return Tried("", None, _("This is no address of a page. Write it like https://www.example.com/."), [])
    arrival = arrival_at(here, linked, [here.query.get(name) for name in _UTM])
    if arrival.visit is None:
        because = _("It comes from the site itself, so it goes on with a visit and begins none.")
        return Tried("", None, because, [])
    told = current_rules().explain(arrival.visit)
    because = _("no rule fits") if told.case is None else _reasons(told.case, told.origin)
    return Tried(channel_name(told.channel), told.number, because, list(_read(arrival.visit, told.origin)))


def _reasons(case: Case, origin: Origin) -> str:
    return _(", and ").join(_held(case, origin))


def _held(case: Case, origin: Origin) -> Iterator[str]:
    """Each condition of the case that fitted, with what it met."""
    if case.site:
        words = {"source": origin.source, "kind": SITE_CLASSES[case.site]}
        yield _("%(source)s is a %(kind)s") % words
    for field, pattern in case.patterns:
        text = getattr(origin, field)
        words = {"field": str(FIELDS[field]).lower(), "text": text, "pattern": pattern.pattern}
        if text:
            yield _("the %(field)s “%(text)s” matches %(pattern)s") % words
        else:
            yield _("no %(field)s is said") % words
    if case.click_ids:
        yield _("it carries a %s") % origin.click_id


def _read(visit: Visit, origin: Origin) -> Iterator[tuple[str, str]]:
    """What was read of the visit, with where the source was found."""
    if origin.source:
        yield _("Source"), _("%(source)s (%(where)s)") % {"source": origin.source, "where": _where(visit)}
    for field in ("medium", "campaign", "referrer"):
        if text := getattr(origin, field):
            yield str(FIELDS[field]), text
    if origin.click_id:
        yield _("Click id"), origin.click_id


def _where(visit: Visit) -> str:
    for name in ("utm_source", "source", "ref"):
        if getattr(visit, name).strip():
            return name
    return _("the linking site") if visit.referrer else _("the click id")
