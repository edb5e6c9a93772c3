"""What an address asks of the page: two days, whose deals, and which of them are listed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from isthmus.core.actors import Actor, Scope
from isthmus.core.window import add_months
from isthmus.insight.movements import Step
from isthmus.insight.past import Asked
from isthmus.sales.models import Pipeline
from isthmus.web.pieces import Choice
from isthmus.workspace.models import Team, User
from isthmus.workspace.trees import branches

USUAL = timedelta(days=7)
_EARLIEST = date(1970, 1, 2)


@dataclass(frozen=True)
class AskedPage:
    """The page as one address asks for it. `problems` say what could not be used."""

    query: QueryDict
    actor: Actor
    today: date
    problems: list[str]

    @cached_property
    def on(self) -> date:
        """The day that is looked at: a week ago where none is named."""
        return self._day("on", self.today - USUAL)

    @cached_property
    def against(self) -> date:
        """The day that it is compared with: today where none is named."""
        return self._day("against", self.today)

    @property
    def known_then(self) -> bool:
        """Whether only what was known on each day counts."""
        return self.query.get("known") == "then"

    @cached_property
    def whose(self) -> Asked:
        """Whose deals are meant."""
        team = self._chosen("team", self.teams)
        teams = {one.pk for one in branches(Team) if team in one.path} if team else None
        return Asked(self._chosen("pipeline", self.pipelines), self._chosen("owner", self.owners), teams)

    @cached_property
    def pipelines(self) -> list[tuple[int, str]]:
        """Every pipeline with its name."""
        return list(Pipeline.objects.values_list("pk", "name"))

    @cached_property
    def owners(self) -> list[tuple[int, str]]:
        """Whom the reader may ask for; nobody where they see only their own."""
        scope = self.actor.scope("deals.view")
        if scope not in (Scope.ALL, Scope.TEAM):
            return []
        users = User.objects.order_by("name", "pk")
        if scope is Scope.TEAM:
            users = users.filter(team__in=self.actor.team_ids)
        return list(users.values_list("pk", "name"))

    @cached_property
    def teams(self) -> list[tuple[int, str]]:
        """The teams that the reader may ask for."""
        scope = self.actor.scope("deals.view")
        if scope not in (Scope.ALL, Scope.TEAM):
            return []
        within = [one for one in branches(Team) if scope is Scope.ALL or one.pk in self.actor.team_ids]
        return [(one.pk, one.indented) for one in within]

    @property
    def step(self) -> Step | None:
        """Whose deals are listed: those of one step; None: those that were open on the day."""
        return next((one for one in Step if one == self.query.get("step")), None)

    @property
    def stage(self) -> int | None:
        """The stage whose deals are listed; None: of all."""
        asked = self.query.get("stage", "")
        return int(asked) if asked.isdigit() else None

    @property
    def page(self) -> int:
        """Which page of the list, from 0."""
        asked = self.query.get("page", "")
        return int(asked) if asked.isdigit() and len(asked) < 7 else 0

    def address(self, **changes: Any) -> str:
        """This page with changes; None takes a part away."""
        parts = {name: self.query[name] for name in self.query if self.query[name]} | changes
        kept = {name: value for name, value in parts.items() if value not in (None, "")}
        return f"{reverse('pipeline-as-of')}?{urlencode(kept)}" if kept else reverse("pipeline-as-of")

    def listing(self, **changes: Any) -> str:
        """The list of this page with changes, from its start."""
        return self.address(**{"step": None, "stage": None, "page": None, **changes}) + "#deals"

    def quick(self) -> list[Choice]:
        """The days that are asked for most, each to be compared with today."""
        first = self.today.replace(day=1)
        quarter = first.replace(month=(first.month - 1) // 3 * 3 + 1)
        day = timedelta(days=1)
        days: Mapping[str, date] = {
            _("Yesterday"): self.today - day,
            _("A week ago"): self.today - USUAL,
            _("Start of the month"): first - day,
            _("Start of the quarter"): quarter - day,
            _("A year ago"): add_months(self.today, -12),
        }
        plain = {"against": None, "step": None, "stage": None, "page": None}
        return [
            Choice(text, self.address(**{**plain, "on": on}), on == self.on and self.against == self.today)
            for text, on in days.items()
        ]

    def _day(self, name: str, usual: date) -> date:
        text = self.query.get(name, "")
        if not text:
            return usual
        try:
            found = date.fromisoformat(text)
        except ValueError:
            self.problems.append(_("%(text)s is not a day. Write it like 2026-01-31.") % {"text": text})
            return usual
        if found > self.today:
            self.problems.append(_("The ledger does not know days to come: the latest is today."))
        return min(max(found, _EARLIEST), self.today)

    def _chosen(self, name: str, known: list[tuple[int, str]]) -> int | None:
        text = self.query.get(name, "")
        if not text:
            return None
        found = int(text) if text.isdigit() else 0
        if found not in dict(known):
            self.problems.append(_("What the address asks for is not among the choices, so all are shown."))
            return None
        return found
