"""The tree of territories with what each has, and one territory's page."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from isthmus.core import clock
from isthmus.core.actors import Actor
from isthmus.people.models import Account
from isthmus.sales.models import Deal, DealState, Playbook, PriceBook
from isthmus.sales.targets.periods import Period
from isthmus.sales.targets.progress import Targets, targets
from isthmus.sales.targets.standing import Held as Holder
from isthmus.territories.placing import active_rules
from isthmus.territories.spec import sentence
from isthmus.web import formats
from isthmus.web.access import actor_of, needs, today
from isthmus.web.settings.frame import show
from isthmus.workspace.models import Territory, User
from isthmus.workspace.territories import COMPANY, Held, Local, Locals
from isthmus.workspace.trees import Branch, branches

_OWN = ("currency", "time_zone", "holidays")


@dataclass(frozen=True)
class Said:
    """A value that holds in a territory, and whence where it is not its own."""

    value: str
    whence: str = ""


@dataclass(frozen=True)
class Line:
    """One territory with what lies in it and inside it."""

    one: Territory
    indent: range
    accounts: int
    deals: int
    sellers: int
    quota: str
    attained: str
    share: str


@needs("settings.view")
def territories(request: HttpRequest) -> HttpResponse:
    """The territories as a tree: accounts, open deals, sellers, quota and what of it is there."""
    actor = actor_of(request)
    period = Period.containing("quarter", today())
    context = {
        "rows": _lines(actor, period),
        "outside": _outside(actor),
        "period": str(period),
        "may_reassign": actor.allows("records.reassign"),
        "may_rule": actor.allows("territories.edit"),
    }
    return show(request, "settings-territories", "territories/tree.html", context)


@needs("settings.view")
def territory(request: HttpRequest, pk: int) -> HttpResponse:
    """One territory: its figures, what holds in it, who sells there, which rules lead to it."""
    one, actor = get_object_or_404(Territory, pk=pk), actor_of(request)
    names = dict(Territory.objects.values_list("pk", "name"))
    local = Locals().of(pk)
    line = next(found for found in _lines(actor, Period.containing("quarter", today())) if found.one.pk == pk)
    inside = [found.pk for found in branches(Territory) if pk in found.path]
    context = {
        "title": one.name,
        "one": one,
        "line": line,
        "path": list(one.ancestors()),
        "children": Territory.objects.filter(parent=one),
        "own": _own(local, pk, names),
        "sellers": User.objects.filter(is_active=True, role="seller", territory__in=inside).select_related(
            "territory"
        ),
        "rules": _rules_here(pk, names),
        "playbooks": Playbook.objects.filter(territory=one)
        .select_related("stage__pipeline")
        .order_by("stage"),
        "books": PriceBook.objects.filter(territory=one).order_by("name"),
        "period": str(Period.containing("quarter", today())),
        "may_reassign": actor.allows("records.reassign"),
    }
    return show(request, "settings-territories", "territories/territory.html", context)


def _lines(actor: Actor, period: Period) -> list[Line]:
    rows = {one.pk: one for one in Territory.objects.all()}
    listed = branches(Territory)
    accounts = _counted(Account.objects.visible_to(actor).present(), listed)
    deals = _counted(Deal.objects.visible_to(actor).filter(state=DealState.OPEN), listed)
    sellers = _counted(User.objects.filter(is_active=True, role="seller"), listed)
    found = targets(actor, period, now=clock.now()) if actor.allows("quotas.view") else None
    return [
        Line(
            rows[one.pk], range(len(one.path) - 1), accounts[one.pk], deals[one.pk], sellers[one.pk],
            *_attained(found, one.pk),
        )
        for one in listed
    ]  # fmt: skip


def _counted(rows: Any, listed: Iterable[Branch]) -> Counter[int]:
    """How many lie in each territory and in those inside it."""
    own = dict(rows.order_by().values_list("territory").annotate(n=Count("pk")).values_list("territory", "n"))
    found: Counter[int] = Counter()
    for one in listed:
        for above in one.path:
            found[above] += own.get(one.pk, 0)
    return found


def _attained(found: Targets | None, pk: int) -> tuple[str, str, str]:
    line = found.of(Holder("territory", pk)) if found is not None else None
    if found is None or line is None or line.quota is None:
        return "", "", ""
    share = formats.percent(line.share) if line.share is not None else ""
    return formats.money(line.quota, found.currency), formats.money(line.attained, found.currency), share


def _outside(actor: Actor) -> int:
    """How many accounts lie in no territory."""
    count: int = Account.objects.visible_to(actor).present().filter(territory=None).count()
    return count


def _own(local: Local, pk: int, names: Mapping[int, str]) -> list[tuple[str, Said]]:
    labels = {"currency": _("Currency"), "time_zone": _("Time zone"), "holidays": _("Holidays")}
    return [(labels[name], _said(getattr(local, name), pk, names)) for name in _OWN]


def _said(held: Held, here: int, names: Mapping[int, str]) -> Said:
    if held.said_by == here or not held.value:
        return Said(held.value)
    return Said(held.value, _("the company") if held.said_by == COMPANY else names[held.said_by])


def _rules_here(pk: int, names: Mapping[int, str]) -> list[str]:
    version = active_rules()
    people = dict(User.objects.values_list("pk", "name"))
    listed = version.spec["rules"] if version is not None else []
    return [sentence(one, names, people) for one in listed if one["territory_id"] == pk]
