"""The facts of a timeline's page: of some trades, and without what another fact tells already."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import BadRequest

from isthmus.core.actors import Actor
from isthmus.core.refusals import InvalidInput
from isthmus.ledger.timeline import PastFact
from isthmus.sales import timeline
from isthmus.sales.timeline import About
from isthmus.web.timeline import sentences

PAGE = 60
SHOWN = {
    "all": (),
    "marketing": ("marketing", "crossing"),
    "sales": ("sales", "crossing"),
    "money": ("money",),
}


def page(about: About, actor: Actor, *, show: str = "all", before: str = "") -> tuple[list[PastFact], str]:
    """A page of facts, newest first, and the place before which the next page lies ("" at the end)."""
    trades = SHOWN.get(show) or ()
    kinds = sentences.kinds_of(*trades) if trades else None
    try:
        facts, place = timeline.page(about, actor, after=before, limit=PAGE, kinds=kinds)
    except InvalidInput as refusal:
        raise BadRequest("The place in the timeline cannot be read.") from refusal
    return _told_once(facts), place or ""


def first_page(known: Sequence[PastFact], more: bool) -> tuple[list[PastFact], str]:
    """The first page of all trades, of the latest facts that were read already."""
    shown = list(known[:PAGE])
    ends = not more and len(known) == len(shown)
    return shown, "" if ends or not shown else timeline.written(shown[-1].place)


def latest(about: About, actor: Actor, limit: int, seen: Sequence[Any] = ()) -> tuple[list[PastFact], bool]:
    """The latest facts that the actor may see, and whether there are older ones.

    `seen`: leads, deals and orders that were read for the actor already.
    """
    facts, more = timeline.latest(about, actor, limit, seen)
    return _told_once(facts), more


def _told_once(facts: Sequence[PastFact]) -> list[PastFact]:
    """A contact is left out where the call that it was stands beside it."""
    facts = _mail_told_once(facts)
    logged = {(fact.batch, fact.occurred_us) for fact in facts if fact.kind == "activity.logged"}
    return [
        fact
        for fact in facts
        if not (fact.kind == "lead.contacted" and (fact.batch, fact.occurred_us) in logged)
    ]


def _mail_told_once(facts: Sequence[PastFact]) -> list[PastFact]:
    """Of a mail what became of it, without that it was written, and without the activity that it was."""
    over = ("message.sent", "message.failed", "message.suppressed", "message.outcome_unknown")
    told = {fact.values.get("message_id") for fact in facts if fact.kind in over}
    received = {fact.values.get("message_id") for fact in facts if fact.kind == "message.received"}
    sent = {(fact.subject, fact.occurred_us) for fact in facts if fact.kind == "message.sent"}
    return [
        fact
        for fact in facts
        if not (
            (fact.kind == "message.queued" and fact.values.get("message_id") in told)
            or (fact.kind == "message.replied" and fact.values.get("message_id") in received)
            or (
                fact.kind in ("activity.logged", "lead.contacted")
                and (fact.subject, fact.occurred_us) in sent
            )
        )
    ]
