"""What metrics need to know of leads: whose they are, and what they are mirrored by."""

from collections.abc import Iterable

from isthmus.core.actors import Actor, Scope
from isthmus.leads.models import Lead
from isthmus.metrics import scope


def _visible_leads(actor: Actor) -> Iterable[int] | None:
    if actor.scope("leads.view") is Scope.ALL:
        return None
    return Lead.objects.visible_to(actor).values_list("pk", flat=True).iterator()


def declare() -> None:
    """Bound facts about leads by what an actor may see (called once, when the room starts)."""
    scope.register("lead_id", _visible_leads)
