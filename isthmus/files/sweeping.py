"""Destroying what is over: files removed long ago, those of whoever was erased, bytes without a row."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import Q

from isthmus.files.models import AttachedFile
from isthmus.files.storing import folder, unlink

UNCLAIMED_FOR = timedelta(days=1)
_CHUNK = 500


def sweep(*, at: datetime) -> int:
    """Destroy what was removed more than the days that the settings say, and orphans; how many."""
    ends = at - timedelta(days=settings.ATTACHED_KEEP_DAYS)
    over = AttachedFile.objects.filter(removed_at__isnull=False)
    numbers = list(over.filter(Q(removed_at__lt=ends) | ~Q(destroyed_at=None)).values_list("pk", flat=True))
    return destroy(numbers) + _drop_orphans(at)


def destroy(numbers: Iterable[int]) -> int:
    """Take the bytes of removed files away, then their rows: after a crash the next sweep goes on."""
    files = list(AttachedFile.objects.filter(pk__in=list(numbers), removed_at__isnull=False))
    for file in files:
        unlink(file)
    AttachedFile.objects.filter(pk__in=[file.pk for file in files], removed_at__isnull=False).delete()
    return len(files)


def _drop_orphans(at: datetime) -> int:
    """Bytes that were never attached: an upload that broke off, an act that was refused, a crash."""
    ends = (at - UNCLAIMED_FOR).timestamp()
    old: list[Path] = []
    for path in sorted(folder().glob("*/*")):
        with suppress(FileNotFoundError):  # Somebody dropped it meanwhile.
            if path.stat().st_mtime < ends:
                old.append(path)
    dropped = 0
    for start in range(0, len(old), _CHUNK):
        chunk = old[start : start + _CHUNK]
        tokens = {path.name[:32] for path in chunk}
        known = set(AttachedFile.objects.filter(stored__in=tokens).values_list("stored", flat=True))
        for path in chunk:
            if path.name[:32] not in known or path.suffix == ".part":
                path.unlink(missing_ok=True)
                dropped += 1
    return dropped
