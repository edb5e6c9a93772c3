"""What the page Chances says of the latest report, and the card of one deal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from isthmus.core.actors import Actor
from isthmus.insight.chances import latest_report
from isthmus.insight.models import ChanceReport, DealChance
from isthmus.sales.models import Deal, DealState, Product
from isthmus.web import formats
from isthmus.web.charts.drawing import Drawing
from isthmus.web.charts.ranked import Ranked, dots
from isthmus.web.pieces import Cell, DataTable
from isthmus.workspace.models import Territory, User

SHOWN = 25
TRAITS = {
    "owner": gettext_lazy("Seller"),
    "product": gettext_lazy("Product"),
    "territory": gettext_lazy("Territory"),
    "industry": gettext_lazy("Industry"),
    "size": gettext_lazy("Size of the company"),
    "amount": gettext_lazy("Value at its opening"),
    "channel": gettext_lazy("Channel"),
    "country": gettext_lazy("Country"),
}
_NAMED: Mapping[str, Any] = {"owner": User, "product": Product, "territory": Territory}
_SIZES = ("1–9", "10–49", "50–249", "250–999", "1000–4999", "5000+")


@dataclass(frozen=True)
class OpenDeal:
    """One open deal with its chance, and what moves it."""

    deal: Deal
    chance: str
    range: str
    why: str


@dataclass(frozen=True)
class Page:
    """The finding, how it was judged, and, only where the model is better, what it says."""

    finding: str
    tone: str
    judged: Sequence[str]
    carried: str
    carries: Drawing | None
    calibration: Drawing | None
    deals: Sequence[OpenDeal]
    more: int


@dataclass(frozen=True)
class Card:
    """What stands on a deal's page: a finding, a note, and why."""

    finding: str
    note: str
    why: str


def page_of(report: ChanceReport, actor: Actor) -> Page:
    """The page as far as the actor sees deals."""
    says = report.says
    judged = says["judged"]
    is_better = says["is_better"]
    deals, more = _deals(report, actor) if is_better else ((), 0)
    return Page(
        finding=finding_of(says),
        tone="" if is_better else "faint",
        judged=_judged(says),
        carried=_carried(judged) if is_better else "",
        carries=_carries(judged) if is_better else None,
        calibration=_calibration(judged) if is_better else None,
        deals=deals,
        more=more,
    )


def finding_of(says: Mapping[str, Any]) -> str:
    """Whether anything tells which deals will be won, in one sentence."""
    if not says["n"]:
        return _("No deal was won or lost yet")
    base = {"base": formats.percent(says["won"] / says["n"])}
    if says["judged"] is None:
        return _("Too few deals were decided to judge a model: only the base rate of %(base)s") % base
    if not says["is_better"]:
        return _("No better than the base rate of %(base)s") % base
    return _("What is known at its opening tells more of a deal than the base rate of %(base)s") % base


def card_of(deal: Deal, actor: Actor) -> Card | None:
    """The chance of an open deal that the reader sees; nothing of one that ended."""
    report = latest_report() if deal.state == DealState.OPEN else None
    if report is None or not report.says["n"] or not actor.allows("deals.view"):
        return None
    says = report.says
    low_high = _range(says["low"], says["high"])
    base = {"base": formats.percent(says["won"] / says["n"]), "range": low_high}
    if not says["is_better"]:
        return Card(finding_of(says), _("The share of decided deals that were won: %(range)s.") % base, "")
    one = DealChance.objects.filter(report=report, deal_id=deal.pk).first()
    if one is None:
        return Card(_("Not known yet: it was opened after the chances were made"), "", "")
    names = _Names(says, [one.why])
    note = _("%(range)s, 95 times in 100; the base rate is %(base)s.") % {
        "range": _range(one.low, one.high),
        "base": base["base"],
    }
    return Card(_("%(chance)s to be won") % {"chance": formats.percent(one.chance)}, note, names.why(one.why))


def _deals(report: ChanceReport, actor: Actor) -> tuple[list[OpenDeal], int]:
    """The open deals of the reader, the likeliest first, and how many more there are."""
    seen = Deal.objects.visible_to(actor).filter(state=DealState.OPEN)
    chances = DealChance.objects.filter(report=report, deal_id__in=seen.values("pk")).order_by(
        "-chance", "deal_id"
    )
    shown = list(chances[:SHOWN])
    deals = seen.select_related("account", "person").in_bulk([one.deal_id for one in shown])
    names = _Names(report.says, [one.why for one in shown])
    found = [
        OpenDeal(
            deals[one.deal_id], formats.percent(one.chance), _range(one.low, one.high), names.why(one.why)
        )
        for one in shown
        if one.deal_id in deals
    ]
    return found, max(chances.count() - len(shown), 0)


