"""A table to mirror that the ledger itself owns: its subjects."""

from isthmus.ledger.mirror import MirrorColumn, MirrorTable
from isthmus.ledger.models import Subject

SUBJECTS = MirrorTable(
    name="mirror_subjects",
    rows=Subject.objects.all,
    columns=lambda: {"id": MirrorColumn("id", "BIGINT"), "kind": MirrorColumn("kind", "VARCHAR")},
    changed="id",
)
