"""What leads has done by the queue: leads out of mail of strangers."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from isthmus.core import queue
from isthmus.core.actors import SYSTEM
from isthmus.leads.from_mail import capture_from_mail


@queue.reaction(
    "message.received", name="leads.capture_from_mail", outgoing=False, label=_("Capture leads from mail")
)
def capture(fact: dict[str, Any]) -> None:
    """The lead of a stranger who wrote."""
    capture_from_mail(fact, by=SYSTEM)