class _Names:
    """What the levels of traits are called, looked up once for many."""

    def __init__(self, says: Mapping[str, Any], whys: Sequence[Sequence[Sequence[Any]]]) -> None:
        self.words = says["words"]
        wanted: dict[str, set[int]] = {}
        for why in whys:
            for trait, level, _lift in why:
                wanted.setdefault(trait, set()).add(level)
        self.named = {
            trait: dict(model.objects.filter(pk__in=wanted.get(trait, ())).values_list("pk", "name"))
            for trait, model in _NAMED.items()
        }

    def why(self, why: Sequence[Sequence[Any]]) -> str:
        """What moves a chance, the strongest first: “Seller Rita Reyes ×1.4”, in odds."""
        return ", ".join(
            _("%(trait)s %(level)s (odds × %(lift)s)")
            % {
                "trait": TRAITS[trait],
                "level": self._level(trait, level),
                "lift": formats.number(exp(lift), 1),
            }
            for trait, level, lift in why
        )

    def _level(self, trait: str, level: int) -> str:
        if trait in self.named:
            return str(self.named[trait].get(level, _("no longer here")))
        if trait in self.words:
            return str(self.words[trait][level])
        if trait == "size":
            return _SIZES[level]
        return _("from %(low)s") % {"low": formats.number(round(10 ** (level / 2)))}


def _judged(says: Mapping[str, Any]) -> list[str]:
    """How it was judged: on deals that the model had not seen."""
    judged = says["judged"]
    if judged is None:
        return [_("A model is tried once 160 deals are decided, 20 of them won and 20 lost in each part.")]
    gain = judged["gain"]
    said = [
        _("Learned from %(trained)s deals, judged on the %(tested)s that were decided after them.")
        % {"trained": formats.number(judged["trained"]), "tested": formats.number(judged["tested"])},
        _("Log loss %(loss)s, of the base rate %(base)s: it saves %(gain)s, between %(low)s and %(high)s.")
        % {
            "loss": formats.number(judged["loss"], 4),
            "base": formats.number(judged["base_loss"], 4),
            "gain": formats.number(gain["value"], 4),
            "low": formats.number(gain["low"], 4),
            "high": formats.number(gain["high"], 4),
        },
        _("Brier score %(score)s against %(base)s.")
        % {"score": formats.number(judged["brier"], 4), "base": formats.number(judged["base_brier"], 4)},
    ]
    if not says["is_better"]:
        said.append(
            _("Nothing known at the opening tells one deal from another: none has a chance of its own.")
        )
    if says["left_out"]:
        names = ", ".join(str(TRAITS[name]) for name in says["left_out"])
        said.append(
            _("Left out, because won and lost deals do not state it alike, so it came after the outcome: %s.")
            % names
        )
    return said


def _carried(judged: Mapping[str, Any]) -> str:
    sure = [name for name, one in judged["carries"].items() if one["low"] > 0]
    if not sure:
        return _("No trait alone: what one tells, the others tell too")
    sure.sort(key=lambda name: -judged["carries"][name]["value"])
    return ngettext(
        "%(names)s carries it", "%(names)s carry it", len(sure)
    ) % {"names": ", ".join(str(TRAITS[name]) for name in sure)}  # fmt: skip


def _carries(judged: Mapping[str, Any]) -> Drawing:
    """What is lost without each trait."""
    rows = [
        Ranked(
            str(TRAITS[name]), one["value"], formats.number(one["value"], 4),
            low=one["low"], high=one["high"], faint=one["low"] <= 0,
        )
        for name, one in sorted(judged["carries"].items(), key=lambda one: -one[1]["value"])
    ]  # fmt: skip
    table = DataTable(
        [_("Trait"), _("Lost without it"), _("At least"), _("At most")],
        [
            [
                Cell(row.name),
                Cell(row.text),
                *(Cell(formats.number(edge or 0.0, 4)) for edge in (row.low, row.high)),
            ]
            for row in rows
        ],
        label=_("What carries the chances"),
    )
    return dots(
        rows, lambda value: formats.number(value, 2), label=_("What carries the chances"), table=table
    )


def _calibration(judged: Mapping[str, Any]) -> Drawing:
    """Of deals that were said to be so likely, how many were won."""
    rows = [
        Ranked(
            _("said %(said)s") % {"said": formats.percent(band["said"])},
            band["won"] / band["n"],
            _("%(won)s of %(n)s") % {"won": band["won"], "n": band["n"]},
            low=band["low"],
            high=band["high"],
        )
        for band in judged["bands"]
    ]
    table = DataTable(
        [_("Said"), _("Won"), _("Of")],
        [
            [
                Cell(formats.percent(band["said"])),
                Cell(formats.percent(band["won"] / band["n"])),
                Cell(str(band["n"])),
            ]
            for band in judged["bands"]
        ],
        label=_("Said and what came"),
    )
    return dots(rows, formats.percent, label=_("Said and what came"), table=table)


def _range(low: float, high: float) -> str:
    return _("%(low)s to %(high)s") % {"low": formats.percent(low), "high": formats.percent(high)}
