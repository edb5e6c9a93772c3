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


def subject_for_key(key_hash: bytes, kind: SubjectKind = "person") -> int:
    """The subject of a keyed hash (a visitor's id, say), made when it is new. One hash, one subject."""
    subject, _made = Subject.objects.get_or_create(key_hash=key_hash, defaults={"kind": kind})
    return subject.pk
