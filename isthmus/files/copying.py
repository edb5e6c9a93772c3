"""Files that are on one record and shall also be on another: the same bytes, under a name of their own."""

import os
import secrets
import shutil
from collections.abc import Sequence

from django.utils.translation import gettext as _

from isthmus.core.actors import Actor
from isthmus.core.refusals import NotFound
from isthmus.files.models import AttachedFile
from isthmus.files.storing import path_of, place_of
from isthmus.workspace import records


def copies_of(file_ids: Sequence[int], by: Actor) -> list[dict[str, str]]:
    """Attached files that the actor may see, once more, as `attach_files` takes them.

    What becomes of the first one later changes nothing about the second. Raises NotFound, FileGone.
    """
    numbers = list(dict.fromkeys(file_ids))
    found = {one.pk: one for one in _visible(numbers, by)}
    if len(found) != len(numbers):
        raise NotFound(_("There is no such file, or your role does not reach it. It may have been removed."))
    return [{"name": found[pk].name, "stored": _stored_again(found[pk])} for pk in numbers]


def _visible(numbers: Sequence[int], by: Actor) -> list[AttachedFile]:
    rows = list(AttachedFile.objects.filter(pk__in=numbers, removed_at=None))
    standing = {one.pk: records.standing(one.kind, one.record_id) for one in rows}
    seen: set[tuple[str, int]] = set()
    for kind in {one.kind for one in rows}:
        wanted = {standing[one.pk] for one in rows if one.kind == kind}
        seen |= {(kind, pk) for pk in records.visible(kind, wanted, by)}
    return [one for one in rows if (one.kind, standing[one.pk]) in seen]


def _stored_again(file: AttachedFile) -> str:
    """A second name for the bytes, which never change; a second copy where the disk knows no such names."""
    token, path = secrets.token_hex(16), path_of(file)
    place = place_of(token, file.sha256)
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        os.link(path, place)
    except OSError:
        shutil.copyfile(path, place)
    os.utime(place)  # As if it had just come: what is old and belongs to nothing is swept away.
    return f"{token}-{file.sha256}"
