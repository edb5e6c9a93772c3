"""What attached files hold of a person: their names and their bytes."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path, PurePath
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from isthmus.core.actors import Actor
from isthmus.core.personal_stores import Whom, impersonal, personal_store
from isthmus.core.personal_words import take_words_out
from isthmus.files.models import AttachedFile
from isthmus.files.storing import FOLDER, FileGone, path_of
from isthmus.files.sweeping import destroy
from isthmus.workspace import records

_NAMES = ("name", "replaced_name")


@personal_store(
    "files",
    _("Files attached to the person, and to their leads and deals"),
    columns={"files.AttachedFile": _NAMES},
    folders=(FOLDER,),
    stays=_("Files on accounts and other people's records: look yourself whether one tells of the person"),
)
class Files:
    """Those on the person's records are destroyed with their bytes; elsewhere a name loses the words."""

    def export(self, whom: Whom) -> Iterable[Mapping[str, Any]]:
        """Those on the person's records, the removed ones too; of others that name them where and when."""
        own = _own(whom)
        for file in own.order_by("added_at", "pk"):
            yield {
                "file_on": file.kind,
                "name": file.name,
                "called_before": file.replaced_name,
                "type": file.type,
                "bytes": file.bytes,
                "sha256": file.sha256,
                "at": file.added_at,
                "handed_over_as": handed_over_as(file),
            }
        for file in whom.words.rows(AttachedFile.objects.exclude(pk__in=own.values("pk")), *_NAMES):
            yield {"file_on": file.kind, "at": file.added_at}

    def files(self, whom: Whom) -> Iterator[tuple[str, Path]]:
        """The bytes: under which name each is handed over, and where it lies."""
        for file in _own(whom).order_by("added_at", "pk"):
            try:
                yield handed_over_as(file), path_of(file)
            except FileGone:
                continue  # Its row says that it was here.

    def erase(self, whom: Whom, *, by: Actor, at: datetime) -> int:
        """Empty the rows now; the bytes go when that is for good, and with the next sweep at the latest."""
        numbers = list(_own(whom).values_list("pk", flat=True))
        AttachedFile.objects.filter(pk__in=numbers).update(
            name="", replaced_name="", replaced_by=None, removed_at=at, destroyed_at=at
        )
        transaction.on_commit(partial(destroy, numbers), robust=True)
        return len(numbers) + take_words_out(whom.words, AttachedFile.objects.all(), *_NAMES)


def handed_over_as(file: AttachedFile) -> str:
    """The path of a file among all that is handed over: no two are the same, and every disk takes it."""
    name = PurePath(file.name)
    return f"{FOLDER}/{file.pk}-{name.stem[:40]}{name.suffix[:10]}"


def _own(whom: Whom) -> "QuerySet[AttachedFile]":
    own = Q(pk__in=[])
    for kind, numbers in records.about_persons(whom.persons).items():
        own |= Q(kind=kind, record_id__in=numbers)
    return AttachedFile.objects.filter(own, destroyed_at=None)


impersonal(
    "files.AttachedFile",
    "kind",
    "type",
    "stored",
    "sha256",
    because=_("the kind of record and of file, a name by lot, and a hash that goes with the bytes"),
)
