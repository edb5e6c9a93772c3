"""What the analytical engine sees of the workspace, and of the custom fields of other rooms' rows."""

from collections.abc import Mapping

from isthmus.ledger.json_text import JsonText
from isthmus.ledger.mirror import EngineType, MirrorColumn, MirrorTable, register
from isthmus.workspace.models import FieldDefinition, Team, Territory, User

_ENGINE_TYPES: Mapping[str, EngineType] = {
    "text": "VARCHAR",
    "number": "DOUBLE",
    "date": "DATE",
    "flag": "BOOLEAN",
    "choice": "VARCHAR",
    "country": "VARCHAR",
}


def custom_columns(model: str) -> dict[str, MirrorColumn]:
    """The analytic custom fields of a model as `custom_<key>`; identifying ones never leave SQL."""
    fields = FieldDefinition.objects.filter(model=model, kind="analytic", archived_at=None)
    return {
        f"custom_{key}": MirrorColumn(JsonText(key, "custom"), _ENGINE_TYPES[type])
        for key, type in fields.values_list("key", "type")
    }


def declare() -> None:
    """Have users, teams and territories mirrored (called once, when the room starts)."""
    register(
        MirrorTable(
            "mirror_users",
            User.objects.all,
            lambda: {
                "id": MirrorColumn("id", "BIGINT"),
                "role": MirrorColumn("role", "VARCHAR"),
                "is_active": MirrorColumn("is_active", "BOOLEAN"),
            },
            changed=None,
        )
    )
    register(
        MirrorTable(
            "mirror_teams",
            Team.objects.all,
            lambda: {"id": MirrorColumn("id", "BIGINT"), "parent": MirrorColumn("parent_id", "BIGINT")},
            changed=None,
        )
    )
    register(
        MirrorTable(
            "mirror_territories",
            Territory.objects.all,
            lambda: {"id": MirrorColumn("id", "BIGINT"), "parent": MirrorColumn("parent_id", "BIGINT")},
            changed=None,
        )
    )
