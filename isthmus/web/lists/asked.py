"""What an address asks of a list: filters, search, sort, columns."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _

from isthmus.core.actors import Actor
from isthmus.web.filters import changed_query
from isthmus.web.lists import groups
from isthmus.web.lists.columns import Column
from isthmus.web.lists.filters import Filter, Unusable
from isthmus.web.lists.keyset import Order
from isthmus.web.lists.spec import ListSpec
from isthmus.web.pieces import Chip, Choice

# What is no part of a view of the list: where one is in it, and which part of the page is fetched.
PASSING = ("after", "part", "exact", "theme", "any", "of")
# Names the saved view that the address began from.
VIEW = "view"


@dataclass(frozen=True)
class Head:
    """The head of a column: its text, and where a click on it sorts."""

    column: Column
    href: str = ""
    state: str = ""  # ascending or descending, where the list is sorted by it


@dataclass
class Asked:
    """A list as one address asks for it, for one actor."""

    spec: ListSpec
    query: QueryDict
    actor: Actor
    problems: list[str] = field(default_factory=list)

    @cached_property
    def every_column(self) -> Sequence[Column]:
        """All columns that may be shown."""
        return self.spec.columns()

    @cached_property
    def columns(self) -> Sequence[Column]:
        """The columns shown, always the first: those that the address names, else the usual ones."""
        named = dict.fromkeys(self.query.getlist("columns"))
        if not named:
            return [column for column in self.every_column if column.shown]
        heading, *others = self.every_column
        known = {column.key: column for column in others}
        return [heading, *(known[key] for key in named if key in known)]

    @property
    def choosable(self) -> Sequence[Column]:
        """All columns, those shown first in their order."""
        return [*self.columns, *(column for column in self.every_column if column not in self.columns)]

    @cached_property
    def exported(self) -> Sequence[Column]:
        """The columns of an export."""
        return [
            *self.columns,
            *(one for one in self.every_column if one.always_exported and one not in self.columns),
        ]

    @cached_property
    def filters(self) -> Sequence[Filter]:
        """All filters of the list."""
        return self.spec.filters(self.actor)

    @property
    def offered(self) -> Sequence[Filter]:
        """The filters that the form shows."""
        return [one for one in self.filters if one.offered]

    @cached_property
    def in_force(self) -> Sequence[Filter]:
        """The filters that the address asks for."""
        return [one for one in self.filters if one.is_asked(self.query)]

    @property
    def text(self) -> str:
        """The words searched for."""
        return self.query.get("q", "").strip()

    @property
    def is_narrowed(self) -> bool:
        """Whether the address leaves rows out."""
        return bool(self.text or self.in_force or self.groups)

    @cached_property
    def groups(self) -> dict[str, QueryDict]:
        """The any-of groups that the address asks for, by number, each as the query of its filters."""
        asked = groups.groups_of(self.query)
        return {
            number: query
            for number, query in asked.items()
            if any(one.is_asked(query) for one in self.filters)
        }

    @cached_property
    def order(self) -> Order:
        """The sort of the address, or the list's own."""
        asked = self.query.get("sort") or self.spec.sort
        fields = {column.key: column.sort for column in self.every_column if column.sort}
        if asked.lstrip("-") not in fields:
            self.problems.append(
                _("The list cannot be sorted by “%(key)s”.") % {"key": asked.lstrip("-")[:40]}
            )
            asked = self.spec.sort
        return Order(fields[asked.lstrip("-")], asked.startswith("-"))

    def rows(self) -> Any:
        """The rows that the actor may see and the address asks for, without an order."""
        found = self.spec.rows(self.actor)
        for one in self.in_force:
            try:
                found = found.filter(one.condition(self.query))
            except Unusable as problem:
                self.problems.append(str(problem))
        for query in self.groups.values():
            found = found.filter(groups.either(self.filters, query, self.problems.append))
        if self.text:
            found = self.spec.search(found, self.text)
        return found

    def loaded(self, columns: Sequence[Column], where: Q | None = None) -> Any:
        """The rows (those of `where`) with what the columns need beside them, in no query more."""
        rows = self.rows() if where is None else self.rows().filter(where)
        found = with_related(rows, columns)
        if not all(column.reads for column in columns):
            return found
        needed = {name for column in columns for name in column.reads}
        # A model's instance costs by its fields, and a page makes a hundred and more of them.
        return found.only("pk", self.order.field, *self.spec.reads, *needed)

    def address(self, **changes: Any) -> str:
        """The query of this list with changes, from its start."""
        return changed_query(self.query, **dict.fromkeys(PASSING) | changes) or "?"

    def chips(self) -> list[Chip]:
        """The filters in force, each with the address without it."""
        chips = [
            Chip(
                str(one.label),
                one.spoken(self.query),
                self.address(**dict.fromkeys(one.names)),
            )
            for one in self.in_force
        ]
        chips += [
            Chip(_("Any of"), groups.spoken(self.filters, query), self.address(**self._without(number)))
            for number, query in self.groups.items()
        ]
        if self.text:
            chips.insert(0, Chip(_("Search"), f"“{self.text}”", self.address(q=None)))
        return chips

    @property
    def cleared(self) -> str:
        """The address without any filter and search."""
        plain = {name: None for one in self.filters for name in one.names}
        of_groups = {name: None for number in self.groups for name in self._without(number)}
        return self.address(**plain, **of_groups, q=None)

    def _without(self, number: str) -> dict[str, None]:
        return dict.fromkeys(name for name in self.query if name.startswith(f"{number}."))

    def heads(self) -> list[Head]:
        """The heads of the columns shown."""
        return [self._head(column) for column in self.columns]

    def tabs(self) -> list[Choice]:
        """The usual views of the list; the current one is the one whose filters are exactly these."""
        names = {name for one in self.filters for name in one.names}
        here = {
            name: self.query.getlist(name)
            for name in self.query
            if name in names and any(self.query.getlist(name))
        }
        return [
            Choice(
                str(view.text),
                self.address(**dict.fromkeys(names) | {"q": None, VIEW: None} | dict(view.query)),
                not self.groups
                and here
                == {
                    name: [value] if isinstance(value, str) else list(value)
                    for name, value in view.query.items()
                },
            )
            for view in self.spec.views
        ]

    def kept_by(self, *form_names: str) -> list[tuple[str, str]]:
        """What a form over the list must carry along: all of the address but its own parts."""
        return [
            (name, value)
            for name in self.query
            if name not in form_names and name not in PASSING
            for value in self.query.getlist(name)
            if value
        ]

    def _head(self, column: Column) -> Head:
        if not column.sort:
            return Head(column)
        state = ""
        if self.order.field == column.sort:
            state = "descending" if self.order.descending else "ascending"
        # Figures and times start with the largest, words with A.
        first_down = column.num or self.spec.sort == f"-{column.key}"
        descending = not self.order.descending if state else first_down
        return Head(column, self.address(sort=f"-{column.key}" if descending else column.key), state)


def with_related(rows: Any, columns: Sequence[Column]) -> Any:
    """Rows with what the columns need beside them, in no query more."""
    related = sorted({name for column in columns for name in column.related})
    return rows.select_related(*related) if related else rows
