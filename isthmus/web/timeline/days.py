"""From facts to days: payments told once each, system facts folded, the rest as events."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from isthmus.ledger.timeline import PastFact
from isthmus.web import formats
from isthmus.web.pieces import Day, Event
from isthmus.web.timeline import dealings, mail, quoting, sentences, visits, working
from isthmus.web.timeline.names import Names

# They tell of facts beside `sentences`: importing them registers theirs.
_SENTENCES = (dealings, mail, quoting, working)
_BY_LINE = ("order.paid", "order.refunded", "tax.paid", "tax.refunded", "invoice.issued", "invoice.credited")


def days_of(facts: Sequence[PastFact], names: Names, here: str = "") -> list[Day]:
    """The days of these facts, in the order given (latest first), in the company's zone.

    What would lead to `here`, the page where one is, leads nowhere.
    """
    days = []
    told = [fact for fact in facts if fact.kind not in quoting.UNTOLD]
    facts, visits_by_head = visits.as_visits(told, names)
    for on, of_day in groupby(facts, key=lambda fact: timezone.localtime(fact.at).date()):
        days.append(
            Day(on, [_without_way(event, here) for event in _events(list(of_day), names, visits_by_head)])
        )
    return days


def _without_way(event: Event, here: str) -> Event:
    return replace(event, href="") if here and event.href == here else event


def _events(facts: Sequence[PastFact], names: Names, heads: Mapping[bytes, visits.Visit]) -> list[Event]:
    events: list[Event] = []
    for folded, group in groupby(facts, key=lambda fact: _group(fact, names)):
        together = list(group)
        if folded[0] == "system":
            events.append(_folded(together, names))
        elif folded[0] == "payment":
            events.append(_payment(together, names))
        else:
            events += [
                visits.event_of(heads[fact.id], names) if fact.id in heads else _event(fact, names)
                for fact in together
            ]
    return events


def _group(fact: PastFact, names: Names) -> tuple[str, str]:
    """What stands together: system facts that follow each other, the lines of one payment."""
    if names.of_machine(fact) or sentences.trade_of(fact.kind) == "system":
        return ("system", "")
    if fact.kind in _BY_LINE and fact.natural_key:
        return ("payment", fact.natural_key.rpartition(":")[0])
    return ("one", str(fact.id))


def _event(fact: PastFact, names: Names) -> Event:
    told = sentences.told(fact, names)
    return Event(
        at=fact.at,
        kind=sentences.trade_of(fact.kind),
        title=told.title,
        quiet=told.quiet,
        detail=told.detail,
        quote=told.quote,
        side=told.side,
        href=told.href,
        act=told.act,
    )


def _folded(facts: Sequence[PastFact], names: Names) -> Event:
    told = [_by_machine(fact, names) for fact in facts]
    if len(told) == 1:
        return Event(facts[0].at, "system", told[0].title, side=told[0].side)
    title = ngettext("%(count)s system fact", "%(count)s system facts", len(told)) % {"count": len(told)}
    return Event(
        facts[0].at,
        "system",
        title,
        lines=[f"{one.title}{f' ({one.side})' if one.side else ''}" for one in told],
    )


def _by_machine(fact: PastFact, names: Names) -> sentences.Told:
    told = sentences.told(fact, names)
    return replace(told, side=_("by a machine")) if names.of_machine(fact) else told


def _payment(facts: Sequence[PastFact], names: Names) -> Event:
    first = facts[0]
    event = _event(first, names)
    if len(facts) == 1:
        return event
    products = [names.products.get(fact.product_id or 0, "") for fact in facts]
    return Event(
        at=first.at,
        kind="money",
        title=event.title,
        quiet=event.quiet,
        detail=", ".join(dict.fromkeys(product for product in products if product)),
        side=formats.money(sum(fact.amount or 0 for fact in facts), first.currency),
        href=event.href,
    )
