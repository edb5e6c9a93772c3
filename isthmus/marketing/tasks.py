"""What marketing has done by the queue: leads out of the forms that were sent."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from isthmus.core import queue
from isthmus.core.actors import SYSTEM
from isthmus.marketing.forms import capture_from_form


@queue.reaction(
    "form.submitted", name="marketing.capture_from_form", outgoing=False, label=_("Capture leads from forms")
)
def capture(fact: dict[str, Any]) -> None:
    """The lead of a form that a visitor sent."""
    capture_from_form(fact, by=SYSTEM)
