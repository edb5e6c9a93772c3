"""A table to mirror that the ledger itself owns: its units. `sealed_at` is when a row last changed."""

from isthmus.ledger.mirror import MirrorColumn, MirrorTable
from isthmus.ledger.models import Unit

UNITS = MirrorTable(
    name="mirror_units",
    rows=Unit.objects.all,
    columns=lambda: {
        "id": MirrorColumn("number", "BIGINT"),
        "kind": MirrorColumn("kind", "VARCHAR"),
        "size": MirrorColumn("rows", "DOUBLE"),
        "sealed_at": MirrorColumn("sealed_at", "TIMESTAMP"),
        "sealed_on": MirrorColumn("sealed_at", "DATE"),
    },
    changed="sealed_at",
)
