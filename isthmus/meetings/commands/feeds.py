"""Feeds: secret addresses under which other programs read one's meetings."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.commands import command
from isthmus.core.refusals import InvalidInput, NotFound
from isthmus.ledger.facts import Fact
from isthmus.meetings.commands.calendars import EDIT
from isthmus.meetings.models import CalendarFeed

MOST_FEEDS = 20


@dataclass(frozen=True)
class Given:
    """A feed with the secret end of its address, which is shown this once."""

    row: CalendarFeed
    token: str

    @property
    def pk(self) -> int:
        """The row's number."""
        return int(self.row.pk)


def hash_of_token(token: str) -> str:
    """What is kept of a feed's address."""
    return hashlib.sha256(token.encode()).hexdigest()


@command(permission=EDIT, label=gettext_lazy("Give out a calendar feed"))
def publish_calendar(*, name: str, by: Actor, at: datetime, with_words: bool = False) -> Given:
    """Make a secret address under which other programs read your meetings: busy times alone, or with words.

    It is shown once. Private meetings are “busy” in any case.
    """
    words = " ".join(name.split())[:120]
    if not words:
        raise InvalidInput({"name": _("Say whom or what the address is for.")})
    if by.kind != "user":
        raise NotFound(_("Only users have calendars."))
    if CalendarFeed.objects.filter(owner_id=by.id, revoked_at=None).count() >= MOST_FEEDS:
        raise InvalidInput({"name": _("You gave out twenty addresses. Revoke one first.")})
    token = secrets.token_urlsafe(32)
    row = CalendarFeed.objects.create(
        owner_id=by.id, name=words, token_hash=hash_of_token(token), with_words=with_words, made_at=at
    )
    told = {"feed_id": row.pk, "with_words": with_words}
    ledger.record(Fact(kind="calendar.published", at=at, props=told), by=by)
    return Given(row, token)


@command(permission=EDIT, label=gettext_lazy("Revoke a calendar feed"))
def revoke_feed(*, feed_id: int, by: Actor, at: datetime) -> CalendarFeed:
    """Let nobody read your meetings under this address any more."""
    rows = CalendarFeed.objects.select_for_update().filter(pk=feed_id, owner_id=by.id, revoked_at=None)
    row: CalendarFeed | None = rows.first()
    if row is None:
        raise NotFound(_("There is no such address of yours, or it was revoked already."))
    row.revoked_at = at
    row.save(update_fields=["revoked_at"])
    ledger.record(Fact(kind="calendar.feed_revoked", at=at, props={"feed_id": row.pk}), by=by)
    return row
