"""Users, products and campaigns, and the days on which campaigns delivered."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from isthmus.core.refusals import Refusal
from isthmus.imports.acts.context import Context, Record
from isthmus.imports.acts.creating import made_up_address
from isthmus.imports.acts.outcome import MATCHED, NEW, REFUSED, Known, Outcome, create
from isthmus.imports.acts.prices import set_list_prices
from isthmus.imports.known import known_revisions
from isthmus.marketing.commands import CampaignExists, add_campaigns, record_media_days
from isthmus.sales.commands.catalogue import ProductExists, add_products
from isthmus.workspace.commands.users import UserExists, add_users


def bring_in_users(records: Sequence[Record], outcomes: Sequence[Outcome], context: Context) -> None:
    """Add those who worked here, unable to sign in until somebody invites them."""
    rows = [
        (
            outcome,
            {
                **mapped.values,
                "team_id": mapped.values.get("team"),
                "territory_id": mapped.values.get("territory"),
                "external_id": mapped.key,
                "email": mapped.values.get("email")
                or made_up_address(mapped.key, context.rows.key_namespace),
                "role": mapped.values.get("role") or "seller",
                "is_active": False,
                "at": context.at,
            },
        )
        for outcome, mapped in _good(records, outcomes)
    ]
    create(
        add_users, rows, Known(UserExists, "user_id"), [row["external_id"] for _o, row in rows], context.by
    )


def bring_in_campaigns(records: Sequence[Record], outcomes: Sequence[Outcome], context: Context) -> None:
    """Add campaigns; one of the same name is the same campaign."""
    rows = [
        (outcome, {**mapped.values, "external_id": mapped.key, "at": context.at})
        for outcome, mapped in _good(records, outcomes)
    ]
    names = [row["name"] for _o, row in rows]
    create(add_campaigns, rows, Known(CampaignExists, "campaign_id"), names, context.by)


def bring_in_products(records: Sequence[Record], outcomes: Sequence[Outcome], context: Context) -> None:
    """Add products; the key is the product's code. A price that comes along is its list price."""
    prices = []
    for _outcome, mapped in _good(records, outcomes):
        prices.append((mapped.values.get("price"), mapped.values.get("currency")))
        row = {
            "sku": mapped.key,
            "name": mapped.values.get("name") or mapped.key.partition(":")[2],
            "family": mapped.values.get("family"),
        }
        mapped.values = row
    good = _good(records, outcomes)
    if not good:
        return
    results = add_products(rows=[{**mapped.values, "at": context.at} for _o, mapped in good], by=context.by)
    for (outcome, _mapped), result in zip(good, results, strict=True):
        if isinstance(result, ProductExists):
            outcome.state = MATCHED
        elif isinstance(result, Refusal):
            outcome.refuse(str(result))
        else:
            outcome.state = NEW
    if any(price is not None for price, _currency in prices):
        set_list_prices(good, prices, context)


def bring_in_media_days(records: Sequence[Record], outcomes: Sequence[Outcome], context: Context) -> None:
    """Record what each campaign delivered and cost on each day: the rows of one campaign and day add up.

    A day that is recorded already stays as it is, unless the row's revision is higher.
    """
    waiting: list[tuple[Outcome, dict[str, Any]]] = []
    for outcome, record in zip(outcomes, records, strict=True):
        if outcome.state == REFUSED:
            continue
        if len({mapped.values.get("currency") for mapped in record}) > 1:
            outcome.refuse(_("The rows of one campaign and day are in different currencies."))
            continue
        waiting.append((outcome, _day(record, context)))
    known = known_revisions([_natural_key(row) for _o, row in waiting])
    fresh: list[tuple[Outcome, dict[str, Any]]] = []
    for outcome, row in waiting:
        if known.get(_natural_key(row), -1) >= row["revision"]:
            outcome.state = MATCHED
        else:
            known[_natural_key(row)] = row["revision"]
            fresh.append((outcome, row))
    if not fresh:
        return
    for (outcome, _row), result in zip(
        fresh, record_media_days(rows=[row for _day, row in fresh], by=context.by), strict=True
    ):
        if isinstance(result, Refusal):
            outcome.refuse(str(result))
        else:
            outcome.state = NEW


def _day(record: Record, context: Context) -> dict[str, Any]:
    values = record[0].values
    sums = {
        name: sum(given) if (given := [one.values[name] for one in record if name in one.values]) else None
        for name in ("impressions", "clicks", "spend", "reached")
    }
    return {
        "campaign_id": values["campaign"],
        "on": values["on"],
        "revision": values.get("revision", 0),
        "currency": values.get("currency") or context.currency,
        "at": context.at,
        **sums,
    }


def _natural_key(row: dict[str, Any]) -> str:
    return f"media:{row['campaign_id']}:{row['on'].isoformat()}"


def _good(records: Sequence[Record], outcomes: Sequence[Outcome]) -> list[tuple[Outcome, Any]]:
    return [
        (outcome, record[0])
        for outcome, record in zip(outcomes, records, strict=True)
        if outcome.state != REFUSED
    ]
