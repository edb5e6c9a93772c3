"""The second half of an erasure, outside any transaction: every file, the mirror, freed bytes."""

from datetime import datetime

from isthmus.core.overwriting import overwrite_freed
from isthmus.core.personal_stores import FinishesLater, stores
from isthmus.ledger.erasing import erase_subjects
from isthmus.ledger.mirror import forget_overlays
from isthmus.ledger.mirror_building import rebuild_all
from isthmus.people.erasure_log import write_log
from isthmus.people.models import Erasure


def finish_erasing(*, at: datetime) -> int:
    """Finish every erasure that waits; how many. Safe to repeat: a killed run is done again."""
    waiting = list(Erasure.objects.filter(finished_at=None).values_list("pk", "subject"))
    if not waiting:
        return 0
    erase_subjects([subject for _pk, subject in waiting], at=at)
    for store in stores():
        if isinstance(store.handler, FinishesLater):
            store.handler.finish(at=at)
    rebuild_all()
    forget_overlays()
    write_log()
    overwrite_freed([model for store in stores() for model in store.columns])
    return Erasure.objects.filter(pk__in=[pk for pk, _subject in waiting]).update(finished_at=at)
