"""The one act about flaws: have them looked for. They are mended by changing the records."""

from datetime import datetime

from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.core import queue
from isthmus.core.actors import Actor
from isthmus.core.commands import command
from isthmus.ledger.facts import Fact

TASK = "quality.find_flaws"


@command(permission="records.change_many", label=gettext_lazy("Look for flawed records"), trade="system")
def look_for_flaws(*, by: Actor, at: datetime) -> None:
    """Have all records checked anew; the page Quality shows what is found. There is nothing to take back."""
    queue.enqueue(TASK)
    ledger.record(Fact(kind="flaws.sought", at=at), by=by)
