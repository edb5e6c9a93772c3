"""Threads that are for their mailboxes alone."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.commands import command
from isthmus.core.refusals import NotFound, Refusal
from isthmus.ledger.facts import Fact
from isthmus.messages.models import Mailbox, Thread


class ThreadStands(Refusal):
    """The thread is as it should become already."""


@command(
    permission="mail.send",
    label=gettext_lazy("Keep a thread private, or open it"),
    trade="sales",
    undo="keep_thread_private",
    undo_arguments=lambda thread, given: {"thread_id": thread.pk, "private": not given["private"]},
)
def keep_thread_private(*, thread_id: int, private: bool, by: Actor, at: datetime) -> Thread:
    """Hide a thread from everybody in whose mailboxes it does not lie; or let its mailboxes decide again."""
    mine = Mailbox.objects.of(by).values("pk")
    held = Thread.objects.filter(messages__mailbox__in=mine) | Thread.objects.filter(
        messages__holdings__mailbox__in=mine
    )
    if not held.filter(pk=thread_id).exists():
        raise NotFound(_("There is no such thread in a mailbox of yours."))
    row = Thread.objects.select_for_update().get(pk=thread_id)
    if row.private == private:
        raise ThreadStands(
            _("The thread is private already.") if private else _("The thread is open already.")
        )
    row.private = private
    row.save(update_fields=["private"])
    props = {"thread_id": row.pk, "private": private}
    ledger.record(Fact(kind="thread.privacy_changed", at=at, owner=by.id, props=props), by=by)
    return row
