"""The truth behind the sample company, for a file that only tests and benchmarks read."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from isthmus.ledger.reading import snapshot
from isthmus.sales.models import Order
from isthmus.simulate import catalogue as c
from isthmus.simulate import site, truths
from isthmus.simulate.desks import sales_hours
from isthmus.simulate.market import LENGTH, MAILED_EVERY, RIVAL_FROM, RIVAL_TO, carry
from isthmus.simulate.plan import Plan, expected_revenue, make_plan
from isthmus.simulate.sizes import DAYS, Size
from isthmus.simulate.sources import CHANNELS, CURVES, SOURCES
from isthmus.simulate.stories import Story
from isthmus.simulate.streams.media import true_spend

MORE_HOURS = 1.05  # the company with more sales hours, against which an hour's worth is measured


def the_truth(
    plan: Plan, *, name: str, size: Size, until: datetime, leads: Mapping[int, int]
) -> dict[str, Any]:
    """Everything that is truly so; `leads` are the rows of the stories that were loaded."""
    told = [one for one in plan.history if one.number in leads]
    return {
        "size": name,
        "seed": plan.seed,
        "start": plan.start.isoformat(),
        "until": until.isoformat(),
        "channels": _channels(plan, told, size, until),
        "contribution_micros": contributions(told),
        "demand": [round(float(value), 6) for value in plan.market.demand[:DAYS]],
        "rival": {"from_day": int(RIVAL_FROM * DAYS), "to_day": int(RIVAL_TO * DAYS)},
        "mailed_every_days": MAILED_EVERY,
        "win_log_odds": _win_log_odds(),
        "qualify_log_odds": {"base": truths.QUALIFY_BASE, "quality": truths.QUALIFY_PER_QUALITY},
        "accept_log_odds": {
            "base": truths.ACCEPT_BASE,
            "quality": truths.ACCEPT_PER_QUALITY,
            "no_contact": truths.ACCEPT_WITHOUT_CONTACT,
        },
        "price_rises": [
            {"from_day": int(share * DAYS), "level": level} for share, level in truths.PRICE_RISES
        ],
        "skill": {one.email: one.skill for one in c.STAFF if one.role == "seller"},
        "campaign_quality": {one.campaign or "direct": one.quality for one in SOURCES},
        "form_quality": {one.name: one.quality for one in site.FORMS},
        "sales_hour": _sales_hour(plan, size),
        "satisfaction": _satisfaction(told, until),
        "next_month": _next_month(plan),
        "leads": [
            [
                leads[one.number],
                SOURCES[one.cause].channel,
                SOURCES[one.source].channel,
                round(one.quality, 4),
            ]
            for one in told
        ],
    }


def contributions(told: Sequence[Story]) -> dict[str, int]:
    """Micros of the base currency that came in, less refunds, by the channel that truly moved the buyer."""
    causes = {f"2{one.number:06d}": SOURCES[one.cause].channel for one in told}
    orders = dict(Order.objects.values_list("pk", "number"))
    total = dict.fromkeys(CHANNELS, 0)
    with snapshot() as facts:
        found = facts.execute(
            "SELECT order_id, CAST(sum(amount_base) AS BIGINT) FROM facts "
            "WHERE kind IN ('order.paid', 'order.refunded') GROUP BY order_id"
        ).fetchall()
    for order, micros in found:
        total[causes[orders[order].partition("-")[0]]] += micros
    return total


def _channels(plan: Plan, told: Sequence[Story], size: Size, until: datetime) -> dict[str, Any]:
    quality: dict[str, list[float]] = defaultdict(list)
    for one in told:
        quality[SOURCES[one.cause].channel].append(one.quality)
    came = Counter(SOURCES[one.source].channel for one in told)
    spend = true_spend(seed=plan.seed, market=plan.market, countries=size.countries)
    found: dict[str, Any] = {}
    for channel in CHANNELS:
        curve = CURVES[channel]
        found[channel] = {
            "greatest_leads_a_day": plan.market.greatest[channel],
            "carry": curve.carry,
            "lost_to_rival": curve.rival,
            "comes_by_itself": curve.by_itself > 0,
            "leads_caused": len(quality[channel]),
            "leads_recorded": came[channel],
            "mean_quality": float(np.mean(quality[channel])) if quality[channel] else None,
            "settled_spend_micros": spend.get(channel, 0),
        }
        if channel in plan.market.half:
            found[channel] |= _elasticity(plan, channel)
    return found


def _elasticity(plan: Plan, channel: str) -> dict[str, float]:
    """How leads answer to spend: in the long run, one percent more each day, on the mean day."""
    own = [index for index, one in enumerate(SOURCES) if one.channel == channel]
    carried = carry(plan.market.spend[own].sum(axis=0), CURVES[channel].carry)[:DAYS]
    half = plan.market.half[channel]
    return {"half_spend_eur": half, "spend_elasticity": float((half / (half + carried)).mean())}


def _win_log_odds() -> dict[str, Any]:
    return {
        "base": truths.WIN_BASE,
        "quality": truths.WIN_PER_QUALITY,
        "skill": truths.WIN_PER_SKILL,
        "log_hours_to_reply": truths.WIN_PER_SLOW_HOUR,
        "discount": truths.WIN_PER_DISCOUNT,
        "log_price": truths.WIN_PER_LOG_PRICE,
        "rival": truths.WIN_WHILE_RIVAL,
        "objection": truths.WIN_PER_OBJECTION,
    }


def _sales_hour(plan: Plan, size: Size) -> dict[str, float]:
    """What one more hour of selling would bring: the same company, the same luck, desks that can do more."""
    more = make_plan(seed=plan.seed, leads=size.leads, last_day=plan.end, busy=size.busy, hours=MORE_HOURS)
    hours = sum(sales_hours(own) for own in plan.desks.values())
    gained = expected_revenue(more) - expected_revenue(plan)
    return {"hours": hours, "worth_eur": gained / (hours * (MORE_HOURS - 1))}


def _satisfaction(told: Sequence[Story], until: datetime) -> dict[str, Any]:
    buyers = [one for one in told if one.sales and one.sales[0].at < until]
    means: dict[str, list[float]] = defaultdict(list)
    for one in buyers:
        means[c.MARKETS[one.market].country].append(one.satisfaction)
    return {
        "customers": len(buyers),
        "mean": float(np.mean([one.satisfaction for one in buyers])) if buyers else None,
        "by_country": {country: float(np.mean(values)) for country, values in sorted(means.items())},
    }


def _next_month(plan: Plan) -> dict[str, Any]:
    """What happens in the thirty days after the history, which nobody has seen."""
    end = plan.end + timedelta(days=30)
    came = [one for one in plan.stories if plan.end <= one.at < end]
    sold = [
        sum(amount for _, _, amount in sale.lines)
        for one in plan.stories
        for sale in one.sales
        if plan.end <= sale.at < end
    ]
    ended = [one.dealing for one in plan.stories if one.dealing and plan.end <= one.dealing.ended_at < end]
    return {
        "leads": len(came),
        "expected_leads": float(plan.market.leads[:, DAYS : min(DAYS + 30, LENGTH)].sum()),
        "leads_by_cause": dict(Counter(SOURCES[one.cause].channel for one in came)),
        "won": sum(one.won for one in ended),
        "lost": sum(not one.won for one in ended),
        "ordered_eur": float(sum(sold)),
    }
