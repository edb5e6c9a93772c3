"""What a fact about a person or an account is credited to: how they stand at that moment."""

from typing import Any

from isthmus.people.models import Account, Person


def credit_of(row: Person | Account) -> dict[str, Any]:
    """Columns of a fact about this person or account."""
    return {
        "subject": row.subject,
        "account_id": row.account_id if isinstance(row, Person) else row.pk,
        "owner": row.owner_id,
        "team": row.team_id,
        "territory": row.territory_id,
        "region": row.country or None,
    }
