"""Reading endpoints and their messages: for administrators alone."""

from django.db.models import QuerySet

from isthmus.core.actors import Actor
from isthmus.webhooks.models import Delivery, Webhook

MAY = "webhooks.edit"


def webhooks_for(actor: Actor) -> "QuerySet[Webhook]":
    """The endpoints that somebody may look after, those that are on first."""
    if not actor.allows(MAY):
        return Webhook.objects.none()
    return Webhook.objects.kept().order_by("off_since", "pk")


def deliveries_for(actor: Actor, webhook_id: int, state: str = "") -> "QuerySet[Delivery]":
    """The messages of an endpoint, or those in one state."""
    if not actor.allows(MAY):
        return Delivery.objects.none()
    found = Delivery.objects.filter(webhook_id=webhook_id, webhook__removed_at=None)
    return found.filter(state=state) if state in Delivery.State.values else found
