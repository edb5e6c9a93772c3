"""What a list is: its rows, columns, filters and words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise

from isthmus.core.actors import Actor
from isthmus.web.lists.columns import Column
from isthmus.web.lists.filters import Filter

Text = str | Promise


@dataclass(frozen=True)
class View:
    """A way of looking at a list that is asked for often: a tab, and the filters that it stands for."""

    text: Text
    query: Mapping[str, str | Sequence[str]]


@dataclass(frozen=True)
class ListSpec:
    """One list. `name` is the URL name of its page, and with "-export" behind it that of its export."""

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
    views: Sequence[View] = ()
    prepare: Callable[[Sequence[Any]], None] = field(default=lambda rows: None)
