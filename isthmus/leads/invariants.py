"""I1: every captured lead is in exactly one state, per channel, and the ledger tells the same."""

from collections import Counter

from django.db.models import Count
from django.utils.translation import gettext as _

from isthmus.leads.models import Lead, LeadState

# What state a lead is in after each kind of fact. "Reopened" says from where, and so to where.
_AFTER = {
    "lead.captured": LeadState.CAPTURED,
    "lead.qualified": LeadState.QUALIFIED,
    "lead.handed_over": LeadState.HANDED_OVER,
    "lead.accepted": LeadState.ACCEPTED,
    "lead.returned": LeadState.RETURNED,
    "lead.recycled": LeadState.NURTURING,
    "lead.expired": LeadState.EXPIRED,
    "lead.disqualified": LeadState.DISQUALIFIED,
    "lead.merged": LeadState.MERGED,
    "lead.erased": LeadState.ERASED,
}
_REOPENED_FROM = {
    "qualified": LeadState.NURTURING,
    "handed_over": LeadState.QUALIFIED,
    "accepted": LeadState.HANDED_OVER,
    "returned": LeadState.HANDED_OVER,
}

_FOLD = f"""
SELECT coalesce(channel, ''), coalesce(back, kind) AS step, count(*)
FROM (
    SELECT lead_id,
           arg_max(channel, (received_us, id)) AS channel,
           arg_max(kind, (received_us, id)) AS kind,
           CASE WHEN arg_max(kind, (received_us, id)) = 'lead.reopened'
                THEN arg_max(json_extract_string(props, '$.from'), (received_us, id)) END AS back
    FROM facts
    WHERE kind IN ({", ".join(f"'{kind}'" for kind in (*_AFTER, "lead.reopened"))}) AND lead_id IS NOT NULL
    GROUP BY lead_id
)
GROUP BY ALL
"""  # noqa: S608  (the kinds are constants of this file)


def check() -> list[str]:
    """One sentence for each difference between the table of leads and the ledger; empty when all is well."""
    from isthmus.ledger.position import one_database_snapshot
    from isthmus.ledger.reading import snapshot

    with one_database_snapshot(), snapshot() as ledger:
        rows = Lead.objects.order_by().values_list("channel", "state").annotate(n=Count("pk"))
        in_table = Counter({(channel, state): n for channel, state, n in rows})
        told = Counter[tuple[str, str]]()
        for channel, step, count in ledger.execute(_FOLD, []).fetchall():
            told[channel, str(_REOPENED_FROM.get(step) or _AFTER[step])] += count
    return [
        _(
            "Leads of channel “%(channel)s” in state “%(state)s”: "
            "%(table)d in the table, %(ledger)d in the ledger."
        )
        % {
            "channel": channel,
            "state": state,
            "table": in_table[channel, state],
            "ledger": told[channel, state],
        }
        for channel, state in sorted(in_table.keys() | told.keys())
        if in_table[channel, state] != told[channel, state]
    ]
