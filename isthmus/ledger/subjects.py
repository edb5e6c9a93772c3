"""Subjects: the dense numbers under which the ledger knows people and accounts."""

from typing import Literal

from isthmus.ledger.models import Subject

SubjectKind = Literal["person", "account"]
_CHUNK = 500


def new_subjects(n: int, kind: SubjectKind = "person") -> list[int]:
    """Numbers for `n` new subjects, rising."""
    made = Subject.objects.bulk_create([Subject(kind=kind) for _ in range(n)], batch_size=_CHUNK)
    return [subject.pk for subject in made]


def subject_for_key(key_hash: bytes, kind: SubjectKind = "person") -> int:
    """The subject of a keyed hash (a visitor's id, say), made when it is new. One hash, one subject."""
    subject, _made = Subject.objects.get_or_create(key_hash=key_hash, defaults={"kind": kind})
    return subject.pk
