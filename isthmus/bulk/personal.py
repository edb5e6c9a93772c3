"""What changes of many records hold of a person: the value that was given to all, and sentences about it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from isthmus.bulk.models import BulkEdit
from isthmus.core.actors import Actor
from isthmus.core.personal_stores import Whom, impersonal, personal_store
from isthmus.core.personal_words import take_words_out


@personal_store(
    "bulk_edits",
    _("Values given to many records at once that name the person"),
    columns={"bulk.BulkEdit": ("changes", "counts")},
)
class BulkEdits:
    """The words are taken out; that and how many records were changed stays."""

    def export(self, whom: Whom) -> Iterable[Mapping[str, Any]]:
        """Of which list, and when."""
        for edit in whom.words.rows(BulkEdit.objects.all(), "changes", "counts"):
            yield {"bulk_edit_of": edit.list, "at": edit.at}

    def erase(self, whom: Whom, *, by: Actor, at: datetime) -> int:
        """Take the words out."""
        return take_words_out(whom.words, BulkEdit.objects.all(), "changes", "counts")


_NUMBERS = _("names of lists and states, and numbers of rows")
impersonal("bulk.BulkEdit", "list", "state", "automations", "left_out", because=_NUMBERS)
impersonal(
    "bulk.BulkPart", "reached", "ids", "changed", "list", "changes", "before", "versions", because=_NUMBERS
)
