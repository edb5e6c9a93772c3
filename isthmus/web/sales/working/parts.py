"""What the parts of a deal's page show: each is put into a template of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from isthmus.core.clock import from_us
from isthmus.people.models import Person
from isthmus.sales.history import CloseChange, History, history_of
from isthmus.sales.models import BuyerRole, BuyingRole, Deal, DealMember, Stage
from isthmus.sales.playbooks import Item, Playbooks, checklist
from isthmus.web import formats
from isthmus.workspace.models import User

# Without these a deal is decided by somebody whom nobody knows.
WANTED = (BuyerRole.CHAMPION, BuyerRole.ECONOMIC_BUYER)
_DAY = 86_400


@dataclass(frozen=True)
class PlaybookPart:
    """What good looks like in the present stage, and what is to be done before the next one."""

    stage: Stage
    text: str
    following: Stage | None
    items: Sequence[Item]

    @property
    def open(self) -> int:
        """How many required items wait."""
        return sum(1 for one in self.items if one.item.required and one.tick is None)

    @property
    def finding(self) -> str:
        """What is still to be done, in one sentence."""
        if not self.items or self.following is None:
            return _("What good looks like in %(stage)s") % {"stage": self.stage.name}
        stage = {"stage": self.following.name}
        if not self.open:
            return _("Everything before %(stage)s is done") % stage
        count = {**stage, "count": self.open}
        return (
            ngettext(
                "%(count)s thing to do before %(stage)s", "%(count)s things to do before %(stage)s", self.open
            )
            % count
        )


def playbook_part(deal: Deal, stages: Sequence[Stage]) -> PlaybookPart | None:
    """The playbook of an open deal; None where its stage says nothing and the next one asks nothing."""
    if deal.state != "open":
        return None
    ahead = [one for one in stages if one.kind == "open" and one.position > deal.stage.position]
    following = min(ahead, key=lambda one: one.position, default=None)
    books = Playbooks([deal.stage_id, *([following.pk] if following else [])])
    if not books:
        return None
    text = books.text(deal.stage, deal)
    items = checklist(deal, following, books) if following else []
    return PlaybookPart(deal.stage, text, following, items) if text or items else None


@dataclass(frozen=True)
class Buyer:
    """A person with their roles in a deal."""

    person: Person
    seen: bool
    roles: Sequence[BuyingRole]


@dataclass(frozen=True)
class PeoplePart:
    """The deal's team, and who decides on the other side; `missing` says which roles nobody is known in."""

    members: Sequence[DealMember]
    buyers: Sequence[Buyer]
    missing: str


def people_part(deal: Deal, actor: Any) -> PeoplePart:
    """Who works on a deal and who decides it."""
    members = list(deal.members.select_related("user"))
    roles = list(deal.buying_roles.select_related("person"))
    of: dict[int, list[BuyingRole]] = {}
    for one in roles:
        if all(one.role != other.role for other in of.get(one.person_id, [])):
            of.setdefault(one.person_id, []).append(one)
    seen = (
        set(Person.objects.visible_to(actor).filter(pk__in=of).values_list("pk", flat=True)) if of else set()
    )
    buyers = [Buyer(its[0].person, pk in seen, its) for pk, its in of.items()]
    known = {one.role for one in roles}
    missing = (
        [str(role.label).lower() for role in WANTED if role not in known] if deal.state == "open" else []
    )
    names = _(" and ").join(missing)
    return PeoplePart(members, buyers, _("Nobody is known as %(roles)s.") % {"roles": names} if names else "")


@dataclass(frozen=True)
class StayLine:
    """How long a deal stood in a stage; `share` of the longest, for its bar."""

    name: str
    days: str
    times: str
    share: int
    present: bool


@dataclass(frozen=True)
class CloseLine:
    """One change of the expected close, by whom."""

    at: datetime
    what: str
    by: str
    days: str


@dataclass(frozen=True)
class PastPart:
    """A deal's past: its stays, its expected closes, and what they come to."""

    stays: Sequence[StayLine]
    closes: Sequence[CloseLine]
    finding: str


def past_part(deal: Deal, stages: Sequence[Stage], now: datetime) -> PastPart:
    """Time in each stage and every change of the expected close."""
    history = history_of(deal, now)
    names = {one.pk: one.name for one in stages}
    longest = max((one.seconds for one in history.stays), default=0) or 1
    stays = [
        StayLine(
            names.get(one.stage_id, _("A stage that is gone")),
            formats.days(round(one.seconds / _DAY, 1)),
            _("%(count)s times") % {"count": one.times} if one.times > 1 else "",
            max(round(100 * one.seconds / longest), 1),
            one.present,
        )
        for one in history.stays
    ]
    users = [one.fact.actor_id or 0 for one in history.changes if one.fact.actor_kind == "user"]
    people = dict(User.objects.filter(pk__in=users).values_list("pk", "name")) if users else {}
    closes = [_close_line(one, people) for one in reversed(history.changes)]
    return PastPart(stays, closes, pushed_sentence(history))


def pushed_sentence(history: History) -> str:
    """How often and by how many days the expected close was put off; empty where it never was changed."""
    pushes, pulls = history.pushes, history.pulls
    if not history.changes:
        return ""
    said = _("The expected close was never put off")
    if pushes:
        said = ngettext(
            "The expected close was put off once, by %(days)s",
            "The expected close was put off %(count)s times, by %(days)s in sum",
            len(pushes),
        ) % {"count": len(pushes), "days": formats.days(sum(pushes))}
    if not pulls:
        return said
    back = ngettext(
        "brought forward once, by %(days)s", "brought forward %(count)s times, by %(days)s", len(pulls)
    )
    return f"{said}; {back % {'count': len(pulls), 'days': formats.days(sum(pulls))}}"


def _close_line(one: CloseChange, people: dict[int, str]) -> CloseLine:
    days = one.days
    moved = ""
    if days is not None:
        moved = ("+" if days > 0 else "−") + formats.days(abs(days))
    names = {"rule": _("A rule"), "assistant": _("The assistant"), "import": _("An import")}
    by = people.get(one.fact.actor_id or 0, "") or names.get(one.fact.actor_kind, "")
    none = _("no day")
    what = _("%(before)s → %(after)s") % {
        "before": formats.day(one.before) if one.before else none,
        "after": formats.day(one.after) if one.after else none,
    }
    return CloseLine(from_us(one.fact.occurred_us), what, by, moved)
