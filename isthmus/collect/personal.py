"""What the collector holds of a person in the database: events that could not be read, as they came."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from isthmus.collect.models import Quarantined
from isthmus.core.actors import Actor
from isthmus.core.clock import from_us
from isthmus.core.personal_stores import Whom, impersonal, impersonal_folder, personal_store

_COLUMNS = ("body", "detail", "event", "agent", "visitor")


@personal_store(
    "collect",
    _("Events that could not be read, kept as they came"),
    columns={"collect.Quarantined": _COLUMNS},
)
class Unread:
    """Found by the person's words: what could not be read is not yet anybody's."""

    def export(self, whom: Whom) -> Iterable[Mapping[str, Any]]:
        """Each event in which the person is named."""
        for row in whom.words.rows(Quarantined.objects.all(), *_COLUMNS):
            yield {"at": from_us(row.received_us), "what": row.event, "as_received": row.body}

    def erase(self, whom: Whom, *, by: Actor, at: datetime) -> int:
        """Take those events away."""
        numbers = [row.pk for row in whom.words.rows(Quarantined.objects.all(), *_COLUMNS)]
        Quarantined.objects.filter(pk__in=numbers).delete()
        return len(numbers)


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
