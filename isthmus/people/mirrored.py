"""What the analytical engine sees of people and accounts: what tells many apart and identifies nobody."""

from isthmus.ledger.mirror import MirrorColumn, MirrorTable, register
from isthmus.people.models import Account, Person
from isthmus.workspace.mirrored import custom_columns


def declare() -> None:
    """Have people and accounts mirrored (called once, when the room starts)."""
    register(
        MirrorTable(
            "mirror_people",
            Person.objects.all,
            lambda: {
                "id": MirrorColumn("id", "BIGINT"),
                "subject": MirrorColumn("subject", "BIGINT"),
                "country": MirrorColumn("country", "VARCHAR"),
                "locale": MirrorColumn("locale", "VARCHAR"),
                **custom_columns("person"),
            },
        )
    )
    register(
        MirrorTable(
            "mirror_accounts",
            Account.objects.all,
            lambda: {
                "id": MirrorColumn("id", "BIGINT"),
                "subject": MirrorColumn("subject", "BIGINT"),
                "country": MirrorColumn("country", "VARCHAR"),
                "industry": MirrorColumn("industry", "VARCHAR"),
                "size": MirrorColumn("size", "BIGINT"),
                **custom_columns("account"),
            },
        )
    )
