"""The one act about forecasts: have them made now. They follow from the deals alone."""

from datetime import datetime

from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.core import queue
from isthmus.core.actors import Actor
from isthmus.core.commands import command
from isthmus.insight.tasks import CHANCES, TASK
from isthmus.ledger.facts import Fact


@command(permission="forecast.make", label=gettext_lazy("Make the forecast anew"), trade="sales")
def make_forecast(*, by: Actor, at: datetime) -> None:
    """Have the forecasts and the chances of open deals made now; they are made every night as well."""
    queue.enqueue(TASK)
    queue.enqueue(CHANCES)
    ledger.record(Fact(kind="forecast.asked", at=at), by=by)
