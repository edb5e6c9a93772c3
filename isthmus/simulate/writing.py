"""Writing the stories through the commands' bulk forms, phase by phase, as if they were happening."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from isthmus.core.actors import SYSTEM, Actor
from isthmus.core.money import to_micros
from isthmus.core.refusals import Refusal
from isthmus.handoff.commands import accept_leads, hand_over_leads, return_leads
from isthmus.leads.commands import capture_leads, disqualify_leads, qualify_leads, recycle_leads
from isthmus.sales.commands import (
    log_activities,
    lose_deals,
    move_deals,
    pay_orders,
    place_orders,
    refund_orders,
    win_deals,
)
from isthmus.simulate import catalogue as c
from isthmus.simulate.setting import Setting
from isthmus.simulate.sources import SOURCES
from isthmus.simulate.stories import Crossing, Sale, Story
from isthmus.simulate.workdays import plan_days, told_call, told_contact
from isthmus.workspace.actors import actor_for
from isthmus.workspace.commands import edit_user
from isthmus.workspace.models import Rate

Progress = Callable[[str, int], None]
Bulk = Callable[..., list[Any]]


class Writer:
    """Writes stories into the database; nothing that lies after `until` happens."""

    def __init__(self, setting: Setting, *, until: datetime, progress: Progress) -> None:
        self.setting = setting
        self.until = until
        self.progress = progress
        self.leads: dict[int, int] = {}
        self.people: dict[int, int] = {}
        self.deals: dict[int, int] = {}
        self.actors: dict[int, Actor] = {
            index: actor_for(user) for index, user in enumerate(setting.users) if user.role == "seller"
        }
        self.rates = _rates()

    def write(self, told: Sequence[Story]) -> None:
        """Everything: leads, two passes over the crossing, deals, orders, money, who has left."""
        self._capture(told)
        for attempt in range(2):
            self._cross([(one, one.crossings[attempt]) for one in told if len(one.crossings) > attempt])
        self._disqualify(told)
        dealing = [one for one in told if one.number in self.deals]
        self._work(dealing)
        self._end(dealing)
        plan_days(self, dealing)
        self._sell(told)
        self._leave(told)

    def _capture(self, told: Sequence[Story]) -> None:
        happened = [one for one in told if one.at < self.until]
        rows = [self._lead_row(one) for one in happened]
        for one, lead in zip(happened, self._do("leads", capture_leads, rows, SYSTEM), strict=True):
            self.leads[one.number] = lead.pk
            self.people[one.number] = lead.person_id

    def _lead_row(self, one: Story) -> dict[str, Any]:
        source, market = SOURCES[one.source], c.MARKETS[one.market]
        needs = ("Audit ahead", "Too much water", "Failed batch", "New line")
        campaign = self.setting.campaigns[one.source]
        return {
            "at": one.at,
            "full_name": one.full_name,
            "email": one.email,
            "phone": one.phone,
            "title": one.title,
            "country": market.country,
            "locale": market.locale,
            "city": one.city,
            "company": one.company,
            "company_domain": one.domain,
            "company_industry": one.industry,
            "company_size": one.size,
            "account_custom": {"lines": 1 + one.size // 60},
            "channel": source.channel,
            "utm_source": source.utm_source,
            "utm_medium": source.utm_medium,
            "utm_campaign": source.campaign,
            "landing_page": source.landing_page,
            "campaign_id": campaign.pk if campaign else None,
            "product_id": self.setting.products[one.product].pk,
            "consent": ["email", "phone"] if one.consent else [],
            "consent_wording": "2024-1",
            "custom": {"need": needs[one.number % 4]} if one.number % 5 else {},
        }

    def _cross(self, passes: Sequence[tuple[Story, Crossing]]) -> None:
        marketer = actor_for(next(user for user in self.setting.users if user.role == "marketer"))
        self._act(
            "qualified", qualify_leads, marketer, passes, lambda one, p: (p.qualified_at, {"score": p.score})
        )
        owner = {index: user.pk for index, user in enumerate(self.setting.users)}
        self._act(
            "handed over",
            hand_over_leads,
            marketer,
            passes,
            lambda one, p: (
                p.handed_over_at,
                {"owner_id": owner[one.seller], "due_at": p.handed_over_at + timedelta(hours=24)},
            ),
        )
        for seller, own in _by_seller(passes, lambda pair: pair[0].seller).items():
            by = self.actors[seller]
            contacted = [(one, p) for one, p in own if p.contacted_at]
            self._act(
                "contacted",
                log_activities,
                by,
                contacted,
                lambda one, p: (p.contacted_at, told_contact(one.number)),
            )
            accepted = [(one, p) for one, p in own if not p.return_reason and p.decided_at < self.until]
            outcomes = self._act(
                "accepted", accept_leads, by, accepted, lambda one, p: (p.decided_at, self._deal(one))
            )
            for (one, _), deal in zip(accepted, outcomes, strict=True):
                self.deals[one.number] = deal.pk
            returned = [(one, p) for one, p in own if p.return_reason]
            self._act(
                "returned",
                return_leads,
                by,
                returned,
                lambda one, p: (p.decided_at, {"reason": p.return_reason}),
            )
        recycled = [(one, p) for one, p in passes if p.recycled_at]
        self._act("recycled", recycle_leads, marketer, recycled, lambda one, p: (p.recycled_at, {}))

    def _disqualify(self, told: Sequence[Story]) -> None:
        rows = [
            {"lead_id": self.leads[one.number], "reason": "not a fit", "at": one.disqualified_at}
            for one in told
            if one.disqualified_at and one.disqualified_at < self.until and one.number in self.leads
        ]
        self._do("disqualified", disqualify_leads, rows, SYSTEM, may_refuse=True)

    def _work(self, dealing: Sequence[Story]) -> None:
        for seller, own in _by_seller(dealing, lambda one: one.seller).items():
            by = self.actors[seller]
            calls = [
                {"deal_id": self.deals[one.number], "at": at, **told_call(one, position)}
                for one in own
                for position, at in enumerate(_dealing(one).calls)
                if at < self.until
            ]
            self._do("activities", log_activities, calls, by)
            moves = [
                {"deal_id": self.deals[one.number], "stage_id": self.setting.stages[step].pk, "at": at}
                for one in own
                for step, at in enumerate(_dealing(one).moves, start=1)
                if at < self.until
            ]
            self._do("stages", move_deals, moves, by)

    def _end(self, dealing: Sequence[Story]) -> None:
        ended = [one for one in dealing if _dealing(one).ended_at < self.until]
        for seller, own in _by_seller(ended, lambda one: one.seller).items():
            by = self.actors[seller]
            won = [one for one in own if _dealing(one).won]
            rows = [{"deal_id": self.deals[one.number], "at": _dealing(one).ended_at} for one in won]
            self._do("won", win_deals, rows, by)
            lost = [
                {
                    "deal_id": self.deals[one.number],
                    "reason": _dealing(one).loss_reason,
                    "at": _dealing(one).ended_at,
                }
                for one in own
                if not _dealing(one).won
            ]
            self._do("lost", lose_deals, lost, by)

    def _sell(self, told: Sequence[Story]) -> None:
        sales = [
            (one, sale, order_number(one, position))
            for one in told
            for position, sale in enumerate(one.sales, start=1)
            if sale.at < self.until and self._bought(one, sale)
        ]
        orders = [
            {
                "number": number,
                **self._buyer(one, sale),
                "currency": c.MARKETS[one.market].currency,
                "lines": [
                    {
                        "product_id": self.setting.products[product].pk,
                        "quantity": quantity,
                        "amount": self._local(amount, one, sale.at.date()),
                    }
                    for product, quantity, amount in sale.lines
                ],
                "at": sale.at,
            }
            for one, sale, number in sales
        ]
        placed = self._do("orders", place_orders, orders, SYSTEM)
        totals = {order.number: order.total for order in placed}
        paid = [
            {"order_number": number, "reference": f"P-{number}", "at": sale.paid_at}
            for _, sale, number in sales
            if sale.paid_at and sale.paid_at < self.until
        ]
        self._do("payments", pay_orders, paid, SYSTEM)
        refunds = [
            {
                "order_number": number,
                "amount": int(totals[number] * sale.refund_share),
                "reference": f"R-{number}",
                "at": sale.refunded_at,
            }
            for _, sale, number in sales
            if sale.refunded_at and sale.refunded_at < self.until
        ]
        self._do("refunds", refund_orders, refunds, SYSTEM)

    def _bought(self, one: Story, sale: Sale) -> bool:
        """Whether whoever orders is a customer yet: a deal's orders wait for its end."""
        if sale in one.online_sales:
            return one.number in self.people
        return one.number in self.deals and _dealing(one).won and _dealing(one).ended_at < self.until

    def _buyer(self, one: Story, sale: Sale) -> dict[str, Any]:
        if one.number not in self.deals:
            return {"person_id": self.people[one.number]}
        return {"deal_id": self.deals[one.number]}

    def _leave(self, told: Sequence[Story]) -> None:
        """Close the access of sellers who left, once their last deal has ended."""
        for index, staff in enumerate(c.STAFF):
            if staff.leaves is None:
                continue
            ends = [one.dealing.ended_at for one in told if one.seller == index and one.dealing]
            left = max(ends, default=self.until)
            if left < self.until:
                user = self.setting.users[index]
                edit_user(user_id=user.pk, is_active=False, by=SYSTEM, at=left)

    def _deal(self, one: Story) -> dict[str, Any]:
        dealing, market = _dealing(one), c.MARKETS[one.market]
        return {
            "deal_name": f"{c.PRODUCTS[one.product].name} for {one.company}",
            "amount": self._local(dealing.amount, one, dealing.opened_at.date()),
            "currency": market.currency,
            "expected_close_on": (dealing.opened_at + timedelta(days=45)).date(),
            "custom": {
                "tender": one.number % 9 == 0,
                "discount": round(one.terms.discount * 100),
                "objection": one.terms.objection,
            },
        }

    def _local(self, amount: Decimal, one: Story, on: date) -> int:
        """Micros of the market's currency for an amount in euro, in whole units as price lists are."""
        currency = c.MARKETS[one.market].currency
        rate = next((rate for start, rate in self.rates.get(currency, ()) if start <= on), Decimal(1))
        return to_micros(round(amount / rate))

    def _act(
        self,
        name: str,
        bulk: Bulk,
        by: Actor,
        passes: Iterable[tuple[Story, Crossing]],
        say: Callable[[Story, Crossing], tuple[datetime | None, dict[str, Any]]],
    ) -> list[Any]:
        rows = []
        for one, crossing in passes:
            at, more = say(one, crossing)
            if at is not None and at < self.until and one.number in self.leads:
                rows.append({"lead_id": self.leads[one.number], "at": at, **more})
        return self._do(name, bulk, rows, by)

    def _do(
        self, name: str, bulk: Bulk, rows: Sequence[dict[str, Any]], by: Actor, *, may_refuse: bool = False
    ) -> list[Any]:
        outcomes: list[Any] = []
        for start in range(0, len(rows), 1000):
            chunk = rows[start : start + 1000]
            outcomes += bulk(rows=chunk, by=by)
            self.progress(name, len(chunk))
        refused = [outcome for outcome in outcomes if isinstance(outcome, Refusal)]
        if refused and not may_refuse:
            raise refused[0]
        return outcomes


def order_number(one: Story, position: int) -> str:
    """The number of a story's order."""
    return f"2{one.number:06d}-{position}"


def _dealing(one: Story) -> Any:
    assert one.dealing is not None, "only stories with a deal come here"
    return one.dealing


def _by_seller(rows: Iterable[Any], seller: Callable[[Any], int]) -> dict[int, list[Any]]:
    grouped: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        grouped[seller(row)].append(row)
    return dict(sorted(grouped.items()))


def _rates() -> dict[str, list[tuple[date, Decimal]]]:
    rates: dict[str, list[tuple[date, Decimal]]] = defaultdict(list)
    for currency, on, rate in Rate.objects.order_by("-on").values_list("currency_id", "on", "base_per_unit"):
        rates[currency].append((on, rate))
    return rates
