"""Attaching files to records, renaming them, taking them away and putting them back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.commands import command, current_batch
from isthmus.core.editing import ChangedSince
from isthmus.core.file_names import shown_name
from isthmus.core.refusals import InvalidInput, NotFound, Refusal
from isthmus.files.models import AttachedFile
from isthmus.files.storing import path_of, received
from isthmus.ledger.facts import Fact
from isthmus.workspace import records


class NotYourFile(Refusal):
    """A file is changed by whoever brought it, and by whoever may change its record."""


class TooManyFiles(Refusal):
    """A record holds no more files than that."""


MOST = 500  # files of one record


@command(
    permission="files.edit",
    label=gettext_lazy("Attach files"),
    undo="remove_files",
    undo_arguments=lambda attached, _: {"file_ids": attached["file_ids"]},
)
def attach_files(
    *, kind: str, record_id: int, files: list[dict[str, str]], by: Actor, at: datetime
) -> dict[str, Any]:
    """Attach files that were received to a record (person, account, lead or deal).

    Each file has its `name`, which people see, and `stored`, the name that the server made for it.
    """
    if kind not in records.kinds():
        raise InvalidInput(
            {"kind": _("kind must be one of: %(kinds)s.") % {"kinds": ", ".join(records.kinds())}}
        )
    if not files or any(not one.get("name") or not one.get("stored") for one in files):
        raise InvalidInput({"files": _("Choose at least one file.")})
    if len(files) > settings.ATTACHED_FILES_AT_ONCE:
        most = {"count": settings.ATTACHED_FILES_AT_ONCE}
        raise InvalidInput({"files": _("Bring at most %(count)s files at once.") % most})
    row = records.visible(kind, [record_id], by).get(record_id)
    if row is None:
        raise NotFound(_("There is no such record, or your role does not reach it."))
    if AttachedFile.objects.filter(kind=kind, record_id=record_id, removed_at=None).count() >= MOST:
        raise TooManyFiles(
            _("This record holds %(count)s files already. Remove some first.") % {"count": MOST}
        )
    attached = []
    for one in files:
        file = received(one["stored"], one["name"])
        file.kind, file.record_id, file.added_at = kind, record_id, at
        file.author_id = by.id if by.kind == "user" else None
        file.save()
        attached.append(file)
    _record("file.attached", attached, row, by, at)
    return _answer(attached)


@command(permission="files.edit", label=gettext_lazy("Rename a file"), undo="restore_file_name")
def rename_file(*, file_id: int, name: str, by: Actor, at: datetime) -> dict[str, Any]:
    """Call an attached file something else; what it is does not change."""
    (file,), row = _changeable([file_id], by)
    name = name.strip()
    if not name or shown_name(name) != name:
        raise InvalidInput({"name": _("Give the file a name without slashes, of at most 200 letters.")})
    if name == file.name:
        raise InvalidInput({"name": _("It is called that already.")})
    return _renamed(file, name, row, by, at)


@command(permission="files.edit", label=gettext_lazy("Take back a file's name"), undo="restore_file_name")
def restore_file_name(*, file_id: int, batch: str, by: Actor, at: datetime) -> dict[str, Any]:
    """Call an attached file what it was called before it was renamed."""
    (file,), row = _changeable([file_id], by)
    if str(file.replaced_by) != batch:
        raise ChangedSince(
            _("The file was renamed once more since, so it keeps its name. Rename it by hand.")
        )
    return _renamed(file, file.replaced_name, row, by, at)


@command(permission="files.edit", label=gettext_lazy("Remove files"), undo="restore_files")
def remove_files(*, file_ids: list[int], by: Actor, at: datetime) -> dict[str, Any]:
    """Take files from a record. They can be put back for some weeks; then they are destroyed."""
    files, row = _changeable(file_ids, by)
    return _changed(files, "file.removed", at, row, by, at)


@command(permission="files.edit", label=gettext_lazy("Put files back"), undo="remove_files")
def restore_files(*, file_ids: list[int], by: Actor, at: datetime) -> dict[str, Any]:
    """Put back files that were removed from a record."""
    files, row = _changeable(file_ids, by, removed=True)
    for file in files:
        path_of(file)
    return _changed(files, "file.restored", None, row, by, at)


def _renamed(file: AttachedFile, name: str, row: Any, by: Actor, at: datetime) -> dict[str, Any]:
    file.replaced_name, file.replaced_by, file.name = file.name, current_batch(), name
    file.save(update_fields=["name", "replaced_name", "replaced_by"])
    _record("file.renamed", [file], row, by, at)
    return _answer([file])


def _changed(
    files: Sequence[AttachedFile], fact: str, removed_at: datetime | None, row: Any, by: Actor, at: datetime
) -> dict[str, Any]:
    for file in files:
        file.removed_at = removed_at
    AttachedFile.objects.bulk_update(files, ["removed_at"])
    _record(fact, files, row, by, at)
    return _answer(files)


def _changeable(
    file_ids: Sequence[int], by: Actor, *, removed: bool = False
) -> tuple[list[AttachedFile], Any]:
    """Files of one record that the actor may change, and the record. Raises NotFound, NotYourFile."""
    rows = AttachedFile.objects.select_for_update().filter(pk__in=file_ids, destroyed_at=None)
    files = list(rows.filter(removed_at__isnull=not removed).order_by("pk"))
    places = {(file.kind, records.standing(file.kind, file.record_id)) for file in files}
    if len(files) != len(set(file_ids)) or len(places) != 1:
        raise _no_such_file()
    ((kind, record_id),) = places
    row = records.visible(kind, [record_id], by).get(record_id)
    if row is None:
        raise _no_such_file()
    mine = by.kind == "user" and all(file.author_id == by.id for file in files)
    if not (mine or records.may_edit(kind, row, by)):
        raise NotYourFile(
            _("Only whoever brought a file, or may change its record, renames or removes it. Ask them.")
        )
    return files, row


def _no_such_file() -> NotFound:
    return NotFound(_("There is no such file, or your role does not reach it. It may have been removed."))


def _record(kind: str, files: Sequence[AttachedFile], row: Any, by: Actor, at: datetime) -> None:
    # Its name may name a person: it stays out of the ledger.
    facts = [
        Fact(
            kind=kind,
            at=at,
            props={"record": file.kind, "file_id": file.pk, "type": file.type, "bytes": file.bytes},
            **records.credit(file.kind, row),
        )
        for file in files
    ]
    ledger.record(facts, by=by)


def _answer(files: Sequence[AttachedFile]) -> dict[str, Any]:
    # Without names: answers to programs are kept for a while.
    return {
        "kind": files[0].kind,
        "record_id": files[0].record_id,
        "file_ids": [file.pk for file in files],
    }
