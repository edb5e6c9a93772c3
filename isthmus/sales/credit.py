"""What facts about deals and orders carry, as it stands now."""

from typing import Any

from isthmus.sales.models import Deal, Order


def deal_credit(deal: Deal) -> dict[str, Any]:
    """Columns of a fact about this deal. Its person and account must be loaded."""
    person, account = deal.person, deal.account
    return {
        "subject": person.subject if person else (account.subject if account else None),
        "account_id": deal.account_id,
        "lead_id": deal.lead_id,
        "deal_id": deal.pk,
        "channel": deal.channel or None,
        "campaign_id": deal.campaign_id,
        "product_id": deal.product_id,
        "landing_page": deal.landing_page or None,
        "utm_source": deal.utm_source or None,
        "owner": deal.owner_id,
        "team": deal.team_id,
        "territory": deal.territory_id,
        "region": (person.country if person else account.country if account else "") or None,
        "currency": deal.currency,
    }


def order_credit(order: Order) -> dict[str, Any]:
    """Columns of a fact about this order: its deal's credit where it has one, else its own."""
    if order.deal is not None:
        base = deal_credit(order.deal)
    else:
        party = order.person or order.account
        base = {
            "subject": party.subject if party else None,
            "region": (party.country if party else "") or None,
        }
    return {
        **base,
        "account_id": order.account_id,
        "order_id": order.pk,
        "owner": order.owner_id,
        "team": order.team_id,
        "territory": order.territory_id,
        "currency": order.currency,
    }
