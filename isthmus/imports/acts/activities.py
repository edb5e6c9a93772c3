"""Calls, meetings, mails and notes of another system."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from isthmus.imports.acts.context import Context, Record
from isthmus.imports.acts.outcome import REFUSED, Known, Outcome, create
from isthmus.sales.commands.activities import ActivityAlreadyLogged, log_activities

KINDS = ("call", "meeting", "mail", "note")


def bring_in_activities(records: Sequence[Record], outcomes: Sequence[Outcome], context: Context) -> None:
    """Log the activity of each record with the person, lead or deal that it names."""
    waiting = [(outcome, record[0]) for outcome, record in zip(outcomes, records, strict=True)]
    for outcome, mapped in waiting:
        if mapped.values["kind"] not in KINDS:
            outcome.refuse(
                _("kind: “%(word)s” is no kind of activity; use %(known)s, or a map in the recipe.")
                % {"word": mapped.values["kind"][:40], "known": ", ".join(KINDS)}
            )
    good = [(outcome, mapped) for outcome, mapped in waiting if outcome.state != REFUSED]
    rows = [
        (
            outcome,
            {
                "kind": mapped.values["kind"],
                "text": mapped.values.get("text"),
                "minutes": mapped.values.get("minutes"),
                "person_id": mapped.values.get("person"),
                "lead_id": mapped.values.get("lead"),
                "deal_id": mapped.values.get("deal"),
                "owner_id": mapped.values.get("owner"),
                "external_id": mapped.key,
                "at": mapped.values["at"],
            },
        )
        for outcome, mapped in good
    ]
    keys = [mapped.key for _outcome, mapped in good]
    create(log_activities, rows, Known(ActivityAlreadyLogged, "activity_id"), keys, context.by)
