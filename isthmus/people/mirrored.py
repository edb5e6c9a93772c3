"""What the analytical engine sees of people and accounts: what tells many apart and identifies nobody."""

from collections.abc import Sequence

from django.db.models import CharField, F, Func

from isthmus.ledger.mirror import MirrorColumn, MirrorTable, register
from isthmus.people.models import Account, Person
from isthmus.workspace.mirrored import custom_columns

Bands = Sequence[tuple[int | None, str]]  # below which number, and how that band is called

# Employees, by the classes of the European Union; and a year's revenue in the reporting currency.
SIZES: Bands = (
    (10, "under 10"), (50, "10 to 49"), (250, "50 to 249"), (1_000, "250 to 999"), (None, "1000 and more"),
)  # fmt: skip
REVENUES: Bands = (
    (1_000_000, "under 1 million"),
    (10_000_000, "1 to 10 million"),
    (50_000_000, "10 to 50 million"),
    (250_000_000, "50 to 250 million"),
    (None, "250 million and more"),
)


def band(column: str, bands: Bands) -> Func:
    """In which of some bands a number lies; nothing where it is not known.

    Bounds and names stand in the SQL itself: the driver that reads snapshots gives parameters no types.
    """
    steps = " ".join(
        f"WHEN %(expressions)s < {below:d} THEN '{name}'" for below, name in bands if below is not None
    )
    (rest,) = (name for below, name in bands if below is None)
    return Func(
        F(column),
        template=f"CASE WHEN %(expressions)s IS NULL THEN NULL {steps} ELSE '{rest}' END",
        output_field=CharField(),
    )


def _area(column: str) -> Func:
    return Func(F(column), template="UPPER(SUBSTR(%(expressions)s, 1, 2))", output_field=CharField())


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
                "size_band": MirrorColumn(band("size", SIZES), "VARCHAR"),
                "region": MirrorColumn("region", "VARCHAR"),
                # A whole postal code may lead to one small firm: its first two characters tell areas apart.
                "postcode_area": MirrorColumn(_area("postcode"), "VARCHAR"),
                "revenue": MirrorColumn("revenue", "BIGINT"),
                "revenue_band": MirrorColumn(band("revenue", REVENUES), "VARCHAR"),
                **custom_columns("account"),
            },
        )
    )
