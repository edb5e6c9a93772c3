"""What goes along with a mail that is being written: files just brought, and files of its records.

What was brought stays on the disk while its form comes back with a refusal: each such file is ticked there,
and whoever unticks it leaves it out. What no mail took is swept away after a day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest

from isthmus.core.actors import Actor
from isthmus.core.refusals import InvalidInput, Refusal
from isthmus.files.models import AttachedFile
from isthmus.files.storing import size_received
from isthmus.messages.models import Message
from isthmus.messages.writing.about import About
from isthmus.web.receiving import received
from isthmus.workspace import records

OFFERED = 30
_KINDS = ("deal", "lead", "person", "account")


@dataclass(frozen=True)
class Brought:
    """A file that came with the form, or with an earlier try of it."""

    name: str
    stored: str
    bytes: int | None  # None: it lay here too long and was swept away.

    @property
    def value(self) -> str:
        """What its box says when the form comes again."""
        return f"{self.stored}/{self.name}"


@dataclass(frozen=True)
class Chosen:
    """What somebody chose to go along."""

    brought: Sequence[Brought]
    file_ids: Sequence[int]
    refusals: Sequence[Refusal]

    def arguments(self) -> dict[str, Any]:
        """As the command takes them. Raises InvalidInput with what was wrong with a file that came."""
        if self.refusals:
            raise InvalidInput({str(place): str(one) for place, one in enumerate(self.refusals)})
        given: dict[str, Any] = {}
        if self.brought:
            given["files"] = [{"name": one.name, "stored": one.stored} for one in self.brought]
        if self.file_ids:
            given["file_ids"] = list(self.file_ids)
        return given


def chosen(request: HttpRequest) -> Chosen:
    """What came with a form, what is still ticked of earlier tries, and what is ticked of records' files."""
    if request.method != "POST":
        return Chosen([], [], [])
    fresh, refusals = received(request)
    brought = [Brought(one["name"], one["stored"], size_received(one["stored"])) for one in fresh]
    for value in request.POST.getlist("kept"):
        stored, _slash, name = value.partition("/")
        brought.insert(len(brought) - len(fresh), Brought(name, stored, size_received(stored)))
    numbers = [int(one) for one in request.POST.getlist("file_ids") if one.isascii() and one.isdigit()]
    return Chosen(brought, numbers, refusals)


def offered(
    actor: Actor, whom: About, messages: Sequence[Message], ticked: Sequence[int]
) -> list[tuple[AttachedFile, bool]]:
    """The newest files of a mail's records and of mails that it follows, each with whether it is ticked."""
    places = Q(pk__in=[])
    for kind in _KINDS:
        row = whom.records.get(kind)
        if row is not None and records.visible(kind, [row.pk], actor):
            places |= Q(kind=kind, record_id__in=records.with_merged(kind, row.pk))
    if messages:
        places |= Q(kind="message", record_id__in=[one.pk for one in messages])
    rows = AttachedFile.objects.filter(places, removed_at=None).order_by("-added_at", "-pk")[:OFFERED]
    return [(one, one.pk in ticked) for one in rows]


def shown(
    actor: Actor, found: Chosen, whom: About, earlier: Message | None, again: Message | None, *, fresh: bool
) -> Mapping[str, Any]:
    """What the composer shows of files: `fresh` when it is opened, so that an earlier mail's are ticked."""
    ticked = list(found.file_ids)
    follows = [one for one in (again, earlier) if one is not None]
    if fresh and again is not None:
        of_again = AttachedFile.objects.filter(kind="message", record_id=again.pk, removed_at=None)
        ticked = list(of_again.values_list("pk", flat=True))
    return {
        "may_attach": actor.allows("files.edit"),
        "kept": [one for one in found.brought if one.bytes is not None],
        "offered": offered(actor, whom, follows, ticked),
        "any_ticked": bool(ticked),
        "file_mb": settings.ATTACHED_FILE_MB,
        "mail_mb": settings.MAIL_MB,
    }
