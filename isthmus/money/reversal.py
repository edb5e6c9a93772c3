"""Taking back what an undone import did to expenses. In the caller's transaction."""

from collections.abc import Sequence

from isthmus.files.models import AttachedFile
from isthmus.money.models import Expense


def remove_expenses(numbers: Sequence[int]) -> None:
    """Take expenses away. Their facts are taken back with the import's."""
    Expense.objects.filter(pk__in=numbers).delete()


def expenses_with_receipts(numbers: Sequence[int]) -> set[int]:
    """Those to which somebody attached a file since: no foreign key knows of it."""
    files = AttachedFile.objects.filter(kind="expense", record_id__in=numbers)
    return set(files.values_list("record_id", flat=True))
