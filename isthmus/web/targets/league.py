"""The league table: estimates with their ranges, and whether the differences are more than chance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from isthmus.analysis import league as judging
from isthmus.analysis.concentration import concentration
from isthmus.analysis.shrinking import Estimate
from isthmus.core import clock
from isthmus.core.actors import Actor
from isthmus.core.refusals import Refusal
from isthmus.metrics import queries as metrics
from isthmus.metrics.question import Question
from isthmus.sales.targets.periods import Period
from isthmus.sales.targets.progress import Targets
from isthmus.web import formats
from isthmus.web.access import actor_of, needs
from isthmus.web.explore.addresses import rows_address, where_key
from isthmus.web.targets import wording
from isthmus.web.targets.showing import days_of
from isthmus.web.targets.views import asked_of, frame
from isthmus.workspace.models import Company, User
from isthmus.workspace.working_days import Calendar

_MOST_ROWS = 20_000
_PAGE = 1000


@dataclass(frozen=True)
class Place:
    """One seller: what happened, and the estimate with its range."""

    name: str
    raw: str
    of: str
    estimate: str
    range: str
    rows: str


@dataclass(frozen=True)
class Table:
    """A league: its finding, its lines (by name where the differences are noise), and what else is said."""

    question: str
    finding: str
    places: Sequence[Place]
    note: str
    ranked: bool


@needs("metrics.leaderboard")
def league_page(request: HttpRequest) -> HttpResponse:
    """Win rates, revenue and answers in time of the sellers whom the reader may compare, in one period."""
    actor = actor_of(request)
    period, _metric, wrong = asked_of(request)
    company = Company.current()
    today = clock.now().astimezone(company.zone).date()
    found = Targets(period, "revenue", company.base_currency, (), today)
    context = frame(found, actor, reverse("targets-league")) | {
        "tables": [
            _rates("win_rate", _("Who wins more of what is decided?"), found, actor),
            _revenue(found, actor),
            _rates("answered_in_time", _("Who answers more leads in time?"), found, actor),
        ],
        "wrong": wrong,
        "targets": f"{reverse('targets')}?period={period}",
    }
    return render(request, "targets/league.html", context)


def _rates(metric: str, question: str, found: Targets, actor: Actor) -> Table:
    answer, whole = _answers(metric, found, actor)
    if isinstance(answer, Refusal):
        return Table(question, str(answer), (), "", False)
    rows = [row for row in answer.rows if row.keys[0] is not None and row.n]
    table = judging.rates([(int(row.numerator or 0), row.n) for row in rows])
    places = [
        Place(
            name=row.labels[0],
            raw=formats.percent(row.value if isinstance(row.value, float) else None),
            of=_("%(hits)s of %(all)s") % {"hits": row.numerator, "all": row.n},
            estimate=formats.percent(estimate.value),
            range=_range(formats.percent(estimate.low), formats.percent(estimate.high)),
            rows=_rows(metric, found, row.keys[0]),
        )
        for row, estimate in zip(rows, table.estimates, strict=True)
    ]
    # Of the whole alone: that groups differ by no more than chance is said above, by the table's own test.
    note = "" if isinstance(whole, Refusal) else " ".join(whole.notes)
    return Table(question, _said(table, len(places)), _ordered(places, table), note, table.differ)


def _revenue(found: Targets, actor: Actor) -> Table:
    question = _("Who brings more?")
    payers = _payers(found, actor)
    if isinstance(payers, Refusal):
        return Table(question, str(payers), (), "", False)
    users = {user.pk: user for user in User.objects.filter(pk__in=payers)}
    sellers = [number for number in payers if number in users]
    sums = [list(payers[number].values()) for number in sellers]
    table = judging.sums(sums, [_presence(users[number], found) for number in sellers])
    currency = found.currency
    places = [
        Place(
            name=users[number].name,
            raw=wording.amount(round(sum(paid)), currency),
            of=ngettext("%(count)s payer", "%(count)s payers", len(paid)) % {"count": len(paid)},
            estimate=wording.short(estimate.value, currency),
            range=_range(
                wording.short(max(estimate.low, 0), currency), wording.short(estimate.high, currency)
            ),
            rows=_rows("revenue", found, number),
        )
        for number, paid, estimate in zip(sellers, sums, table.estimates, strict=True)
    ]
    note = _concentrated([one for paid in sums for one in paid])
    return Table(question, _said(table, len(places)), _ordered(places, table), note, table.differ)


def _said(table: judging.League, count: int) -> str:
    """What the test says, before anybody looks at a rank."""
    if table.chance is None:
        return _("Too little happened in this period to compare anybody")
    words = {"count": count, "chance": formats.number(table.chance, 2)}
    if table.differ:
        return _("The %(count)s sellers differ by more than chance (p = %(chance)s)") % words
    return _("The differences between %(count)s sellers are noise (p = %(chance)s): no ranking") % words


def _ordered(places: Sequence[Place], table: judging.League) -> list[Place]:
    """By the estimate where the differences mean something, by name where they do not."""
    if not table.differ:
        return sorted(places, key=lambda place: place.name)
    paired: list[tuple[Place, Estimate]] = list(zip(places, table.estimates, strict=True))
    return [place for place, _estimate in sorted(paired, key=lambda pair: -pair[1].value)]


def _concentrated(amounts: Sequence[float]) -> str:
    found = concentration(amounts)
    if found is None:
        return ""
    return _("Of %(payers)s payers, one brings %(one)s of the revenue and ten bring %(ten)s.") % {
        "payers": found.payers,
        "one": formats.percent(found.one),
        "ten": formats.percent(found.ten),
    }


def _answers(metric: str, found: Targets, actor: Actor) -> Sequence[Any]:
    """By seller, and as a whole."""
    whole = Question(metric=metric, window=found.period.window(Company.current().zone), actor=actor)
    return metrics.ask_many([replace(whole, by=("owner",)), whole])


def _payers(found: Targets, actor: Actor) -> Mapping[int, Mapping[Any, float]] | Refusal:
    """What each payer paid to each seller, in micros; a customer is one payer, however often they pay."""
    question = Question(metric="revenue", window=found.period.window(Company.current().zone), actor=actor)
    paid: dict[int, dict[Any, float]] = {}
    after: str | None = None
    try:
        for _page in range(_MOST_ROWS // _PAGE):
            page = metrics.rows(question, after, _PAGE)
            for row in page.rows:
                if row.owner is not None and row.worth is not None:
                    payer = ("account", row.account_id) if row.account_id else ("person", row.subject)
                    theirs = paid.setdefault(row.owner, {})
                    theirs[payer] = theirs.get(payer, 0.0) + float(row.worth) * 1_000_000
            after = page.next
            if after is None:
                break
    except Refusal as refusal:
        return refusal
    return paid


def _presence(user: User, found: Targets) -> float:
    """The working days of a period on which somebody was here, as far as it has run."""
    start = max(found.period.first, user.joined_at.date())
    end = min(found.period.after_last, found.today)
    return float(len(Calendar().days(start, end, user.territory_id)) or 1)


def _rows(metric: str, found: Targets, owner: int) -> str:
    return rows_address(
        metric, days_of(Period(found.period.first, found.period.kind)), where=[where_key("owner", owner)]
    )


def _range(low: str, high: str) -> str:
    return low if low == high else _("%(low)s to %(high)s") % {"low": low, "high": high}
