"""What a bounce changes: the recipient bears it, and an address that is gone is written to no more.

Only a bounce that quotes the id of a mail which we sent to that address counts: others can be forged.
"""

from datetime import datetime

from isthmus import ledger
from isthmus.core.actors import SYSTEM
from isthmus.ledger.facts import Fact
from isthmus.messages.models import Message, Recipient
from isthmus.messages.receiving.bounces import Bounce
from isthmus.people.commands import suppress_address
from isthmus.people.consents import is_suppressed


def note_bounce(message: Message, bounce: Bounce, *, at: datetime) -> int:
    """Mark the recipients whose mail came back; how many. In the caller's transaction."""
    found = 0
    for addresses, permanent in ((bounce.permanent, True), (bounce.temporary, False)):
        rows = Recipient.objects.select_for_update(of=("self",)).filter(
            message__rfc_id__in=bounce.originals, address__in=addresses
        )
        for one in rows.select_related("person", "message"):
            found += 1
            bear(one, permanent=permanent, at=at)
    return found


def end_writing_to(address: str, reason: str, at: datetime) -> None:
    """Write to an address no more. In the caller's transaction."""
    if address and not is_suppressed("email", address):
        suppress_address(channel="email", address=address, reason=reason, by=SYSTEM, at=at)


def bear(one: Recipient, *, permanent: bool, at: datetime) -> None:
    """A mail came back from a recipient; where that is for good their address is written to no more."""
    if permanent:
        end_writing_to(one.address, "bounced", at)
    if one.bounced_at is None:
        one.bounced_at = at
        one.save(update_fields=["bounced_at"])
    person = one.person
    ledger.record(
        Fact(
            kind="message.bounced",
            at=at,
            subject=person.subject if person else None,
            account_id=person.account_id if person else None,
            lead_id=one.message.lead_id,
            deal_id=one.message.deal_id,
            owner=one.message.author_id,
            natural_key=f"mail-bounce:{one.pk}",
            props={"message_id": one.message_id, "thread_id": one.message.thread_id, "permanent": permanent},
        ),
        by=SYSTEM,
    )
