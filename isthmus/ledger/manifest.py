"""The manifest: which sealed files are current, and whether their bytes are still what was sealed."""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from isthmus.core.refusals import Refusal
from isthmus.ledger.models import SealedFile, Unit
from isthmus.ledger.writing import FileStamp, WrittenFile, sha256_of


class DamagedLedger(Refusal):
    """Sealed files are missing or are not what was sealed; `paths` names them."""

    def __init__(self, damages: Sequence["Damage"]) -> None:
        self.damages = tuple(damages)
        self.paths = tuple(damage.path for damage in damages)
        named = "; ".join(f"{damage.path}: {damage.problem}" for damage in damages)
        super().__init__(
            ngettext(
                "A sealed file of the ledger is damaged, so no figure is shown: %(named)s. "
                "Put the file back from a backup, then run `isthmus ledger verify`.",
                "Sealed files of the ledger are damaged, so no figure is shown: %(named)s. "
                "Put the files back from a backup, then run `isthmus ledger verify`.",
                len(damages),
            )
            % {"named": named}
        )


@dataclass(frozen=True)
class Damage:
    """One file that is not what was sealed, and what is wrong with it in words."""

    path: str
    problem: str


@dataclass(frozen=True)
class CurrentFile:
    """A manifest row as readers need it; `place` is where the file lies."""

    pk: int
    path: str
    place: str
    month: str
    rows: int
    size: int
    sha256: str
    min_occurred_us: int
    max_occurred_us: int
    min_received_us: int
    max_received_us: int
    min_id: bytes
    max_id: bytes
    schema_version: int
    verified: FileStamp


def current_files(**lookup: object) -> list[CurrentFile]:
    """The files that no later unit has superseded, oldest month first."""
    rows = SealedFile.objects.filter(superseded_by=None, **lookup).order_by("month", "pk")
    return [_current(row) for row in rows]


def next_unit_number() -> int:
    """The number of the unit that the holder of the sealer lock is about to make."""
    last = Unit.objects.order_by("-number").values_list("number", flat=True).first()
    return (last or 0) + 1


def add_files(unit: Unit, written: Iterable[WrittenFile], *, level: int, at: datetime) -> None:
    """Name new files in the manifest (inside the transaction of their unit)."""
    SealedFile.objects.bulk_create(
        SealedFile(
            unit=unit,
            path=file.path,
            month=file.month,
            level=level,
            rows=file.rows,
            bytes=file.stamp.size,
            sha256=file.sha256,
            min_occurred_us=file.occurred_us[0],
            max_occurred_us=file.occurred_us[1],
            min_received_us=file.received_us[0],
            max_received_us=file.received_us[1],
            min_id=file.ids[0],
            max_id=file.ids[1],
            schema_version=file.schema_version,
            verified_at=at,
            verified_size=file.stamp.size,
            verified_mtime_ns=file.stamp.mtime_ns,
            verified_ctime_ns=file.stamp.ctime_ns,
            verified_inode=file.stamp.inode,
        )
        for file in written
    )


def supersede(files: Sequence[CurrentFile], *, unit: Unit, reason: str, at: datetime) -> None:
    """Let a unit take the place of files (inside its transaction). Their bytes stay until they are swept."""
    done = SealedFile.objects.filter(pk__in=[file.pk for file in files], superseded_by=None).update(
        superseded_by=unit, superseded_reason=reason, superseded_at=at
    )
    assert done == len(files), "a file was superseded behind the sealer's back"


def check(files: Iterable[CurrentFile], *, thoroughly: bool = False) -> list[Damage]:
    """What is wrong with these files. Bytes are hashed when a file looks touched, or if `thoroughly`."""
    return [damage for file in files if (damage := _damage(file, thoroughly=thoroughly))]


def refuse_damaged(files: Iterable[CurrentFile], *, thoroughly: bool = False) -> None:
    """Raise DamagedLedger unless each file is as it was sealed."""
    damages = check(files, thoroughly=thoroughly)
    if damages:
        raise DamagedLedger(damages)


_known_good: dict[str, tuple[FileStamp, str]] = {}
_known_good_lock = threading.Lock()


def _damage(file: CurrentFile, *, thoroughly: bool) -> Damage | None:
    try:
        stamp = FileStamp.of(file.place)
    except FileNotFoundError:
        return Damage(file.path, _("the file is missing"))
    except OSError as error:
        return Damage(file.path, _("the file cannot be opened (%s)") % error.strerror)
    if not thoroughly and (stamp == file.verified or _known_good.get(file.place) == (stamp, file.sha256)):
        return None
    if stamp.size != file.size:
        sizes = {"found": stamp.size, "sealed": file.size}
        return Damage(file.path, _("it has %(found)d bytes instead of %(sealed)d") % sizes)
    try:
        found = sha256_of(file.place)
    except OSError as error:
        return Damage(file.path, _("the file cannot be read (%s)") % error.strerror)
    if found != file.sha256:
        return Damage(file.path, _("its content has changed since it was sealed"))
    with _known_good_lock:
        _known_good[file.place] = (stamp, file.sha256)
    return None


def _current(row: SealedFile) -> CurrentFile:
    return CurrentFile(
        pk=row.pk,
        path=row.path,
        place=str(Path(settings.LEDGER_DIR) / row.path),
        month=row.month,
        rows=row.rows,
        size=row.bytes,
        sha256=row.sha256,
        min_occurred_us=row.min_occurred_us,
        max_occurred_us=row.max_occurred_us,
        min_received_us=row.min_received_us,
        max_received_us=row.max_received_us,
        min_id=bytes(row.min_id),
        max_id=bytes(row.max_id),
        schema_version=row.schema_version,
        verified=FileStamp(
            row.verified_size, row.verified_mtime_ns, row.verified_ctime_ns, row.verified_inode
        ),
    )
