"""What goes along with a mail: files brought for it and files of records, within what servers take."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from isthmus.core.actors import Actor
from isthmus.core.refusals import InvalidInput
from isthmus.files.commands import attach_files
from isthmus.files.copying import copies_of
from isthmus.files.models import AttachedFile
from isthmus.messages.models import Message

_LINE, _WRITTEN = 57, 78  # So many bytes become a line of 76 letters and its end.
_HEADS = 2_000  # Who, to whom, when; and what each part says of itself.


def files_of_mail(message_id: int) -> "QuerySet[AttachedFile]":
    """What goes along with a mail, in the same order each time."""
    return AttachedFile.objects.filter(kind="message", record_id=message_id, removed_at=None).order_by("pk")


def attach(
    message: Message,
    files: Sequence[dict[str, str]],
    file_ids: Sequence[int],
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Attach both to a mail, in the caller's transaction. Raises InvalidInput where it grows too large."""
    together = [*files, *copies_of(file_ids, by)]
    if not together:
        return
    attach_files(kind="message", record_id=message.pk, files=together, by=by, at=at)
    sizes = list(files_of_mail(message.pk).values_list("bytes", flat=True))
    travels = _HEADS + size_on_the_way([len(message.text.encode()), len(message.calendar.encode()), *sizes])
    if travels > settings.MAIL_MB * 1_000_000:
        raise InvalidInput({"files": too_large(travels)})


def size_on_the_way(sizes: Sequence[int]) -> int:
    """How many bytes these become in a mail, where they are written as letters: a third more."""
    return sum(-(-size // _LINE) * _WRITTEN for size in sizes)


def too_large(travels: int) -> str:
    """What is said of a mail that no server would take."""
    return _(
        "With its attachments this mail is %(size)s MB on its way, where files grow by a third. Most servers "
        "take no more than %(most)d MB: leave some out, or share them by a link."
    ) % {"size": f"{travels / 1_000_000:.1f}", "most": settings.MAIL_MB}
