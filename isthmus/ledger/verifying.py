"""Verifying: every sealed file's bytes are compared with what was sealed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Sum
from django.utils.translation import gettext as _

from isthmus.ledger.manifest import CurrentFile, Damage, check, current_files
from isthmus.ledger.models import InboxFact, SealedFile, Unit
from isthmus.ledger.position import one_database_snapshot
from isthmus.ledger.writing import FileStamp


@dataclass(frozen=True)
class Verification:
    """What was looked at and what is wrong."""

    files: int
    bytes: int
    damages: tuple[Damage, ...]


def verify(*, at: datetime, after_file: Callable[[CurrentFile], object] | None = None) -> Verification:
    """Hash every current file and check the books: each file by its bytes, all of them by their rows."""
    files = current_files()
    damages: list[Damage] = []
    for file in files:
        found = check([file], thoroughly=True)
        damages += found
        if not found:
            _remember(file, at)
        if after_file:
            after_file(file)
    damages += _missing_rows()
    return Verification(len(files), sum(file.size for file in files), tuple(damages))


@dataclass(frozen=True)
class LedgerStatus:
    """How much the ledger holds, and how far it is sealed."""

    units: int
    files: int
    sealed_facts: int
    inbox_facts: int
    bytes: int
    last_sealed_at: datetime | None
    oldest_verified_at: datetime | None


def status() -> LedgerStatus:
    """The ledger's size and state, from the manifest alone."""
    current = SealedFile.objects.filter(superseded_by=None)
    sums = current.aggregate(rows=Sum("rows"), bytes=Sum("bytes"))
    last = Unit.objects.filter(kind__in=Unit.NEW_FACTS).order_by("-number").first()
    oldest = current.order_by("verified_at").values_list("verified_at", flat=True).first()
    return LedgerStatus(
        units=Unit.objects.count(),
        files=current.count(),
        sealed_facts=sums["rows"] or 0,
        inbox_facts=InboxFact.objects.count(),
        bytes=sums["bytes"] or 0,
        last_sealed_at=last.sealed_at if last else None,
        oldest_verified_at=oldest,
    )


def _remember(file: CurrentFile, at: datetime) -> None:
    stamp = FileStamp.of(file.place)
    SealedFile.objects.filter(pk=file.pk, sha256=file.sha256).update(
        verified_at=at,
        verified_size=stamp.size,
        verified_mtime_ns=stamp.mtime_ns,
        verified_ctime_ns=stamp.ctime_ns,
        verified_inode=stamp.inode,
    )


def _missing_rows() -> list[Damage]:
    """The manifest against itself: the current files hold as many rows as the units sealed."""
    with one_database_snapshot():
        sealed = Unit.objects.filter(kind__in=Unit.NEW_FACTS).aggregate(rows=Sum("rows"))["rows"] or 0
        held = SealedFile.objects.filter(superseded_by=None).aggregate(rows=Sum("rows"))["rows"] or 0
    if sealed == held:
        return []
    numbers = {"sealed": sealed, "held": held}
    problem = _("its units sealed %(sealed)d facts and its files hold %(held)d") % numbers
    return [Damage(_("manifest"), problem)]
