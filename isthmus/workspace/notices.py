"""Of what users can be told, and reading what they were told: with its record, where they may see it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from isthmus.core.actors import Actor
from isthmus.workspace import records
from isthmus.workspace.models import Notification

KINDS: Mapping[str, str | Promise] = {
    "lead.handed_over": _("A lead is handed over to me"),
    "lead.given": _("A lead becomes mine"),
    "deal.given": _("A deal becomes mine"),
    "quote.accepted": _("A customer accepts my quote"),
    "quote.declined": _("A customer declines my quote"),
    "quote.expired": _("My quote runs out without an answer"),
    "quote.stuck": _("A customer's answer to my quote could not be taken"),
    "subscription.stuck": _("A subscription of mine could not be renewed"),
    "quote.approved": _("My discount is approved"),
    "quote.refused": _("My discount is not approved"),
    "quote.approval": _("A discount waits for my approval"),
    "import.given": _("An import brings records that are mine"),
    "webhook.disabled": _("A webhook is switched off because nothing gets through"),
    "source.silent": _("A source of events falls silent"),
    "meeting.guest": _("A guest books, moves or answers a meeting of mine"),
    "meeting.overlap": _("Something in my calendar lies over a time that a guest booked"),
    "comment.mentioned": _("Somebody names me in a comment"),
    "colleague.told": _("A colleague or a rule tells me something"),
    "rule.looped": _("A rule of mine goes in circles and is stopped"),
}


@dataclass(frozen=True)
class Told:
    """A notification with the record it is about: None where it has none, or where it may not be seen."""

    notice: Notification
    record: Any = None


def with_records(notices: Iterable[Notification], actor: Actor) -> list[Told]:
    """Notifications with their records, one query for each kind of record."""
    rows = list(notices)
    found: dict[tuple[str, int | None], Any] = {}
    for kind in {row.record_kind for row in rows if row.record_kind}:
        ids = [row.record_id for row in rows if row.record_kind == kind and row.record_id is not None]
        found |= {(kind, pk): record for pk, record in records.visible(kind, ids, actor).items()}
    return [Told(row, found.get((row.record_kind, row.record_id))) for row in rows]
