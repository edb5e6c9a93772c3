"""From which mailbox a meeting's mail goes, in whose name, and when none can."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from isthmus.core.actors import Actor
from isthmus.messages.models import Mailbox
from isthmus.workspace.actors import actor_for
from isthmus.workspace.models import User


@dataclass(frozen=True)
class Sender:
    """A mailbox with the actor who writes from it: the program, in the name of the meeting's owner."""

    mailbox: Mailbox
    actor: Actor


def sender_for(user: User) -> Sender | str:
    """Their own mailbox, otherwise one of their team; or why no mail goes out."""
    actor = actor_for(user)
    if not user.is_active or not actor.allows("mail.send"):
        return _("%s may not send mail from here.") % user.name
    mailbox = sending_mailboxes(actor)[:1]
    if not mailbox:
        return _("%s has no mailbox that mail is sent from.") % user.name
    # What a program writes is nobody's work: it is no activity and stops no clock.
    return Sender(mailbox[0], replace(actor, kind="system", unlimited=True))


def sending_mailboxes(actor: Actor) -> Sequence[Mailbox]:
    """The mailboxes of an actor from which mail can go, their own first."""
    rows = Mailbox.objects.kept().of(actor).sending()
    return sorted(rows, key=lambda one: (one.owner_id is None, one.pk))


def addresses_of(user: User) -> frozenset[str]:
    """What somebody of ours is written to at: their own address and those of their mailboxes."""
    own = Mailbox.objects.filter(owner=user).values_list("address", flat=True)
    return frozenset({user.email.lower(), *(one.lower() for one in own)})
