"""Endpoints of other systems and messages to them, in JSON."""

from datetime import datetime

from isthmus.api.shapes.base import Shape, shape_of
from isthmus.webhooks.models import Delivery, Webhook


@shape_of(Webhook, "webhook", reader="webhooks.edit")
class WebhookShape(Shape):
    """An endpoint; its secret is shown once, when it is made."""

    id: int
    url: str
    description: str
    kinds: list[str]
    with_imports: bool
    made_at: datetime
    off_since: datetime | None
    off_because: str
    failing_since: datetime | None
    removed_at: datetime | None


@shape_of(Delivery, "delivery", reader="webhooks.edit")
class DeliveryShape(Shape):
    """A message to an endpoint and how it went."""

    id: int
    webhook_id: int
    message_id: str
    kind: str
    state: str
    made_at: datetime
    tries: int
    tried_at: datetime | None
    next_at: datetime | None
    status: int | None
    milliseconds: int | None
    error: str
