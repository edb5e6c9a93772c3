"""Taking back what an undone import did to leads; in the caller's transaction."""

from collections.abc import Sequence

from isthmus.core.clock import written_now
from isthmus.core.rows import update_rows
from isthmus.leads.models import Lead


def remove_leads(numbers: Sequence[int]) -> None:
    """Take leads away; a reference that is left to one of them stops it."""
    Lead.objects.filter(pk__in=numbers).delete()


def put_back_leads(leads: Sequence[Lead], fields: Sequence[str]) -> None:
    """Save fields that were set to what they held before."""
    for lead in leads:
        lead.updated_at, lead.version = written_now(), lead.version + 1
    update_rows(leads, [*fields, "updated_at", "version"])
