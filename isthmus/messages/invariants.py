"""I3: each message went at most once to each recipient, and what was queued is in exactly one state."""

from collections import Counter

from django.db.models import Count, F, Q, Sum
from django.utils.translation import gettext as _

from isthmus.messages.models import Claim, Message, Recipient, RecipientState
from isthmus.messages.sending.recording import FACT_OF

_TOLD = f"""
SELECT kind, count(*) FROM facts
WHERE kind IN ({", ".join(f"'{kind}'" for kind in FACT_OF.values())}) AND starts_with(natural_key, 'mail:')
GROUP BY kind
"""  # noqa: S608  (the kinds are constants of this file)
_QUEUED = "SELECT coalesce(sum(quantity), 0) FROM facts WHERE kind = 'message.queued'"


def check() -> list[str]:
    """One sentence for each thing that does not add up; empty when all is well.

    queued = sent + failed + suppressed + waiting (what is being sent included) + outcome unknown: of each
    message by its own count, and of all by the ledger. Unknown is only what was decided, and everything
    that is being sent has an open claim.
    """
    from isthmus.ledger.position import one_database_snapshot
    from isthmus.ledger.reading import snapshot

    with one_database_snapshot(), snapshot() as ledger:
        told: dict[str, int] = dict(ledger.execute(_TOLD, []).fetchall())
        queued_told = int(ledger.execute(_QUEUED, []).fetchall()[0][0])
        rows = Recipient.objects.order_by().values_list("state").annotate(n=Count("pk"))
        states = Counter(dict(rows))
        queued = Message.objects.aggregate(sum=Sum("queued"))["sum"] or 0
        uneven = _uneven()
        astray = _astray()
    found = list(uneven) + list(astray)
    if queued != queued_told:
        found.append(
            _("%(table)d recipients were queued by the table, %(ledger)d by the ledger.")
            % {"table": queued, "ledger": queued_told}
        )
    for state, kind in FACT_OF.items():
        if state != RecipientState.WAITING and states[state] != told.get(kind, 0):
            found.append(
                _("Mails in state “%(state)s”: %(table)d in the table, %(ledger)d in the ledger.")
                % {"state": state, "table": states[state], "ledger": told.get(kind, 0)}
            )
    return found


def _uneven() -> list[str]:
    uneven = Message.objects.annotate(n=Count("recipients")).exclude(queued=F("n")).order_by("pk")
    counted = uneven.values_list("pk", "queued", "n")
    return [
        _("Mail %(number)d was queued for %(queued)d recipients and has %(rows)d.")
        % {"number": number, "queued": queued, "rows": rows}
        for number, queued, rows in counted[:20]
    ]


def _astray() -> list[str]:
    found = []
    loose = Recipient.objects.filter(state=RecipientState.CLAIMED).exclude(
        claim__ended_at=None, claim__isnull=False
    )
    if count := loose.count():
        found.append(_("%d mails are being sent without a claim. Restart the worker.") % count)
    undecided = Recipient.objects.filter(Q(state=RecipientState.UNKNOWN), claim__decided_at=None)
    if count := undecided.count():
        found.append(_("%d mails have an unknown outcome though their end was not sent.") % count)
    if count := Claim.objects.filter(ended_at=None).exclude(recipients__state=RecipientState.CLAIMED).count():
        found.append(_("%d claims are open for nobody.") % count)
    return found
