"""Every metric a second time, in plain Python over plain dicts: no engine, no shared code, no speed."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from tests.metrics import by_hand_stages as staged
from tests.metrics import by_hand_visits as visits

FactDict = dict[str, Any]
VERDICTS = ("lead.accepted", "lead.returned", "lead.reopened")
OUTCOMES = ("deal.won", "deal.lost", "deal.reopened")
CREDITING = (
    *("lead.captured", "lead.changed", "lead.handed_over", "lead.accepted"),
    *("deal.opened", "deal.changed", "deal.won", "deal.lost"),
)
PAYMENTS = ("order.paid", "order.refunded")
COMMISSION = ("commission.earned", "commission.clawed_back")
DIRECT = ("expense.booked", "expense.corrected", *COMMISSION)
WHOLE = (*DIRECT, "salary.booked")
MONEY_OF = {
    "bookings": ("order.placed",),
    "invoiced": ("invoice.issued", "invoice.credited"),
    "tax_collected": ("tax.paid", "tax.refunded"),
    "recurring_revenue": ("subscription.started", "subscription.changed", "subscription.ended"),
    "revenue": PAYMENTS,
    "commission": COMMISSION,
    "expenses": ("expense.booked", "expense.corrected"),
    "direct_selling_cost": DIRECT,
    "selling_cost": WHOLE,
}
DECIDED = ("quote.accepted", "quote.declined", "quote.expired")
RENEWALS = ("subscription.renewed", "subscription.ended")


@dataclass
class Counted:
    """One row of a metric: the fact that dates it, its worth, and 1 where it stands in the denominator."""

    fact: FactDict
    worth: int | None
    base: int | None = 1


@dataclass
class Figure:
    value: Any
    n: int
    numerator: Any = None


def moment(one: FactDict) -> tuple[int, int, str]:
    return one["occurred_us"], one["received_us"], one["kind"]


def of(facts: list[FactDict], *kinds: str) -> list[FactDict]:
    return sorted((one for one in facts if one["kind"] in kinds), key=moment)


def grouped(facts: list[FactDict], column: str) -> dict[Any, list[FactDict]]:
    groups: dict[Any, list[FactDict]] = {}
    for one in facts:
        if one.get(column) is not None:
            groups.setdefault(one[column], []).append(one)
    return groups


def last_outcomes(facts: list[FactDict]) -> list[FactDict]:
    return [group[-1] for group in grouped(of(facts, *OUTCOMES), "deal_id").values()]


def won_deals(facts: list[FactDict]) -> list[FactDict]:
    return [one for one in last_outcomes(facts) if one["kind"] == "deal.won"]


def capture_of(facts: list[FactDict]) -> dict[int, FactDict]:
    return {one["lead_id"]: one for one in of(facts, "lead.captured")}


def day(us: int, zone: ZoneInfo) -> Any:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=us)).astimezone(zone).date()


def returns(facts: list[FactDict]) -> list[Counted]:
    rows = []
    verdicts = of(facts, *VERDICTS)
    # Facts of no lead follow one another as one group would: they cannot be told apart.
    for lead in {one.get("lead_id") for one in verdicts}:
        group = [one for one in verdicts if one.get("lead_id") == lead]
        for one, following in zip(group, [*group[1:], None], strict=True):
            taken_back = following is not None and following["kind"] == "lead.reopened"
            if one["kind"] != "lead.reopened" and not taken_back:
                rows.append(Counted(one, int(one["kind"] == "lead.returned")))
    return rows


def responses(facts: list[FactDict]) -> list[Counted]:
    rows = []
    handed = of(facts, "lead.handed_over")
    for one in handed:
        lead = one.get("lead_id")
        later_hand_overs = [h for h in handed if h.get("lead_id") == lead and moment(h) > moment(one)]
        ends = min((h["occurred_us"] for h in later_hand_overs), default=None)
        contacts = [
            c["occurred_us"]
            for c in of(facts, "lead.contacted")
            if c.get("lead_id") == lead
            and c.get("actor_kind") not in ("rule", "assistant")
            and c["occurred_us"] >= one["occurred_us"]
            and (ends is None or c["occurred_us"] < ends)
        ]
        rows.append(Counted(one, min(contacts) - one["occurred_us"] if contacts else None))
    return rows


def due_of(one: FactDict) -> int | None:
    return json.loads(one.get("props") or "{}").get("due_us")  # type: ignore[no-any-return]


def in_time(facts: list[FactDict]) -> list[Counted]:
    """What follows each hand-over for its lead: at one instant another one, then a contact, then a return."""
    order = ("lead.handed_over", "lead.contacted", "lead.returned")
    steps = [
        one
        for one in of(facts, *order)
        if one["kind"] != "lead.contacted" or one.get("actor_kind") not in ("rule", "assistant")
    ]
    steps.sort(key=lambda one: (one["occurred_us"], order.index(one["kind"]), one["received_us"]))
    last = max((one["occurred_us"] for one in of(facts, *order, "lead.captured")), default=0)
    rows = []
    for place, one in enumerate(steps):
        if one["kind"] != "lead.handed_over":
            continue
        if "due_us" not in (one.get("props") or ""):
            rows.append(Counted(one, None))
            continue
        due = due_of(one)
        following = (later for later in steps[place + 1 :] if later.get("lead_id") == one.get("lead_id"))
        then = next(following, None)
        if due is None:
            continue
        if then is not None and then["occurred_us"] <= due:
            if then["kind"] == "lead.contacted":
                rows.append(Counted(one, 1))
        elif due < last:
            rows.append(Counted(one, 0))
    return rows


def with_days(wins: list[FactDict], start: Callable[[FactDict], int | None], zone: ZoneInfo) -> list[Counted]:
    rows = []
    for one in wins:
        began = start(one)
        days = None if began is None else (day(one["occurred_us"], zone) - day(began, zone)).days
        rows.append(Counted(one, days if days is not None and days >= 0 else None))
    return rows


def first_opening(facts: list[FactDict], deal: int) -> int | None:
    return min(
        (
            one["occurred_us"]
            for one in of(facts, "deal.opened")
            if one.get("deal_id") == deal and '"opening":"unknown"' not in (one.get("props") or "")
        ),
        default=None,
    )


def captured_at(facts: list[FactDict], lead: int | None) -> int | None:
    capture = capture_of(facts).get(lead) if lead is not None else None
    return capture["occurred_us"] if capture else None


def paid_by(facts: list[FactDict], lead: int) -> int:
    return sum(one.get("amount_base") or 0 for one in of(facts, *PAYMENTS) if one.get("lead_id") == lead)


def of_sellers(facts: list[FactDict]) -> list[FactDict]:
    return [
        one
        for one in of(facts, "quota.set")
        if one.get("owner") is not None
        and one.get("product_id") is None
        and '"metric":"revenue"' in (one.get("props") or "")
    ]


def attained(facts: list[FactDict]) -> list[Counted]:
    quotas = of_sellers(facts)
    holders = {one["owner"] for one in quotas}
    paid = [one for one in of(facts, *PAYMENTS) if one.get("owner") in holders]
    return [
        *(Counted(one, one.get("amount_base"), 0) for one in paid),
        *(Counted(one, None, one.get("amount_base") or 0) for one in quotas),
    ]


def productive(facts: list[FactDict]) -> list[Counted]:
    def is_month(one: FactDict) -> bool:
        return one["kind"] == "quota.set" and one.get("amount_base") is not None

    return [Counted(row.fact, row.worth, int(is_month(row.fact))) for row in attained(facts)]


def per_sale(facts: list[FactDict], costs: tuple[str, ...]) -> list[Counted]:
    spent = [Counted(one, one.get("amount_base"), 0) for one in of(facts, *costs)]
    return [*spent, *(Counted(one, None, 1) for one in won_deals(facts))]


def returned_for(facts: list[FactDict], costs: tuple[str, ...]) -> list[Counted]:
    spent = [Counted(one, None, one.get("amount_base")) for one in of(facts, *costs)]
    return [*spent, *(Counted(one, one.get("amount_base"), None) for one in of(facts, *PAYMENTS))]


def quoted(facts: list[FactDict]) -> list[Counted]:
    listed = [Counted(one, None, one.get("amount_base")) for one in of(facts, "quote.line_listed")]
    return [
        *listed,
        *(Counted(one, one.get("amount_base"), None) for one in of(facts, "quote.line_discounted")),
    ]


def churned(facts: list[FactDict]) -> list[Counted]:
    rows = []
    for one in of(facts, *RENEWALS):
        month = None if one.get("amount_base") is None else abs(one["amount_base"])
        lost = month if one["kind"] == "subscription.ended" else None if month is None else 0
        rows.append(Counted(one, lost, month))
    return rows


def still_open(facts: list[FactDict], end_us: int) -> list[FactDict]:
    """Openings of deals that nothing had ended, or that were reopened since, by the end of a window."""
    before = [one for one in facts if one["kind"] == "deal.opened" or one["occurred_us"] < end_us]
    ended = {one["deal_id"] for one in last_outcomes(before) if one["kind"] != "deal.reopened"}
    return [one for one in of(facts, "deal.opened") if one.get("deal_id") not in ended]


def ages(facts: list[FactDict], end_us: int, zone: ZoneInfo) -> list[Counted]:
    """How old open deals are on the last day of a window; of one without an end there are no ages."""
    rows = []
    for one in still_open(facts, end_us):
        is_known = '"opening":"unknown"' not in (one.get("props") or "")
        days = (day(end_us - 1, zone) - day(one["occurred_us"], zone)).days
        rows.append(Counted(one, days if is_known and day(end_us, zone).year < 2099 else None))
    return rows


def velocity(facts: list[FactDict], zone: ZoneInfo) -> list[Counted]:
    rows = []
    for one in with_days(won_deals(facts), lambda won: first_opening(facts, won["deal_id"]), zone):
        known = one.worth is not None and one.fact.get("amount_base") is not None
        rows.append(
            Counted(one.fact, one.fact["amount_base"] if known else None, one.worth if known else None)
        )
    return rows


def slipped(facts: list[FactDict], zone: ZoneInfo) -> list[Counted]:
    rows = []
    for one in last_outcomes(facts):
        expected = staged.first_expected(facts, one["deal_id"], moment)
        if one["kind"] != "deal.reopened" and expected is not None:
            rows.append(Counted(one, int(staged.month(one["occurred_us"], zone) > expected[:7])))
    return rows


def logged(facts: list[FactDict], wanted: Callable[[dict[str, Any]], bool]) -> list[Counted]:
    rows = []
    for one in of(facts, "activity.logged"):
        said = staged.props(one)
        if wanted(said):
            rows.append(
                Counted({**one, "activity_kind": said["kind"], "objection": said.get("objection")}, 1)
            )
    return rows


def lost_after(facts: list[FactDict]) -> list[Counted]:
    rows = []
    for one in last_outcomes(facts):
        said = [
            staged.props(fact)
            for fact in of(facts, "activity.logged")
            if fact.get("deal_id") == one["deal_id"]
        ]
        met = {each["objection"] for each in said if "objection" in each}
        if one["kind"] != "deal.reopened":
            lost = int(one["kind"] == "deal.lost")
            rows += [Counted({**one, "objection": objection}, lost) for objection in sorted(met)]
    return rows


def counted_rows(metric: str, facts: list[FactDict], zone: ZoneInfo, end_us: int) -> list[Counted]:
    won_leads = {one.get("lead_id") for one in won_deals(facts)}
    captured = of(facts, "lead.captured")
    media = of(facts, "media.delivered")
    clicks = of(facts, "media.clicked")
    sessions = visits.sessions(facts)
    table: dict[str, Callable[[], list[Counted]]] = {
        "impressions": lambda: [Counted(one, one.get("quantity")) for one in media],
        "engagements": lambda: [Counted(one, one.get("quantity")) for one in of(facts, "media.clicked")],
        "media_spend": lambda: [Counted(one, one.get("amount_base")) for one in media],
        "cost_per_lead": lambda: [
            *(Counted(one, one.get("amount_base"), 0) for one in media),
            *(Counted(one, None, 1) for one in captured),
        ],
        "click_rate": lambda: [
            *(Counted(one, None, one.get("quantity") or 0) for one in media),
            *(Counted(one, one.get("quantity"), 0) for one in clicks),
        ],
        "cost_per_click": lambda: [
            *(Counted(one, one.get("amount_base"), 0) for one in media),
            *(Counted(one, None, one.get("quantity") or 0) for one in clicks),
        ],
        "cost_per_thousand": lambda: [
            Counted(one, one.get("amount_base"), 0 if one.get("amount_base") is None else one["quantity"])
            for one in media
            if one.get("quantity") is not None
        ],
        "frequency": list,  # its statements of reach are tried in test_media_rates
        "sessions": lambda: [Counted(one, 1) for one in sessions],
        "page_views": lambda: [Counted(one, 1) for one in visits.of_sessions(facts, "page.viewed")],
        "pages_per_session": lambda: [Counted(one, one["views"]) for one in sessions],
        "engagement_rate": lambda: [Counted(one, one["engaged"]) for one in sessions],
        "bounce_rate": lambda: [Counted(one, 1 - one["engaged"]) for one in sessions],
        "engagement_time": lambda: [Counted(one, one["attention"]) for one in sessions],
        "visitors": lambda: [Counted(one, 1) for one in sessions],
        "new_visitors": lambda: [Counted(one, 1) for one in sessions if visits.is_first(facts, one)],
        "returning_visitors": lambda: [
            Counted(one, 1) for one in sessions if not visits.is_first(facts, one)
        ],
        "identified_share": lambda: [Counted(one, 0) for one in sessions],
        "reach": lambda: [Counted(one, 1) for one in visits.by_people(facts, *visits.TOUCHES)],
        "bot_share": lambda: [
            Counted(one, int((one.get("agent") or 0) < 0)) for one in of(facts, *visits.TOUCHES)
        ],
        "form_submissions": lambda: [Counted(one, 1) for one in visits.of_sessions(facts, "form.submitted")],
        "leads": lambda: [Counted(one, 1) for one in captured],
        "mqls": lambda: [
            Counted(group[0], 1) for group in grouped(of(facts, "lead.qualified"), "lead_id").values()
        ],
        "accepted_leads": lambda: [
            Counted(group[-1], 1)
            for group in grouped(of(facts, *VERDICTS), "lead_id").values()
            if group[-1]["kind"] == "lead.accepted"
        ],
        "return_rate": lambda: returns(facts),
        "response_time": lambda: responses(facts),
        "answered_in_time": lambda: in_time(facts),
        "deals_opened": lambda: [Counted(one, 1) for one in of(facts, "deal.opened")],
        "wins": lambda: [Counted(one, 1) for one in won_deals(facts)],
        "won_value": lambda: [Counted(one, one.get("amount_base")) for one in won_deals(facts)],
        "win_rate": lambda: [
            Counted(one, int(one["kind"] == "deal.won"))
            for one in last_outcomes(facts)
            if one["kind"] != "deal.reopened"
        ],
        "conversion": lambda: [Counted(one, int(one["lead_id"] in won_leads)) for one in captured],
        "sales_cycle": lambda: with_days(
            won_deals(facts), lambda one: first_opening(facts, one["deal_id"]), zone
        ),
        "lost_cycle": lambda: with_days(
            [one for one in last_outcomes(facts) if one["kind"] == "deal.lost"],
            lambda one: first_opening(facts, one["deal_id"]),
            zone,
        ),
        "open_deals": lambda: [Counted(one, 1) for one in still_open(facts, end_us)],
        "open_age": lambda: ages(facts, end_us, zone),
        "days_to_close": lambda: with_days(
            won_deals(facts), lambda one: captured_at(facts, one.get("lead_id")), zone
        ),
        "hand_over_win_rate": lambda: [
            Counted(group[0], int(group[0]["lead_id"] in won_leads))
            for group in grouped(of(facts, "lead.handed_over"), "lead_id").values()
        ],
        "deal_size": lambda: [Counted(one, one.get("amount_base")) for one in won_deals(facts)],
        "stage_conversion": lambda: [
            Counted(staged.left(*stay), int(stay[1]["kind"] != "deal.lost"))
            for stay in staged.stays(facts, moment)
        ],
        "time_in_stage": lambda: [
            Counted(
                staged.left(begun, ended, stage),
                (day(ended["occurred_us"], zone) - day(begun["occurred_us"], zone)).days,
            )
            for begun, ended, stage in staged.stays(facts, moment)
        ],
        "sales_velocity": lambda: velocity(facts, zone),
        "slipped_deals": lambda: slipped(facts, zone),
        "pipeline_coverage": lambda: [
            *(Counted(one, None, one.get("amount_base") or 0) for one in of_sellers(facts)),
            *(Counted(one, one.get("amount_base"), 0) for one in staged.open_deals(facts, moment, zone)),
        ],
        "closes_put_off": lambda: [
            Counted(one, 1) for one in of(facts, "deal.changed") if staged.is_put_off(one)
        ],
        "activities": lambda: logged(facts, lambda said: said["kind"] != "note"),
        "lost_after_objection": lambda: lost_after(facts),
        "objections": lambda: logged(facts, lambda said: "objection" in said),
        "quota": lambda: [Counted(one, one.get("amount_base")) for one in of_sellers(facts)],
        "attainment": lambda: attained(facts),
        "seller_productivity": lambda: productive(facts),
        "direct_cost_per_sale": lambda: per_sale(facts, DIRECT),
        "cost_per_sale": lambda: per_sale(facts, WHOLE),
        "direct_selling_return": lambda: returned_for(facts, DIRECT),
        "selling_return": lambda: returned_for(facts, WHOLE),
        **{
            name: partial(
                lambda kinds: [Counted(one, one.get("amount_base")) for one in of(facts, *kinds)], kinds
            )
            for name, kinds in MONEY_OF.items()
        },
        "discount": lambda: quoted(facts),
        "quote_acceptance_rate": lambda: [
            Counted(one, int(one["kind"] == "quote.accepted")) for one in of(facts, *DECIDED)
        ],
        "renewal_rate": lambda: [
            Counted(one, int(one["kind"] == "subscription.renewed")) for one in of(facts, *RENEWALS)
        ],
        "churn_rate": lambda: churned(facts),
        "revenue_per_lead": lambda: [Counted(one, paid_by(facts, one["lead_id"])) for one in captured],
    }
    return table[metric]()


def latest_credit(facts: list[FactDict], lead: int, column: str) -> Any:
    captured = captured_at(facts, lead) or 0
    known = [
        (one["occurred_us"], one["received_us"], one["kind"], one[column])
        for one in of(facts, *CREDITING)
        if one.get("lead_id") == lead and one.get(column) is not None and one["occurred_us"] >= captured
    ]
    return max(known)[-1] if known else None


_COUNTS = (
    *("leads", "mqls", "accepted_leads", "deals_opened", "wins", "open_deals"),
    *("sessions", "page_views", "form_submissions"),
    *("closes_put_off", "activities", "objections"),
)
_SHARES = (
    *("return_rate", "win_rate", "conversion", "hand_over_win_rate"),
    *("engagement_rate", "bounce_rate", "bot_share"),
    *("answered_in_time", "lost_after_objection"),
    *("quote_acceptance_rate", "renewal_rate"),
    *("stage_conversion", "slipped_deals"),
)
_PER_VISITOR = ("visitors", "new_visitors", "returning_visitors", "identified_share", "reach")
LEAD_COHORTS = ("leads", "conversion", "revenue_per_lead")


def key_of(row: Counted, dim: str, metric: str, anchor_us: int, facts: list[FactDict], zone: ZoneInfo) -> Any:
    local = day(anchor_us, zone)
    if dim == "first_contact_month":
        captured = captured_at(facts, row.fact.get("lead_id"))
        if captured is None:
            return None
        local, dim = day(captured, zone), "month"
    if dim == "day":
        return local.isoformat()
    if dim == "week":
        return (local - timedelta(days=local.weekday())).isoformat()
    if dim == "month":
        return f"{local:%Y-%m}"
    if dim == "quarter":
        return f"{local.year}-Q{(local.month + 2) // 3}"
    if dim == "year":
        return f"{local.year}"
    column = {"campaign": "campaign_id", "product": "product_id", "stage": "stage_id"}.get(dim, dim)
    column = "activity_kind" if dim == "activity" else column
    if metric in LEAD_COHORTS and dim in ("owner", "product"):
        return latest_credit(facts, row.fact["lead_id"], column)
    return row.fact.get(column) or None


def figure_of(metric: str, rows: list[Counted]) -> Figure:
    worths = [row.worth for row in rows if row.worth is not None]
    if metric in _PER_VISITOR:
        n = len({row.fact["subject"] for row in rows})
        return Figure(n, n) if metric != "identified_share" else Figure(0 if n else None, n, 0)
    if metric in _COUNTS:
        return Figure(len(rows), len(rows))
    if metric in ("impressions", "engagements"):
        return Figure(sum(worths), len(worths))
    if metric in ("discount", "churn_rate", "direct_selling_return", "selling_return"):
        bases = [row.base for row in rows if row.base is not None]
        return Figure(sum(worths) / sum(bases) if sum(bases) else None, len(bases))
    if metric == "sales_velocity":
        days = sum(row.base for row in rows if row.base is not None)
        wins = sum(row.base is not None for row in rows)
        return Figure(Fraction(sum(worths) * wins, 10**6) / days if days else None, wins)
    if metric in ("media_spend", "quota", "won_value", *MONEY_OF):
        return Figure(Fraction(sum(worths), 10**6), len(worths))
    if metric in _SHARES:
        return Figure(sum(worths) / len(worths) if worths else None, len(worths), sum(worths))
    if metric == "revenue_per_lead":
        return Figure(Fraction(sum(worths), 10**6) / len(rows) if rows else None, len(rows))
    if metric in (
        "cost_per_lead",
        "cost_per_click",
        "cost_per_thousand",
        "click_rate",
        "frequency",
        "attainment",
        "seller_productivity",
        "direct_cost_per_sale",
        "cost_per_sale",
        "pipeline_coverage",
    ):
        return _ratio(metric, rows, worths)
    if metric in ("pages_per_session", "engagement_time"):
        scale = 1 if metric == "pages_per_session" else 10**6
        return Figure(sum(worths) / scale / len(rows) if rows else None, len(rows))
    if metric == "deal_size":
        return Figure(Fraction(round(2 * middle(worths)), 2 * 10**6) if worths else None, len(worths))
    scale = {"response_time": 3_600_000_000}.get(metric, 1)
    return Figure(middle(worths) / scale if worths else None, len(worths))


def _ratio(metric: str, rows: list[Counted], worths: list[int]) -> Figure:
    base = sum(row.base or 0 for row in rows)
    if metric in ("click_rate", "frequency", "attainment", "pipeline_coverage"):
        return Figure(sum(worths) / base if base and worths else None, base)
    if metric in ("seller_productivity", "direct_cost_per_sale", "cost_per_sale"):
        return Figure(Fraction(sum(worths), 10**6) / base if base and worths else None, base)
    costs = [row for row in rows if metric == "cost_per_thousand" or row.fact["kind"] == "media.delivered"]
    too_little = (len(costs) - len(worths)) * 10 > len(costs)
    known = base and worths and not too_little
    per = 1000 if metric == "cost_per_thousand" else 1
    return Figure(Fraction(sum(worths) * per, 10**6) / base if known else None, base)


def middle(worths: list[int]) -> float:
    ordered = sorted(worths)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def answer_by_hand(
    metric: str,
    facts: list[FactDict],
    window: tuple[int, int],
    zone: ZoneInfo,
    *,
    by: tuple[str, ...] = (),
    where: dict[str, Any] | None = None,
    anchor: str | None = None,
) -> tuple[dict[tuple[Any, ...], Figure], Figure]:
    """Figures by key, and the total."""
    chosen: list[tuple[tuple[Any, ...], Counted]] = []
    for row in counted_rows(metric, facts, zone, window[1]):
        at: int | None = row.fact["occurred_us"]
        if anchor == "lead":
            at = captured_at(facts, row.fact.get("lead_id"))
        if at is None or not window[0] <= at < window[1]:
            continue
        if any(
            key_of(row, dim, metric, at, facts, zone) not in (want if isinstance(want, list) else [want])
            for dim, want in (where or {}).items()
        ):
            continue
        chosen.append((tuple(key_of(row, dim, metric, at, facts, zone) for dim in by), row))
    groups: dict[tuple[Any, ...], list[Counted]] = {}
    for key, row in chosen:
        groups.setdefault(key, []).append(row)
    figures = {key: figure_of(metric, rows) for key, rows in groups.items()}
    return figures, figure_of(metric, [row for _key, row in chosen])
