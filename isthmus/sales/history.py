"""A deal's past from its facts: every day that it was to close on, and how long it stood in each stage."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from isthmus.core.clock import from_us
from isthmus.ledger.timeline import PastFact, facts_where
from isthmus.sales.models import Deal

KINDS = ("deal.opened", "deal.stage_changed", "deal.changed", "deal.won", "deal.lost", "deal.reopened")
_MOST = 500  # facts of one deal; what came before them is not told


@dataclass(frozen=True)
class CloseChange:
    """One change of the day that a deal was expected to close on; None: no day."""

    fact: PastFact
    before: date | None
    after: date | None

    @property
    def days(self) -> int | None:
        """By how many days it was put off (negative: brought forward); None where a day came or went."""
        if self.before is None or self.after is None:
            return None
        return (self.after - self.before).days


@dataclass
class Stay:
    """All of a deal's time in one stage, and how often it came there."""

    stage_id: int
    seconds: float = 0.0
    times: int = 0
    present: bool = False


@dataclass
class History:
    """`changes`: of the expected close, the oldest first, after `first`; `stays` in the order of coming."""

    first: date | None = None
    changes: list[CloseChange] = field(default_factory=list)
    stays: list[Stay] = field(default_factory=list)

    @property
    def pushes(self) -> list[int]:
        """By how many days each push put it off."""
        return [one.days for one in self.changes if one.days is not None and one.days > 0]

    @property
    def pulls(self) -> list[int]:
        """By how many days it was brought forward, each time."""
        return [-one.days for one in self.changes if one.days is not None and one.days < 0]


def history_of(deal: Deal, now: datetime) -> History:
    """The past of a deal until now; an act that was taken back counts as never done."""
    subjects = [party.subject for party in (deal.person, deal.account) if party is not None]
    facts = facts_where("deal_id", [deal.pk], kinds=KINDS, subjects=subjects or None, limit=_MOST)
    return told_by(facts[::-1], now)


def told_by(facts: Sequence[PastFact], now: datetime) -> History:
    """The same from facts in the order in which they happened."""
    found = History()
    stays: dict[int, Stay] = {}
    here: Stay | None = None
    since = now
    for fact in facts:
        _note_close(found, fact)
        at = from_us(fact.occurred_us)
        stage = _comes_into(fact)
        if stage is None and fact.kind not in ("deal.won", "deal.lost"):
            continue
        if here is not None:
            here.seconds += max((at - since).total_seconds(), 0)
        here, since = None, at
        if stage is not None:
            here = stays.setdefault(stage, Stay(stage))
            here.times += 1
    if here is not None:
        here.seconds += max((now - since).total_seconds(), 0)
        here.present = True
    found.stays = list(stays.values())
    return found


def _comes_into(fact: PastFact) -> int | None:
    name = "stage_id" if fact.kind == "deal.opened" else "to_id"
    stage = fact.values.get(name) if fact.kind not in ("deal.changed", "deal.won", "deal.lost") else None
    return stage if isinstance(stage, int) else None


def _note_close(found: History, fact: PastFact) -> None:
    said = fact.values.get("expected_close_on")
    if fact.kind == "deal.opened":
        found.first = _day(said)
    elif fact.kind == "deal.changed" and isinstance(said, list) and len(said) == 2:
        found.changes.append(CloseChange(fact, _day(said[0]), _day(said[1])))


def _day(text: object) -> date | None:
    return date.fromisoformat(text) if isinstance(text, str) and text else None
