"""What the collector holds of a person: events as they were received, and those that could not be read."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from isthmus.collect.forgetting.erasing import note_erased, take_out_erased
from isthmus.collect.forgetting.handing_over import received_of, theirs_now
from isthmus.collect.forgetting.theirs import Received as Event
from isthmus.collect.forgetting.theirs import Theirs
from isthmus.collect.models import Quarantined
from isthmus.core.actors import Actor
from isthmus.core.clock import from_us
from isthmus.core.personal_stores import Whom, impersonal, impersonal_folder, personal_store

_COLUMNS = ("body", "detail", "event", "agent", "visitor")
_CHUNK = 500
# Before the stores that hold a person's ids and visitors: by them their events are found.
_EARLY = 10


@personal_store(
    "received",
    _("Events as they were received: waiting to be sealed, and packed for thirty days"),
    columns={"collect.Erased": ("mark",)},
    folders=("ledger/segments", "ledger/raw"),
    stays=_("For a day, keyed hashes of the ids, so that nothing received before becomes anybody's"),
    order=_EARLY,
)
class Received:
    """Noted with the command; the files are written anew right after it (`finish`)."""

    def export(self, whom: Whom) -> Iterable[Mapping[str, Any]]:
        """Each event of theirs, as it came. Not what others did, although it may name them."""
        for one in received_of(whom):
            yield {
                "at": from_us(one.received_us),
                "what": one.endpoint,
                "agent": one.agent,
                "as_received": one.text,
            }

    def erase(self, whom: Whom, *, by: Actor, at: datetime) -> int:
        """Note by what their events are known: from now on those are nobody's."""
        return note_erased(whom)

    def finish(self, *, at: datetime) -> None:
        """Take their events out of every file."""
        take_out_erased(at=at)


@personal_store(
    "collect",
    _("Events that could not be read, kept as they came"),
    columns={"collect.Quarantined": _COLUMNS},
    order=_EARLY,
)
class Unread:
    """Found by the person's words, and by the ids of their visitors, as far as those can be made out."""

    def export(self, whom: Whom) -> Iterable[Mapping[str, Any]]:
        """Each event in which the person is named, or that is theirs."""
        for row in _unread(whom, Theirs.are_told_by):
            yield {"at": from_us(row.received_us), "what": row.event, "as_received": row.body}

    def erase(self, whom: Whom, *, by: Actor, at: datetime) -> int:
        """Take those events away."""
        numbers = [row.pk for row in _unread(whom, Theirs.name_them)]
        for start in range(0, len(numbers), _CHUNK):
            Quarantined.objects.filter(pk__in=numbers[start : start + _CHUNK]).delete()
        return len(numbers)


def _unread(whom: Whom, are_theirs: Callable[[Theirs, Event, str], bool]) -> Iterator[Quarantined]:
    named = {row.pk: row for row in whom.words.rows(Quarantined.objects.all(), *_COLUMNS)}
    yield from named.values()
    theirs = theirs_now(whom)
    for row in Quarantined.objects.order_by("pk").iterator(_CHUNK):
        if row.pk not in named and are_theirs(theirs, Event(row.body.encode()), row.visitor):
            yield row


_OWN = _("the company's own settings")
impersonal("collect.Source", "name", "kind", "write_key", "former_key", "origins", because=_OWN)
impersonal("collect.DeclaredProperty", "event", "name", because=_OWN)
impersonal("collect.ChannelRules", "rules", because=_OWN)
impersonal(
    "collect.Agent", "text_hash", "text", "reason", because=_("names of programs, which many people use")
)
impersonal(
    "collect.Repair",
    "reason",
    "event",
    "act",
    "rules",
    "chosen",
    because=_("which events were repaired, and by which rules"),
)
impersonal("collect.Quarantined", "endpoint", "reason", "state", because=_("codes"))
impersonal_folder(
    "ledger/salts",
    because=_(
        "random numbers of today and yesterday, by which visitors without an id are told apart for a day"
    ),
)
