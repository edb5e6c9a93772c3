"""Nothing hangs on a record that was merged away, and the tables tell the same merges as the ledger."""

from django.utils.translation import ngettext

from isthmus.ledger.models import SubjectMerge
from isthmus.ledger.visitors import KIND as VISITOR
from isthmus.people.merging import pointers
from isthmus.people.models import Account, AccountIdentifier, Identifier, Person
from isthmus.people.models.search import ACCOUNT, PERSON


def check() -> list[str]:
    """One sentence for each thing that is not so; empty when all is well."""
    return [*_hanging(), *_differing()]


def _hanging() -> list[str]:
    found = []
    for party in (PERSON, ACCOUNT):
        for pointer in pointers.moving(party):
            rows = pointer.rows.filter(**{f"{pointer.field}__merged_into__isnull": False})
            if rows.model in (Person, Account):
                rows = rows.filter(merged_into=None)
            found.append((pointer.place, rows.count()))
    known = [(Identifier, "person"), (AccountIdentifier, "account")]
    found += [
        (
            model._meta.label,
            model._default_manager.filter(**{f"{holder}__merged_into__isnull": False}).count(),
        )
        for model, holder in known
    ]
    return [
        ngettext(
            "%(count)d row of %(place)s hangs on a record that was merged away. "
            "Take the two apart and merge them again.",
            "%(count)d rows of %(place)s hang on records that were merged away. "
            "Take those apart and merge them again.",
            count,
        )
        % {"count": count, "place": place}
        for place, count in found
        if count
    ]


def _differing() -> list[str]:
    merges = SubjectMerge.objects.filter(undone_us=None).exclude(loser__kind=VISITOR)
    rows = merges.values_list("loser_id", "winner_id")
    in_ledger = set(rows)
    in_tables = {
        pair
        for model in (Person, Account)
        for pair in model.objects.exclude(merged_into=None).values_list("subject", "merged_into__subject")
    }
    count = len(in_ledger ^ in_tables)
    if not count:
        return []
    return [
        ngettext(
            "One merge differs between the tables and the ledger. Take the two apart and merge them again.",
            "%(count)d merges differ between the tables and the ledger. Take those apart and merge again.",
            count,
        )
        % {"count": count}
    ]
