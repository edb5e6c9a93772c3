"""What the queue does for mail: sends, reads, tries, tidies."""

from datetime import timedelta

from isthmus.core import queue
from isthmus.core.clock import now
from isthmus.core.models import Job
from isthmus.core.queue.models import JobState
from isthmus.messages import oauth
from isthmus.messages.credentials import refresh_token_of
from isthmus.messages.models import Mailbox
from isthmus.messages.receiving.fetching import fetch
from isthmus.messages.sending.delivering import TASK, deliver, note_lost
from isthmus.messages.trying import try_servers

_SYNC = "messages.sync"
_FAILING_EVERY = timedelta(minutes=10)


@queue.task(name=TASK, outgoing=True, max_attempts=20)
def send(message_id: int) -> None:
    """Try a message once; a next try is a job of its own."""
    deliver(message_id)


@queue.task(name="messages.try", outgoing=True, max_attempts=3, priority=1)
def try_one(mailbox_id: int) -> None:
    """Sign in to a mailbox's servers."""
    try_servers(mailbox_id)


@queue.task(name="messages.revoke", outgoing=True, max_attempts=5)
def revoke_token(auth: str, sealed: str) -> None:
    """Have a provider forget a token that is not kept here any more."""
    if token := refresh_token_of(sealed):
        oauth.revoke(auth, token)


@queue.task(name=_SYNC, outgoing=True, max_attempts=3, priority=-1)
def sync(mailbox_id: int, compare: bool = False) -> None:
    """Read what is new in a mailbox."""
    fetch(mailbox_id, compare=compare)


@queue.schedule(every="1m")
@queue.task(name="messages.sync_due", outgoing=False, max_attempts=3)
def sync_due() -> None:
    """Have every mailbox read that is not being read."""
    at = now()
    live = Job.objects.filter(name=_SYNC, state__in=[JobState.READY, JobState.RUNNING, JobState.HELD])
    busy = {one["mailbox_id"] for one in live.values_list("args", flat=True)}
    for mailbox in Mailbox.objects.kept().filter(on=True).exclude(imap_host=""):
        if mailbox.pk in busy or not mailbox.is_connected:
            continue
        if mailbox.sync_error and at - (mailbox.failing_since or at) > _FAILING_EVERY and at.minute % 10:
            continue
        slot = at.replace(second=0, microsecond=0).isoformat()
        queue.enqueue(_SYNC, {"mailbox_id": mailbox.pk}, key=f"sync-mailbox:{mailbox.pk}:{slot}")


@queue.schedule(every="5m")
@queue.task(name="messages.tidy", outgoing=False, max_attempts=3)
def tidy() -> None:
    """Say of mails whose job was dropped that they wait no more."""
    note_lost(now())
