"""What the ledger holds of a person: text sealed under their key, streams of visits, copies, the mirror."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from isthmus.core.actors import Actor
from isthmus.core.personal_stores import Whom, impersonal, impersonal_folder, personal_store
from isthmus.ledger.erasing import forget_in_database
from isthmus.ledger.timeline import facts_for_subjects, open_sealed

_PAGE = 1000


@personal_store(
    "ledger",
    _("Everything that happened: facts, with personal text sealed under the person's own key"),
    columns={
        "ledger.InboxFact": ("stream_id", "landing_page", "props", "click_id"),
        "ledger.Subject": ("key_hash",),
        "ledger.SubjectKey": ("wrapped",),
    },
    folders=("ledger/facts", "ledger/by_subject", "ledger/ids"),
    stays=_("The facts themselves, with a number that leads to nobody: figures do not change"),
)
class Facts:
    """The key is destroyed with the command; the files are rewritten right after it (`finish_erasing`)."""

    def export(self, whom: Whom) -> Iterable[Mapping[str, Any]]:
        """Every fact, newest first, its sealed text opened."""
        before = None
        while page := facts_for_subjects(whom.subjects, before=before, limit=_PAGE):
            for fact, texts in zip(page, open_sealed(page), strict=True):
                plain = {name: getattr(fact, name) for name in _TOLD if getattr(fact, name) is not None}
                yield {"at": fact.at, "what": fact.kind, **plain, **fact.values, **texts}
            before = page[-1].place

    def erase(self, whom: Whom, *, by: Actor, at: datetime) -> int:
        """Destroy the keys and empty the inbox's rows."""
        return forget_in_database(whom.subjects, at=at)


_TOLD = (
    "channel", "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "click_id", "event",
    "host", "path", "referrer", "landing_page", "region", "locale", "currency", "amount", "stream_id",
)  # fmt: skip

_HASHES = _("hashes, paths and numbers of files")
_CODES = _("kinds, channels, pages without their queries, and numbers; people are numbers here")
impersonal(
    "ledger.InboxFact", "id", "kind", "channel", "utm_source", "actor_kind", "region",
    "locale", "currency", "natural_key", "batch", "event", "host", "path", "referrer", "utm_medium",
    "utm_campaign", "utm_term", "utm_content", because=_CODES,
)  # fmt: skip
impersonal(
    "ledger.NaturalKey", "key", "fact_id", because=_("numbers of records, or of another system's facts")
)
impersonal("ledger.Revision", "natural_key", "fact_id", because=_("numbers of records and facts"))
impersonal("ledger.Retraction", "fact_id", "batch", "reason", "actor_kind", because=_CODES)
impersonal("ledger.TakenSegment", "name", because=_HASHES)
impersonal("ledger.Subject", "kind", because=_CODES)
impersonal("ledger.SubjectMerge", "actor_kind", because=_CODES)
impersonal(
    "ledger.SealedFile", "path", "month", "sha256", "min_id", "max_id", "superseded_reason", because=_HASHES
)
impersonal("ledger.MirrorState", "table", "path", "fingerprint", because=_HASHES)
impersonal_folder(
    "ledger/mirror", because=_("analytic attributes by number; made anew right after somebody is erased")
)
impersonal_folder("ledger/scratch", because=_("what a query put aside while it ran; gone with its process"))
impersonal_folder("ledger/sealer.lock", because=_("the lock of the process that seals"))
impersonal_folder("ledger/merging.lock", because=_("the lock of the process that merges files"))
