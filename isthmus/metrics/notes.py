"""What a reader must know beside a figure."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from isthmus.analysis.chance import equal_rates_chance
from isthmus.core.clock import from_us
from isthmus.core.window import Window
from isthmus.metrics import catalogue
from isthmus.metrics.building import Group
from isthmus.metrics.catalogue import DISTINCT
from isthmus.metrics.cuts import said_of
from isthmus.metrics.plan import Plan
from isthmus.metrics.question import Cut

if TYPE_CHECKING:
    from isthmus.metrics.asking import Asker

# One payer in ten euros, or ten payers in three: losing them would be seen in the figure.
ONE_PAYER, TEN_PAYERS = Decimal("0.10"), Decimal("0.30")
FEWEST_PAYERS = 20  # among fewer, ten are naturally most of it
YOUNG = 0.01  # a smaller share of young leads moves nothing that a reader could see
NOISE = 0.05


def notes_on(asker: "Asker", plan: Plan, groups: Sequence[Group], total: Group, cut: Cut | None) -> list[str]:
    """Sentences on exclusions, overlaps, concentration, truncation, youth and noise, as far as they apply."""
    notes: list[str] = []
    if (unvalued := total.whole("unvalued")) and plan.metric.unvalued:
        notes.append(plan.metric.unvalued % {"count": unvalued})
    notes += _without_lead(asker, plan)
    notes += [said_of(plan, cut)] if cut is not None else []
    notes += _youth(asker, plan, total)
    if plan.metric.concentrates and total.whole("numerator") > 0:
        notes += _concentration(asker, plan)
    if plan.metric.aggregate == "share" and all(d.kind in ("column", "mirror") for d in plan.by):
        notes += _noise([group for group in groups if None not in group.keys])
    dimensions = [*plan.by, *(d for d, _condition in plan.conditions)]
    if any(d.kind == "tree" for d in plan.by):
        notes.append(
            _("A parent includes what is below it, so groups overlap; the total counts each row once.")
        )
    if plan.metric.aggregate in DISTINCT and plan.by:
        notes.append(
            _("Who comes in several groups is counted in each, so they overlap; the total counts each once.")
        )
    if any(d.kind == "mirror" for d in dimensions):
        notes.append(_("Attributes are those of today, for past rows too."))
    return notes


def _without_lead(asker: "Asker", plan: Plan) -> list[str]:
    """Facts that belong to no lead cannot be dated by one, nor counted for one."""
    kinds = tuple(kind for kind in plan.metric.kinds if kind != "lead.captured")
    # The count is of the whole ledger: somebody who sees a part of it must not learn it.
    if plan.anchor != "lead" or not kinds or plan.bounds.columns:
        return []
    count = asker.lookups.without_lead(kinds)
    if not count:
        return []
    sentence = ngettext(
        "%(count)s fact belongs to no lead and is not counted here.",
        "%(count)s facts belong to no lead and are not counted here.",
        count,
    )
    return [sentence % {"count": count}]


def _youth(asker: "Asker", plan: Plan, total: Group) -> list[str]:
    """Leads whose outcomes cannot all have come yet, by the last outcome that the ledger knows."""
    if not plan.metric.outcome or plan.anchor != "lead":
        return []
    ages = asker.lookups.ages(plan)
    ripe_after = ages.ripe_after if ages is not None else None
    if ages is None or ripe_after is None:
        return []
    window = plan.question.window
    ripe_until = max(from_us(ages.last_us) - ripe_after, window.start)
    if ripe_until >= window.end:
        return []
    young = asker.lookups.cohort(plan, Window(ripe_until, window.end))
    counts_leads = plan.metric.anchors == ("lead",)
    everyone = total.whole("n") if counts_leads else asker.lookups.cohort(plan, window)
    if young <= YOUNG * everyone:
        return []
    # A share of decided deals may go either way; everything else only grows.
    rises = plan.metric.aggregate != "share" or counts_leads
    return [
        _(
            "%(young)s of %(all)s leads were captured less than %(days)s days before the last outcome "
            "recorded, the time in which nine in ten outcomes come: the figure %(will)s."
        )
        % {
            "young": young,
            "all": everyone,
            "days": ripe_after.days,
            "will": _("will still rise") if rises else _("may still move"),
        }
    ]


def _concentration(asker: "Asker", plan: Plan) -> list[str]:
    payments = _payments_behind(plan)
    _names, lines = asker.run(payments, payments.shape("payers", by=()))
    largest, everything, payers = lines[0]
    if not payers:
        return []
    one, ten = largest[0] / everything, sum(largest) / everything
    if payers < FEWEST_PAYERS or (one < ONE_PAYER and ten < TEN_PAYERS):
        return []
    return [
        _("Of %(payers)s payers, one brings %(one)s %% of the revenue and ten bring %(ten)s %%.")
        % {"payers": payers, "one": f"{100 * one:.1f}", "ten": f"{100 * ten:.1f}"}
    ]


def _payments_behind(plan: Plan) -> Plan:
    """The payments themselves, where they make up the same sum: quicker than summing them by lead first."""
    if plan.metric.aggregate == "sum" or plan.conditions or plan.bounds.columns:
        return plan
    return replace(plan, metric=catalogue.find("revenue"), anchor="lead")


def _noise(groups: Sequence[Group]) -> list[str]:
    found = equal_rates_chance([(group.whole("numerator"), group.whole("n")) for group in groups])
    if found is None or found.chance < NOISE:
        return []
    return [
        _(
            "The differences between the %(count)s groups large enough to compare are no more than chance "
            "makes (chi-square test, p = %(chance)s)."
        )
        % {"count": found.compared, "chance": f"{found.chance:.2f}"}
    ]
