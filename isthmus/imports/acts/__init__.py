"""Turning rows into acts: the only place of imports that writes, always by the commands' bulk forms."""

from collections.abc import Callable, Mapping, Sequence

from isthmus.imports.acts.activities import bring_in_activities
from isthmus.imports.acts.catalogue import (
    bring_in_campaigns,
    bring_in_media_days,
    bring_in_products,
    bring_in_users,
)
from isthmus.imports.acts.context import Context, Record
from isthmus.imports.acts.deals import bring_in_deals
from isthmus.imports.acts.expenses import bring_in_expenses
from isthmus.imports.acts.facts import bring_in_facts
from isthmus.imports.acts.leads import bring_in_leads
from isthmus.imports.acts.orders import bring_in_orders, bring_in_payments
from isthmus.imports.acts.outcome import Outcome
from isthmus.imports.acts.parties import bring_in_accounts, bring_in_people

Act = Callable[[Sequence[Record], Sequence[Outcome], Context], None]

ACTS: Mapping[str, Act] = {
    "user": bring_in_users,
    "product": bring_in_products,
    "campaign": bring_in_campaigns,
    "account": bring_in_accounts,
    "person": bring_in_people,
    "lead": bring_in_leads,
    "deal": bring_in_deals,
    "order": bring_in_orders,
    "order_line": bring_in_orders,
    "payment": bring_in_payments,
    "activity": bring_in_activities,
    "media_day": bring_in_media_days,
    "expense": bring_in_expenses,
    "fact": bring_in_facts,
}
