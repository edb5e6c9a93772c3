"""The saved views of a list: its tabs, which one is open, and whether the address differs from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import parse_qsl, urlencode

from django.http import QueryDict
from django.urls import reverse

from isthmus.core.actors import Scope
from isthmus.web.lists.asked import PASSING, VIEW, Asked
from isthmus.web.lists.spec import View
from isthmus.web.pieces import Choice
from isthmus.workspace.models import DefaultView, SavedView, ViewReach

ALL = "all"  # the list as it is, for those whom it greets with a view


@dataclass
class ViewBar:
    """What the page says above a list about views."""

    asked: Asked

    @cached_property
    def views(self) -> Sequence[SavedView]:
        """The views that the reader sees."""
        seen = SavedView.objects.seen_by(self.asked.actor).filter(list=self.asked.spec.name)
        return list(seen.select_related("owner"))

    @cached_property
    def current(self) -> SavedView | None:
        """The view that the address names."""
        named = self.asked.query.get(VIEW, "")
        return next((view for view in self.views if str(view.pk) == named), None)

    @cached_property
    def default_id(self) -> int | None:
        """The view that the list opens with."""
        mine = DefaultView.objects.filter(user=self.asked.actor.id, list=self.asked.spec.name)
        return mine.values_list("view", flat=True).first()

    @property
    def query(self) -> str:
        """The address as a view would keep it."""
        return kept(self.asked.query)

    @cached_property
    def changed(self) -> bool:
        """Whether there is something to save: the address differs from its view, or from the plain list."""
        here = same_order(self.query)
        if self.current is not None:
            return here != same_order(self.current.query)
        usual = [same_order(urlencode(view.query, doseq=True)) for view in self.asked.spec.views]
        return bool(here) and here not in usual

    @property
    def may_save(self) -> bool:
        """Whether the reader may keep views."""
        return self.asked.actor.allows("views.save") and self.asked.actor.id is not None

    @property
    def may_change(self) -> bool:
        """Whether the open view is the reader's to change: one's own; a shared one by who may share it so."""
        if self.current is None or not self.may_save:
            return False
        widely = self.asked.actor.scope("views.share") is Scope.ALL and self.current.reach != ViewReach.OWN
        return widely or self.current.owner_id == self.asked.actor.id

    @property
    def is_default(self) -> bool:
        """Whether the list opens with the open view."""
        return self.current is not None and self.current.pk == self.default_id

    def tabs(self) -> list[Choice]:
        """The usual views, then the saved ones."""
        usual = [
            Choice(tab.text, self._plain(view, tab.href), tab.current and self.current is None)
            for view, tab in zip(self.asked.spec.views, self.asked.tabs(), strict=True)
        ]
        saved = [Choice(str(view), address(view), view == self.current) for view in self.views]
        return usual + saved

    def _plain(self, view: View, href: str) -> str:
        """Where a usual tab leads: out of a saved view it takes none of its columns and sort along."""
        if self.current is not None:
            href = "?" + urlencode(view.query, doseq=True)
        # An address that asks for nothing would open the view that the list opens with.
        return f"?{VIEW}={ALL}" if href == "?" and self.default_id else href


def address(view: SavedView) -> str:
    """The query of a list that shows a view."""
    return "?" + "&".join(part for part in (view.query, f"{VIEW}={view.pk}") if part)


def page(view: SavedView) -> str:
    """The address of a list with a view."""
    return reverse(view.list) + address(view)


def greeting(asked: Asked) -> str:
    """Where the list sends those who asked for nothing and have chosen a view; empty for others."""
    if asked.query:
        return ""
    chosen = DefaultView.objects.filter(user=asked.actor.id, list=asked.spec.name).values("view")
    view = SavedView.objects.seen_by(asked.actor).filter(pk__in=chosen).first()
    return page(view) if view else ""


def kept(query: QueryDict) -> str:
    """The part of an address that a view keeps: all but where one is in the list, and the view's number."""
    pairs = [(name, value) for name in query for value in query.getlist(name) if value]
    return urlencode([pair for pair in pairs if pair[0] not in (*PASSING, VIEW)])


def same_order(query: str) -> list[tuple[str, str]]:
    """A query's parts so that two of the same meaning are equal; the order within one name is kept."""
    return sorted(parse_qsl(query), key=lambda pair: pair[0])
