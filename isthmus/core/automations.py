"""What acts set in motion beyond themselves, by name: who brings many records at once chooses among these.

A room offers its automations in its `automations.py`: messages to another system, notices to people. Each
reaction of the queue is one as well. Inside `setting_off(choice)` whoever makes something of a fact asks
`allows(name)` first and says `count(name)` afterwards; outside of it everything is allowed. Inside
`foreseeing()` nothing is set off: facts are counted, and each automation tells from them what it would make.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext as _

from isthmus.core.refusals import InvalidInput

ALL, NONE = "all", "none"
OWNERS = "notices.owners"  # One notice to each owner, of all that came to them.
Counts = Mapping[str, int]  # For whom (empty: nobody in particular) -> how many.


@dataclass
class Ahead:
    """What a rehearsal saw coming: facts by kind, and new records by "owner:kind of record"."""

    facts: Counter[str] = field(default_factory=Counter)
    owners: Counter[str] = field(default_factory=Counter)
    recorded: list[Mapping[str, Any]] | None = None  # The facts themselves, where somebody asks for them.

    @classmethod
    def of(cls, kept: Mapping[str, Counts]) -> "Ahead":
        """As `kept` wrote it."""
        return cls(Counter(kept["facts"]), Counter(kept["owners"]))

    def kept(self) -> dict[str, dict[str, int]]:
        """As it is stored and read again."""
        return {"facts": dict(self.facts), "owners": dict(self.owners)}


@dataclass(frozen=True)
class Automation:
    """One thing that acts set off: what people call it, what it would make of what is ahead, how that reads.

    `off_because`: why it does not go off for imports; then it cannot be chosen.
    """

    name: str
    label: str | Promise
    foresee: Callable[[Ahead], Counts]
    say: Callable[[Counts], str]
    off_because: str | Promise = ""


@dataclass(frozen=True)
class Choice:
    """Which automations go off: none, some, or all, those that are added later too."""

    names: frozenset[str] = frozenset()

    def allows(self, name: str) -> bool:
        """Whether an automation goes off."""
        return ALL in self.names or name in self.names

    def kept(self) -> list[str]:
        """As it is stored and read again."""
        return [ALL] if ALL in self.names else sorted(self.names)


@dataclass
class SettingOff:
    """What is allowed to go off now, and what did: counts by automation, then by whom."""

    choice: Choice
    counts: dict[str, Counter[str]] = field(default_factory=dict)
    ahead: Ahead | None = None


_now: ContextVar[SettingOff | None] = ContextVar("isthmus_setting_off", default=None)
_offers: list[Callable[[], Sequence[Automation]]] = []


def offers(function: Callable[[], Sequence[Automation]]) -> Callable[[], Sequence[Automation]]:
    """Declare a function that tells which automations of a room there are now."""
    if function not in _offers:
        _offers.append(function)
    return function


def offered() -> list[Automation]:
    """Every automation that there is now."""
    autodiscover_modules("automations")
    return [one for offer in _offers for one in offer()]


def read_choice(words: Iterable[str]) -> Choice:
    """The choice of some words: none, all, or names. Raises InvalidInput for what there is none of."""
    names = {word.strip() for word in words if word.strip()} - {NONE}
    if ALL in names or not names:
        return Choice(frozenset(names & {ALL}))
    known = [one.name for one in offered() if not one.off_because]
    if unknown := sorted(names - set(known)):
        said = _("There is no automation “%(name)s” for imports. There are: %(known)s.")
        known_words = ", ".join([NONE, ALL, *known])
        raise InvalidInput({"automations": said % {"name": unknown[0][:60], "known": known_words}})
    return Choice(frozenset(names))


@contextmanager
def setting_off(choice: Choice) -> Iterator[SettingOff]:
    """Let only what was chosen go off inside; what did is counted."""
    with _put(SettingOff(choice)) as stage:
        yield stage


@contextmanager
def foreseeing(ahead: Ahead) -> Iterator[None]:
    """Let nothing go off inside; what would is noted in `ahead`."""
    with _put(SettingOff(Choice(), ahead=ahead)):
        yield


@contextmanager
def part() -> Iterator[None]:
    """A stretch that may be taken back: its counts go with it when it raises."""
    whole = _now.get()
    if whole is None:
        yield
        return
    ahead = None if whole.ahead is None else Ahead(recorded=[])
    with _put(SettingOff(whole.choice, ahead=ahead)) as stage:
        yield
    whole.counts = together(whole.counts, stage.counts)
    if whole.ahead is not None and ahead is not None:
        whole.ahead.facts += ahead.facts
        whole.ahead.owners += ahead.owners
        if whole.ahead.recorded is not None:
            whole.ahead.recorded += ahead.recorded or []


def allows(name: str) -> bool:
    """Whether an automation goes off now."""
    stage = _now.get()
    return stage is None or stage.choice.allows(name)


def count(name: str, number: int = 1, *, whom: str = "") -> None:
    """Say that an automation went off so many times."""
    if (stage := _now.get()) is not None and number:
        stage.counts.setdefault(name, Counter())[whom] += number


def note_ahead(facts: Sequence[Mapping[str, Any]]) -> bool:
    """Whether this is a rehearsal, in which facts set nothing off; it has them then."""
    stage = _now.get()
    if stage is None or stage.ahead is None:
        return False
    stage.ahead.facts.update(fact["kind"] for fact in facts)
    if stage.ahead.recorded is not None:
        stage.ahead.recorded += facts
    return True


def came_to(owner_id: int, what: str) -> None:
    """A new record came to an owner, who is told once of all of them; see `OWNERS`."""
    stage = _now.get()
    if stage is not None and stage.ahead is not None:
        stage.ahead.owners[f"{owner_id}:{what}"] += 1
    elif stage is not None and stage.choice.allows(OWNERS):
        count(OWNERS, whom=f"{owner_id}:{what}")


def together(counts: Mapping[str, Counts], more: Mapping[str, Counts]) -> dict[str, Counter[str]]:
    """Counts and more counts, added up."""
    return {name: Counter(counts.get(name, {})) + Counter(more.get(name, {})) for name in [*counts, *more]}


@contextmanager
def _put(stage: SettingOff) -> Iterator[SettingOff]:
    token = _now.set(stage)
    try:
        yield stage
    finally:
        _now.reset(token)
