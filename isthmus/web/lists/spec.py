"""What a list is: its rows, columns, filters and words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise

from isthmus.core.actors import Actor
from isthmus.ledger.timeline import Column as FactColumn
from isthmus.web.lists.columns import Column
from isthmus.web.lists.filters import Filter

Text = str | Promise


@dataclass(frozen=True)
class View:
    """A way of looking at a list that is asked for often: a tab, and the filters that it stands for."""

    text: Text
    query: Mapping[str, str | Sequence[str]]


@dataclass(frozen=True)
class Editing:
    """How a record of a list is changed: the command, the form whose fields cells are, and its fact."""

    command: str
    target: str  # the argument that names the record
    permission: str
    form: Callable[[Any, Actor, Any], Any]  # (row, actor, what was sent or None)
    fact: str
    column: FactColumn  # by which the record's facts are found


@dataclass(frozen=True)
class ListSpec:
    """One list. `name` is the URL name of its page, and names it in the addresses of its cells and files."""

    name: str
    title: Text
    permission: str
    trade: str
    rows: Callable[[Actor], "QuerySet[Any]"]
    search: Callable[[Any, str], Any]
    search_text: Text
    columns: Callable[[], Sequence[Column]]
    filters: Callable[[Actor], Sequence[Filter]]
    sort: str
    empty_title: Text
    empty_text: Text
    new_name: str = ""
    new_text: Text = ""
    new_permission: str = ""
    search_note: Text = ""  # What the search does not find, said where one has searched.
    views: Sequence[View] = ()
    editing: Editing | None = None
    reads: Sequence[str] = ()  # the fields that `prepare` needs
    prepare: Callable[[Sequence[Any]], None] = field(default=lambda rows: None)
