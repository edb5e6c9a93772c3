"""What a fact about a lead carries, as it stands now: who, where from, whose."""

from typing import Any

from isthmus.leads.models import Lead


def credit_of(lead: Lead) -> dict[str, Any]:
    """Columns of a fact about this lead. The lead's person must be loaded."""
    return {
        "subject": lead.person.subject,
        "account_id": lead.account_id,
        "lead_id": lead.pk,
        "channel": lead.channel or None,
        "campaign_id": lead.campaign_id,
        "product_id": lead.product_id,
        "landing_page": lead.landing_page or None,
        "utm_source": lead.utm_source or None,
        "owner": lead.owner_id,
        "team": lead.team_id,
        "territory": lead.territory_id,
        "region": lead.person.country or None,
    }
