"""The rows behind a figure, a page at a time, newest first."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from isthmus.core.clock import from_us
from isthmus.core.refusals import InvalidInput
from isthmus.metrics.building import worth_shown
from isthmus.metrics.plan import Plan
from isthmus.metrics.question import FactRow, RowsPage

if TYPE_CHECKING:
    from isthmus.metrics.asking import Asker

MOST = 1000


def page(asker: "Asker", plan: Plan, after: str | None, limit: int) -> RowsPage:
    """Up to `limit` rows that come after the place `after`, which an earlier page gave as `next`."""
    limit = max(1, min(limit, MOST))
    shape = replace(plan.shape("rows", by=()), first_page=after is None)
    more: dict[str, Any] = {"limit": limit + 1}
    if after is not None:
        more["after_us"], more["after_id"] = _place(after)
    _names, lines = asker.run(plan, shape, **more)
    rows = [_row(plan, line) for line in lines[:limit]]
    following = None
    if len(lines) > limit:
        last = lines[limit - 1]
        following = f"{last[-1]}-{bytes(last[0]).hex()}"
    return RowsPage(
        rows=rows,
        next=following,
        unit=plan.metric.unit,
        currency=asker.company.base_currency if plan.metric.is_money else None,
    )


def _row(plan: Plan, line: tuple[Any, ...]) -> FactRow:
    fact_id, kind, occurred_us, subject, account, lead, deal, order, campaign, channel, owner, worth, _us = (
        line
    )
    return FactRow(
        fact_id=bytes(fact_id).hex(),
        kind=kind,
        at=from_us(occurred_us),
        subject=subject,
        account_id=account,
        lead_id=lead,
        deal_id=deal,
        order_id=order,
        campaign_id=campaign,
        channel=channel,
        owner=owner,
        worth=worth_shown(plan.metric, worth),
    )


def _place(after: str) -> tuple[int, bytes]:
    us, dash, fact_id = after.rpartition("-")
    try:
        if not dash:
            raise ValueError(after)
        return int(us), bytes.fromhex(fact_id)
    except ValueError as error:
        raise InvalidInput(
            {"after": _("This page does not exist any more. Start from the first page.")}
        ) from error
