"""What metrics need to know of leads: whose they are, and what they are mirrored by."""

from collections.abc import Iterable

from isthmus.core.actors import Actor, Scope
from isthmus.leads.models import Lead
from isthmus.ledger.mirror import MirrorColumn, MirrorTable, register
from isthmus.metrics import scope
from isthmus.workspace.mirrored import custom_columns


def _visible_leads(actor: Actor) -> Iterable[int] | None:
    if actor.scope("leads.view") is Scope.ALL:
        return None
    return Lead.objects.visible_to(actor).values_list("pk", flat=True).iterator()


def declare() -> None:
    """Bound facts about leads by what an actor may see; mirror leads (called once, when the room starts)."""
    scope.register("lead_id", _visible_leads)
    register(
        MirrorTable(
            "mirror_leads",
            Lead.objects.all,
            lambda: {
                "id": MirrorColumn("id", "BIGINT"),
                "state": MirrorColumn("state", "VARCHAR"),
                "score": MirrorColumn("score", "BIGINT"),
                "utm_medium": MirrorColumn("utm_medium", "VARCHAR"),
                "utm_campaign": MirrorColumn("utm_campaign", "VARCHAR"),
                "form": MirrorColumn("form", "VARCHAR"),
                "return_reason": MirrorColumn("return_reason", "VARCHAR"),
                **custom_columns("lead"),
            },
        )
    )
