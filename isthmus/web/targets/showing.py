"""The lines of the page Targets: the tree of teams with their sellers, each with its bar."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from isthmus.core.actors import Actor, Scope
from isthmus.sales.targets.periods import Period
from isthmus.sales.targets.progress import Progress, Targets
from isthmus.sales.targets.standing import Held
from isthmus.web.explore.addresses import rows_address, where_key
from isthmus.web.targets import wording

_WIDTH = 300
_DIMENSIONS = {"seller": "owner", "team": "team", "territory": "territory"}


@dataclass(frozen=True)
class Bar:
    """A bar of 300 units: how long it is, where an even pace would be.

    What a seller promised to win is no money paid: it has no place on the bar.
    """

    length: int
    even: int | None
    label: str


@dataclass(frozen=True)
class Line:
    """One holder as a row of the table."""

    progress: Progress
    depth: int
    bar: Bar
    attained: str
    quota: str
    quota_input: str
    share: str
    sentence: str
    hard: bool
    promise: str
    page: str
    rows: str
    may_edit: bool

    @property
    def held(self) -> Held:
        """Whose line it is."""
        return self.progress.held


def lines(found: Targets, actor: Actor) -> list[Line]:
    """Every line, each team above its sellers; sellers of no team and territories at the end."""
    return [line_of(found, one, depth, actor) for one, depth in _in_tree(found.lines)]


def line_of(found: Targets, one: Progress, depth: int, actor: Actor) -> Line:
    """One holder's line."""
    promise = standing_promise(one)
    return Line(
        progress=one,
        depth=min(depth, 3),
        bar=_bar(one, found.currency),
        attained=wording.amount(one.attained, found.currency),
        quota=wording.amount(one.quota, found.currency),
        quota_input=wording.from_money(one.quota),
        share=wording.share_text(one),
        sentence=wording.pace_sentence(one, found.currency),
        hard=one.pace is not None and one.pace.verdict in ("hard", "over"),
        promise=wording.amount(promise, found.currency) if promise is not None else "",
        page=page_of(one.held, found),
        rows=rows_of(one.held, found),
        may_edit=may_set(actor, one),
    )


def standing_promise(one: Progress) -> int | None:
    """What the seller committed to; the manager's figure stands on the seller's page beside it."""
    commitment = one.promise.commitment
    return commitment.amount if commitment is not None else None


def page_of(held: Held, found: Targets) -> str:
    """The page of one holder in a period."""
    return f"{reverse('target', args=[held.holder, held.number])}?{urlencode(asked(found))}"


def rows_of(held: Held, found: Targets) -> str:
    """The payments or wins behind what one holder attained."""
    return rows_address(
        found.metric, days_of(found.period), where=[where_key(_DIMENSIONS[held.holder], held.number)]
    )


def days_of(period: Period) -> dict[str, str]:
    """A period as the days of an address: the last one included."""
    return {
        "since": period.first.isoformat(),
        "until": (period.after_last - timedelta(days=1)).isoformat(),
    }


def asked(found: Targets) -> dict[str, str]:
    """What an address keeps of a page's question."""
    kept = {"period": str(found.period)}
    return kept | ({"metric": found.metric} if found.metric != "revenue" else {})


def may_set(actor: Actor, one: Progress) -> bool:
    """Whether the actor sets this holder's quota; the command judges it again."""
    scope = actor.scope("quotas.edit")
    if scope is not Scope.TEAM:
        return scope is Scope.ALL
    team = one.above if one.held.holder == "seller" else one.held.number
    return one.held.holder != "territory" and team in actor.team_ids


def _bar(one: Progress, currency: str) -> Bar:
    even = one.pace.even if one.pace is not None else None
    most = max(one.quota or 0, one.attained, 1)

    def place(value: float | None) -> int | None:
        return None if value is None else round(_WIDTH * max(value, 0) / most)

    said = [_("Attained %(amount)s") % {"amount": wording.amount(one.attained, currency)}]
    if one.quota is not None:
        said.append(_("%(share)s of the quota") % {"share": wording.share_text(one)})
    if even is not None and one.quota:
        share = f"{100 * even / one.quota:.0f}%"
        said.append(_("an even pace would be %(share)s") % {"share": share})
    return Bar(place(one.attained) or 0, place(even), ", ".join(said))


def _in_tree(found: Sequence[Progress]) -> Iterable[tuple[Progress, int]]:
    teams = {one.held.number: one for one in found if one.held.holder == "team"}
    sellers = [one for one in found if one.held.holder == "seller"]

    def below(parent: int | None, depth: int) -> Iterable[tuple[Progress, int]]:
        for number, team in teams.items():
            if (team.above if team.above in teams else None) == parent:
                members = [one for one in sellers if one.above == number]
                inner = list(below(number, depth + 1))
                if team.quota is not None or members or inner:
                    yield team, depth
                    yield from ((one, depth + 1) for one in members)
                    yield from inner

    yield from below(None, 0)
    yield from ((one, 0) for one in sellers if one.above not in teams)
    yield from ((one, 0) for one in found if one.held.holder == "territory")
