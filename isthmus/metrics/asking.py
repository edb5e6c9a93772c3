"""Answers questions on one state of the ledger: runs the queries, applies the rules, names the groups."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from django.utils.translation import get_language

from isthmus.metrics import answers, dimensions, kept, paging, parties, rules
from isthmus.metrics.building import Group, added
from isthmus.metrics.catalogue import DISTINCT, Party
from isthmus.metrics.cuts import cut_of, refuse_across
from isthmus.metrics.dimensions import Attributes, Dimension
from isthmus.metrics.evidence import Lookups
from isthmus.metrics.explaining import Explanation, explanation_of
from isthmus.metrics.names import attributes_now
from isthmus.metrics.notes import notes_on
from isthmus.metrics.parties import Parties
from isthmus.metrics.plan import Plan, plan_for
from isthmus.metrics.question import Answer, Question, RowsPage, Value
from isthmus.metrics.shapes import Shape
from isthmus.metrics.texts import sql_of
from isthmus.workspace.models import Company


class View(Protocol):
    """One state of the ledger, as `ledger.reading.snapshot` gives it."""

    @property
    def position(self) -> Any: ...

    def execute(self, sql: str, params: Any = None, *, subjects: bool | None = None) -> Any: ...


class Asker:
    """Answers questions on one state of the ledger."""

    def __init__(
        self,
        view: View,
        company: Company | None = None,
        attributes: Callable[[], Attributes] | None = None,
    ) -> None:
        self.view = view
        self.company = company or Company.current()
        self.attributes = attributes or attributes_now
        self.lookups = Lookups(self)

    def answer(self, question: Question) -> Answer:
        """The answer, from memory when nothing that it depends on has changed."""
        plan = plan_for(question, self.company.zone, self.attributes)
        key = (self.key_of(plan), question.order, question.limit, get_language())
        return kept.answers.get(key, lambda: self._answer(plan))

    def rows(self, question: Question, after: str | None, limit: int) -> RowsPage:
        """A page of the rows behind a figure."""
        plan = plan_for(question, self.company.zone, self.attributes)
        return paging.page(self, plan, after, limit)

    def whose(self, question: Question, party: Party, least: Value, most: Value) -> Parties:
        """Whose figure lies within bounds."""
        return parties.within(
            self, plan_for(question, self.company.zone, self.attributes), party, least, most
        )

    def explain(self, question: Question) -> Explanation:
        """How the question's number is defined and computed."""
        return explanation_of(plan_for(question, self.company.zone, self.attributes))

    def dimensions(self) -> dict[str, Dimension]:
        """Every dimension by name."""
        return dimensions.dimensions(self.attributes())

    def groups(self, plan: Plan, by: tuple[Dimension, ...] | None = None) -> list[Group]:
        """The groups of a plan's query, as counted."""
        shape = plan.shape(by=by)
        width = len(shape.by)
        names, lines = self.run(plan, shape)
        return [Group(line[:width], dict(zip(names[width:], line[width:], strict=True))) for line in lines]

    def run(self, plan: Plan, shape: Shape, **more: Any) -> tuple[list[str], list[tuple[Any, ...]]]:
        """A query's column names and lines."""
        sql = sql_of(shape)
        cursor = self.view.execute(sql, plan.parameters(sql) | more, subjects=shape.reads_subjects)
        return [column[0] for column in cursor.description], cursor.fetchall()

    def key_of(self, plan: Plan, state: Any = None) -> tuple[Any, ...]:
        """All that decides the figures of a plan: the query, the state of the ledger, whose rows."""
        question = plan.question
        values = tuple((d.name, c.op, c.values) for d, c in plan.conditions)
        window = (question.window.start, question.window.end)
        clocks = (question.as_of, question.known_on)
        place = (state or self.view.position, plan.bounds.key, self.company.base_currency)
        return (plan.shape().key, values, window, clocks, place)

    def _answer(self, plan: Plan) -> Answer:
        cut = cut_of(self, plan)
        if cut is not None:
            refuse_across(plan, cut)
        groups, total = self._counted(plan)
        notes = self._rules(plan, groups, total)
        notes += notes_on(self, plan, groups, total, cut)
        return answers.build(self, plan, groups, total, notes, cut)

    def _counted(self, plan: Plan) -> tuple[list[Group], Group]:
        """The groups and their total."""
        groups = self.groups(plan)
        if not plan.by:
            return groups, groups[0]
        if plan.metric.aggregate in DISTINCT or any(d.kind == "tree" for d in plan.by):
            return groups, self.groups(plan, by=())[0]
        if plan.metric.aggregate == "median":
            whole = next((group for group in groups if group.sums["whole"]), Group((), {}))
            return [group for group in groups if not group.sums["whole"]], whole
        return groups, added(groups)

    def _rules(self, plan: Plan, groups: Sequence[Group], total: Group) -> list[str]:
        metric, evidence = plan.metric, self.lookups.evidence(plan)
        notes = rules.refuse_without_cost(metric, total, evidence)
        rules.refuse_unrecorded(metric, total, evidence)
        filters = list(dict.fromkeys(d for d, _c in plan.conditions))
        return notes + rules.refuse_uncovered(metric, plan.by, filters, groups, total, evidence)
