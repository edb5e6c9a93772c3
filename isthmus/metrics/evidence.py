"""What the rules look up beyond the answer: the whole ledger, or the window without its filters. Kept."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from isthmus.core.actors import SYSTEM
from isthmus.core.clock import from_us
from isthmus.core.window import Window
from isthmus.ledger.position import Position
from isthmus.metrics import catalogue, kept
from isthmus.metrics.ages import Ages
from isthmus.metrics.building import Group
from isthmus.metrics.dimensions import Dimension
from isthmus.metrics.localtime import FIRST_US, LAST_US
from isthmus.metrics.plan import Plan
from isthmus.metrics.rules import Evidence
from isthmus.metrics.scope import Bounds

if TYPE_CHECKING:
    from isthmus.metrics.asking import Asker

T = TypeVar("T")
# How leads age is looked at again with each unit while they are few, later every so many of them.
FEW_UNITS, SEALED_BETWEEN = 64, 32
ALL_TIME = Window(from_us(FIRST_US), from_us(LAST_US))


class Lookups:
    """Looks things up on one state of the ledger.

    The whole ledger is looked at without anybody's permission: only whether an outcome or a column exists at
    all leaves this class's users, in a refusal.
    """

    def __init__(self, asker: "Asker") -> None:
        self._asker = asker

    def evidence(self, plan: Plan) -> Evidence:
        """The lookups of one plan."""
        whole = whole_plan(plan)

        def by(of: Plan, dimension: Dimension) -> list[Group]:
            # A tree's parents include their children; counting each row once needs the leaves.
            leaf = replace(dimension, kind="column") if dimension.kind == "tree" else dimension
            return self._asker.groups(of, by=(leaf,))

        return Evidence(
            whole=lambda: self._kept("whole", whole, lambda: self._asker.groups(whole, by=())[0]),
            whole_by=lambda d: self._kept(d.name, whole, lambda: by(whole, d)),
            unfiltered_by=lambda d: by(plan.without_filters(d), d),
            recorded=self.recorded,
        )

    def recorded(self, kinds: tuple[str, ...]) -> int:
        """How many facts of these kinds there are at all."""

        def count() -> int:
            marks = ", ".join("?" for _kind in kinds)
            sql = f"SELECT count(*) FROM facts WHERE kind IN ({marks})"  # noqa: S608  (marks only)
            return int(self._asker.view.execute(sql, list(kinds)).fetchone()[0])

        return kept.lookups.get(("recorded", kinds, self._asker.view.position), count)

    def state(self, plan: Plan) -> Any:
        """The state of the ledger as far as sums of a plan hang on it: facts of other kinds may come in.

        Counted facts of its kinds and the sum of their times of receipt: each that comes in, is revised or
        retracted changes one of them. Where a plan reads more than those facts it is the whole position.
        """
        position, question = self._asker.view.position, plan.question
        reads_more = plan.conditions or plan.by or plan.anchor != plan.metric.anchor
        if reads_more or not isinstance(position, Position):
            return position
        kinds = plan.metric.kinds

        def weigh() -> tuple[int, int]:
            marks = ", ".join("?" for _kind in kinds)
            sql = f"SELECT count(*), sum(received_us) FROM facts WHERE kind IN ({marks})"  # noqa: S608  (marks only)
            return self._asker.view.execute(sql, list(kinds)).fetchone()  # type: ignore[no-any-return]

        weighed = kept.lookups.get(("state", kinds, question.as_of, question.known_on, position), weigh)
        return (*weighed, position.merges)

    def without_lead(self, kinds: tuple[str, ...]) -> int:
        """How many facts of these kinds belong to no lead."""

        def count() -> int:
            marks = ", ".join("?" for _kind in kinds)
            sql = f"SELECT count(*) FROM facts WHERE kind IN ({marks}) AND lead_id IS NULL"  # noqa: S608  (marks only)
            return int(self._asker.view.execute(sql, list(kinds)).fetchone()[0])

        return kept.lookups.get(("without lead", kinds, self._asker.view.position), count)

    def ages(self, plan: Plan) -> Ages | None:
        """How the ledger's leads age towards the metric's outcome."""
        whole = whole_plan(plan)
        clocks = (plan.question.as_of, plan.question.known_on)
        key = ("ages", plan.metric.outcome, clocks, _seldom(self._asker.view.position))
        return kept.lookups.get(key, lambda: Ages.of(self._asker.run(whole, whole.shape("ages", by=()))[1]))

    def cohort(self, plan: Plan, window: Window) -> int:
        """How many leads of the plan's filters and bounds were captured in a window."""
        question = replace(plan.question, window=window)
        leads = replace(plan, question=question, metric=catalogue.find("leads"), anchor="lead")
        return self._asker.groups(leads, by=())[0].whole("n")

    def _kept(self, what: str, plan: Plan, look: Callable[[], T]) -> T:
        question = plan.question
        key = (what, plan.shape().key, question.as_of, question.known_on, self._asker.view.position)
        return kept.lookups.get(key, look)


def _seldom(position: Any) -> Any:
    """The position, as far as it matters to how all leads age: that hardly moves with one more fact."""
    if not isinstance(position, Position):
        return position
    unit = position.unit
    return unit if unit < FEW_UNITS else ("every", unit // SEALED_BETWEEN)


def whole_plan(plan: Plan) -> Plan:
    """The plan's metric over all time and everybody's rows, without filters."""
    question = replace(plan.question, window=ALL_TIME, where=(), actor=SYSTEM)
    return replace(plan, question=question, conditions=(), bounds=Bounds({}, {}))
