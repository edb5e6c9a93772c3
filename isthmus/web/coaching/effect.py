"""What coaching changed: before and after against who was not coached, or that it cannot be told."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from isthmus.analysis.coaching import FEWEST_OTHERS, FEWEST_ROWS
from isthmus.core import clock
from isthmus.core.actors import Actor
from isthmus.metrics.catalogue import catalogue
from isthmus.sales.models import Skill
from isthmus.sales.skills.effect import DAYS, OUTCOMES, Examined, examined
from isthmus.sales.skills.reach import coached_by
from isthmus.web import formats
from isthmus.web.access import actor_of, needs
from isthmus.web.charts.drawing import Drawing
from isthmus.web.charts.ranked import Ranked, dots
from isthmus.web.coaching.parts import leads_others, tabs
from isthmus.web.explore.definitions import definition_of
from isthmus.web.filters import changed_query
from isthmus.web.overview.prepared import shelf
from isthmus.web.pieces import Cell, Choice, DataTable


@dataclass(frozen=True)
class Said:
    """The finding and what must be known beside it."""

    finding: str
    why: list[str]
    chart: Drawing | None


@needs("coaching.view")
def effect_page(request: HttpRequest) -> HttpResponse:
    """The effect on one outcome over so many days before and after."""
    actor = actor_of(request)
    if not leads_others(actor):
        raise PermissionDenied
    outcome = request.GET.get("outcome", "win_rate")
    outcome = outcome if outcome in OUTCOMES else "win_rate"
    days = next((one for one in DAYS if str(one) == request.GET.get("days")), 90)
    skills = list(Skill.objects.filter(role="seller", retired_at=None))
    skill = next((one for one in skills if str(one.pk) == request.GET.get("skill")), None)
    card = _card(actor, outcome, days, skill.pk if skill else None)

    def to(**changes: Any) -> str:
        return changed_query(request.GET, **changes) or "?"

    every = [Choice(_("Any skill"), to(skill=None), skill is None)]
    context = {
        "tabs": tabs(actor, "coaching-effect"),
        "outcomes": [
            Choice(str(catalogue()[name].label), to(outcome=name), name == outcome) for name in OUTCOMES
        ],
        "lengths": [
            Choice(_("%(days)s days") % {"days": one}, to(days=str(one)), one == days) for one in DAYS
        ],
        "skills": every + [Choice(one.name, to(skill=str(one.pk)), one == skill) for one in skills],
        "definition": definition_of(catalogue()[outcome]),
        "card": card,
        "days": days,
    }
    return render(request, "coaching/effect.html", context)


def _card(actor: Actor, outcome: str, days: int, skill_id: int | None) -> SafeString:
    """The finding as it stands on the page, kept like the Overview's figures: it takes every row of a metric.

    Whom the reader coaches, and the day, are all that it hangs on beside the ledger.
    """
    now = clock.now()
    reached = tuple(coached_by(actor).order_by("pk").values_list("pk", flat=True))
    key = ("coaching effect", outcome, days, skill_id, reached, now.date(), get_language())

    def count() -> str:
        found = examined(actor, now=now, outcome=outcome, days=days, skill_id=skill_id)
        return render_to_string("coaching/effect_card.html", {"said": said(found)})

    return shelf.prepare(key, count, patiently=True).html


def said(found: Examined) -> Said:
    """The plain sentence, its reasons and its picture."""
    name = str(catalogue()[found.outcome].label)
    why = []
    if found.waiting:
        why.append(
            ngettext(
                "%(count)s seller was coached, but not yet %(days)s days ago.",
                "%(count)s sellers were coached, but not yet %(days)s days ago.",
                found.waiting,
            )
            % {"count": found.waiting, "days": found.days}
        )
    if found.refusal is not None:
        return Said(str(found.refusal), why, None)
    if found.effect is None:
        return Said(_("It cannot be told whether coaching changed anything"), [_too_few(found), *why], None)
    return Said(_finding(found, name), [*_beside(found), *why], _chart(found, name))


def _too_few(found: Examined) -> str:
    if not found.begun:
        return _("No coaching conversation was written down, and no plan was made, in this reach.")
    return _(
        "It takes a seller who was coached %(days)s days ago with %(rows)s cases before and after, and "
        "%(others)s sellers with as many who were not coached in that time."
    ) % {"days": found.days, "rows": FEWEST_ROWS, "others": FEWEST_OTHERS}


def _finding(found: Examined, name: str) -> str:
    assert found.effect is not None
    one = found.effect
    words: Mapping[str, Any] = {
        "name": name,
        "value": _amount(found, one.value),
        "low": _amount(found, one.low),
        "high": _amount(found, one.high),
    }
    if not one.told:
        return _("%(name)s: no effect can be told from chance (%(low)s to %(high)s)") % words
    return _("%(name)s changed by %(value)s more among the coached (%(low)s to %(high)s)") % words


def _beside(found: Examined) -> list[str]:
    """What keeps the figure from being an experiment."""
    assert found.effect is not None
    one = found.effect
    lines = [
        _(
            "%(coached)s coached against %(others)s who were not, over the same days; 95 of 100 such "
            "ranges hold the truth."
        )
        % {"coached": one.coached, "others": one.others},
        _(
            "Nobody drew lots for who is coached. Who is coached after a bad quarter mostly recovers by "
            "themself (regression to the mean), and who asks for coaching may be about to improve anyway."
        ),
    ]
    if one.began_apart:
        words = {"own": _level(found, one.before), "others": _level(found, one.before_others)}
        lines.append(
            _(
                "The coached began at %(own)s, the others at %(others)s: a part of the change would have "
                "come anyway."
            )
            % words
        )
    if found.self_chosen:
        lines.append(
            ngettext(
                "%(count)s of them chose it themself.",
                "%(count)s of them chose it themselves.",
                found.self_chosen,
            )
            % {"count": found.self_chosen}
        )
    return lines


def _amount(found: Examined, value: float) -> str:
    """A change in words: points of a share, or per cent of a duration."""
    return _figure(found, 100 * (exp(value) - 1 if found.is_relative else value))


def _figure(found: Examined, number: float) -> str:
    sign = "+" if number > 0 else ("−" if number < 0 else "")
    words = {"number": f"{sign}{formats.number(abs(number), 0 if abs(number) >= 10 or not number else 1)}"}
    return _("%(number)s %%") % words if found.is_relative else _("%(number)s points") % words


def _level(found: Examined, value: float) -> str:
    return formats.number(exp(value) - 1, 1) if found.is_relative else formats.percent(value)


def _chart(found: Examined, name: str) -> Drawing:
    """The range on the scale on which it is told: points of a share, per cent of a duration."""
    assert found.effect is not None
    one = found.effect

    def told(value: float) -> float:
        return exp(value) - 1 if found.is_relative else value

    def write(value: float) -> str:
        return _figure(found, 100 * value)

    low, high = told(one.low), told(one.high)
    row = Ranked(_("Coached"), told(one.value), _amount(found, one.value), low=low, high=high)
    none = Ranked(_("No effect"), 0.0, _amount(found, 0.0), faint=True)
    table = DataTable(
        [_("Change"), _("Figure"), _("Lowest"), _("Highest")],
        [[Cell(name), *(Cell(_amount(found, value)) for value in (one.value, one.low, one.high))]],
    )
    return dots([row, none], write, label=name, table=table)
