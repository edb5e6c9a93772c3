"""Subjects: the dense numbers under which the ledger knows people and accounts."""

from typing import Literal

from django.db import transaction

from isthmus.core.rows import insert_values, new_numbers
from isthmus.ledger.models import Subject

SubjectKind = Literal["person", "account"]


def new_subjects(n: int, kind: SubjectKind = "person") -> list[int]:
    """Numbers for `n` new subjects, rising."""
    with transaction.atomic():
        numbers = new_numbers(Subject, n)
        insert_values(Subject, ["id", "kind"], [(number, kind) for number in numbers])
    return list(numbers)
