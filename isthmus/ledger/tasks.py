"""What the ledger has done for it by the clock."""

from isthmus.core import queue
from isthmus.core.clock import now
from isthmus.ledger.by_subject.keeping import make_missing
from isthmus.ledger.file_merging import merge_files as merge_small_files
from isthmus.ledger.ids.keeping import make_missing_lists
from isthmus.ledger.manifest import DamagedLedger
from isthmus.ledger.mirror_building import rebuild_stale
from isthmus.ledger.models import InboxFact
from isthmus.ledger.sealer_lock import LedgerBusy
from isthmus.ledger.sealing import seal as seal_inbox
from isthmus.ledger.segments.files import closed_segments
from isthmus.ledger.sweeping import sweep
from isthmus.ledger.verifying import verify as verify_files


@queue.schedule(every="10s")
@queue.task(name="ledger.seal", outgoing=False, max_attempts=3)
def seal() -> None:
    """Seal what is in the inbox and in closed segments. Another process doing the same is as good."""
    if not InboxFact.objects.exists() and not closed_segments():
        return
    try:
        seal_inbox(after_unit=lambda unit: queue.check_cancelled())
    except LedgerBusy:
        return


@queue.schedule(every="1m")
@queue.task(name="ledger.merge_files", outgoing=False, max_attempts=3)
def merge_files() -> None:
    """Keep about ten files a month, remove the superseded ones, make what is derived and missing."""
    try:
        merge_small_files()
        sweep(at=now())
        make_missing(after_file=lambda file: queue.check_cancelled())
        make_missing_lists(at=now(), after_file=lambda file: queue.check_cancelled())
    except LedgerBusy:
        return


@queue.schedule(daily="02:30")
@queue.task(name="ledger.merge_months", outgoing=False, max_attempts=3)
def merge_months() -> None:
    """One file a month, while nobody waits."""
    merge_small_files(wait=300, thoroughly=True)


@queue.schedule(daily="03:30")
@queue.task(name="ledger.verify", outgoing=False, max_attempts=3)
def verify() -> None:
    """Hash every file. Damage fails the job, which the jobs page shows with the files' names."""
    damages = verify_files(at=now(), after_file=lambda file: queue.check_cancelled()).damages
    if damages:
        raise DamagedLedger(damages)
    make_missing(thoroughly=True, after_file=lambda file: queue.check_cancelled())
    make_missing_lists(at=now(), thoroughly=True, after_file=lambda file: queue.check_cancelled())


@queue.schedule(every="1m")
@queue.task(name="ledger.mirror", outgoing=False, max_attempts=3)
def mirror() -> None:
    """Write new snapshots of the mirrored tables in which much has changed."""
    rebuild_stale(at=now())
