"""What a visitor did on a site, as visits: one event for each, with its pages, its origin and its length."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from isthmus.ledger.timeline import PastFact
from isthmus.metrics.families import VISIT_KINDS
from isthmus.metrics.sessions import DAY_US, PAUSE_US
from isthmus.web import formats
from isthmus.web.lists.choices import channel_text
from isthmus.web.pieces import Event
from isthmus.web.timeline.names import Names, names_of_visits
from isthmus.web.timeline.sentences import Told, tells

# What stands as an event of its own beside the visit that it was part of.
_TOLD_ALONE = ("form.submitted", "event.tracked")


@dataclass(frozen=True)
class Visit:
    """What one visitor did without a long pause, oldest first."""

    facts: Sequence[PastFact]

    @property
    def views(self) -> list[PastFact]:
        """The pages that were looked at."""
        return [fact for fact in self.facts if fact.kind == "page.viewed"]

    @property
    def first(self) -> PastFact:
        """What it began with; where it has page views, the first of them says where it came from."""
        return self.facts[0]

    @property
    def seconds(self) -> float:
        """How long it took: the attention that its pages got, or from its first moment to its last."""
        told = sum(fact.quantity or 0 for fact in self.facts if fact.kind == "page.left") / 1000
        return told or (self.facts[-1].occurred_us - self.first.occurred_us) / 1_000_000


def is_visit(fact: PastFact, names: Names) -> bool:
    """Whether it is part of what a person did on a site."""
    return fact.kind in VISIT_KINDS and not names.of_machine(fact)


def visits_of(facts: Iterable[PastFact], names: Names) -> list[Visit]:
    """The visits that facts (newest first) make up, by the rule of the metric `sessions`."""
    running: dict[int | None, list[PastFact]] = {}
    found: list[list[PastFact]] = []
    for fact in reversed([fact for fact in facts if is_visit(fact, names)]):
        who = names.visitors.get(fact.subject or 0, fact.subject)
        visit = running.get(who)
        if (
            visit is None
            or fact.occurred_us - visit[-1].occurred_us > PAUSE_US
            or fact.occurred_us - visit[0].occurred_us >= DAY_US
        ):
            visit = running[who] = []
            found.append(visit)
        visit.append(fact)
    return [Visit(visit) for visit in found]


def as_visits(facts: Sequence[PastFact], names: Names) -> tuple[list[PastFact], dict[bytes, Visit]]:
    """The facts without those that a visit tells of, and the visit of each fact that stands for one."""
    heads: dict[bytes, Visit] = {}
    told: set[bytes] = set()
    for visit in visits_of(facts, names):
        told |= {fact.id for fact in visit.facts if fact.kind not in _TOLD_ALONE}
        if visit.views:
            heads[visit.views[0].id] = visit
    return [fact for fact in facts if fact.id not in told or fact.id in heads], heads


def whole_visits(facts: Sequence[PastFact], names: Names) -> list[PastFact]:
    """The facts (newest first) without visits that may go on before the oldest: the next page has those.

    Where hardly anything would be left, a visit is told in two parts.
    """
    edge = facts[-1].occurred_us + PAUSE_US if facts else 0
    cut = [visit for visit in visits_of(facts, names) if visit.first.occurred_us <= edge]
    if not cut:
        return list(facts)
    newest = max(visit.facts[-1].place for visit in cut)
    kept = [fact for fact in facts if fact.place > newest]
    return kept if len(kept) >= len(facts) // 2 else list(facts)


def moments_of(facts: Sequence[PastFact]) -> list[PastFact]:
    """The facts with one for each visit, and none that a machine made: what happened to somebody."""
    names = names_of_visits(facts)
    told, _heads = as_visits(facts, names)
    return [fact for fact in told if not names.of_machine(fact)]


def event_of(visit: Visit, names: Names) -> Event:
    """The event of a visit."""
    views = visit.views
    pages = list(dict.fromkeys(_page(view) for view in views))
    others = len(pages) - 1
    title = _("Visited %(page)s") % {"page": pages[0]}
    if others:
        title = ngettext(
            "Visited %(page)s and %(count)s other page", "Visited %(page)s and %(count)s other pages", others
        ) % {"page": pages[0], "count": others}
    seconds = visit.seconds
    return Event(
        at=views[0].at,
        kind="marketing",
        title=title,
        quiet=formats.seconds(seconds) if seconds >= 1 else "",
        detail=_came_from(views[0], names),
        side=channel_text(views[0].channel) if views[0].channel else "",
        lines=_steps(visit) if others else (),
    )


def _page(view: PastFact) -> str:
    return view.event or view.path or view.host or _("a page")


def _steps(visit: Visit) -> list[str]:
    steps = [
        (fact.at, _page(fact) if fact.kind == "page.viewed" else _link(fact))
        for fact in visit.facts
        if fact.kind in ("page.viewed", "link.clicked")
    ]
    return [f"{formats.clock_time(at)} {text}" for at, text in steps]


def _link(fact: PastFact) -> str:
    host = fact.values.get("href_host")
    return _("on to %(site)s") % {"site": host} if host else _("on to another site")


def _came_from(view: PastFact, names: Names) -> str:
    campaign = names.campaigns.get(view.campaign_id or 0, "") or view.utm_campaign
    tags = " / ".join(tag for tag in (view.utm_source, view.utm_medium) if tag)
    parts = [
        _("Campaign %(name)s") % {"name": campaign} if campaign else "",
        tags,
        _("from %(site)s") % {"site": view.referrer} if view.referrer and not tags else "",
    ]
    return ", ".join(part for part in parts if part)


@tells("marketing", "page.viewed", "page.left")
def _viewed(fact: PastFact, names: Names) -> Told:
    return Told(_("Visited %(page)s") % {"page": _page(fact)})


@tells("marketing", "link.clicked")
def _linked(fact: PastFact, names: Names) -> Told:
    return Told(_("Went %(on)s") % {"on": _link(fact)})


@tells("marketing", "form.submitted")
def _sent(fact: PastFact, names: Names) -> Told:
    typed = [
        f"{name}: {_('(erased)') if text is None else text}"
        for name, text in names.opened.get(fact.id, {}).items()
    ]
    title = _("Sent the form %(form)s") % {"form": fact.event} if fact.event else _("Sent a form")
    quiet = _("on %(page)s") % {"page": fact.path} if fact.path and fact.path != fact.event else ""
    return Told(title, quiet=quiet, quote="\n".join(typed))


@tells("marketing", "event.tracked")
def _did(fact: PastFact, names: Names) -> Told:
    amount = formats.money(fact.amount, fact.currency) if fact.amount is not None and fact.currency else ""
    return Told(
        fact.event or _("Event"),
        quiet=_("on %(page)s") % {"page": fact.path} if fact.path else "",
        side=amount,
    )


@tells("marketing", "email.opened", "email.clicked")
def _mail(fact: PastFact, names: Names) -> Told:
    campaign = names.campaigns.get(fact.campaign_id or 0, "") or fact.utm_campaign
    return Told(
        _("Opened a mail") if fact.kind == "email.opened" else _("Clicked a link in a mail"),
        detail=_("Campaign %(name)s") % {"name": campaign} if campaign else "",
    )


@tells("system", "visitor.identified", "visitor.grouped", "visitor.aliased")
def _told_who(fact: PastFact, names: Names) -> Told:
    words = {
        "visitor.identified": _("A site told who the visitor is"),
        "visitor.grouped": _("A site told which company the visitor is of"),
        "visitor.aliased": _("A site told that two visitors are one"),
    }
    return Told(words[fact.kind])
