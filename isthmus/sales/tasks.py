"""What sales does by the queue."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from isthmus.core import clock, queue
from isthmus.sales.day.worth import measure
from isthmus.sales.mailing import log_sent_mail
from isthmus.sales.quoting.by_the_clock import expire_quotes, renew_subscriptions


@queue.reaction("message.sent", name="sales.log_sent_mail", outgoing=False, label=_("Log mail as activities"))
def log_mail(fact: dict[str, Any]) -> None:
    """The activity that a sent mail is."""
    log_sent_mail(fact)


@queue.schedule(every="1h")
@queue.task(name="sales.measure_lead_worth", outgoing=False, max_attempts=3)
def measure_lead_worth() -> None:
    """Ask the catalogue what answering a lead is worth, for everybody's day."""
    measure(clock.now())


@queue.schedule(every="1h")
@queue.task(name="sales.expire_quotes", outgoing=False, max_attempts=3)
def expire_old_quotes() -> None:
    """Let quotes run out after their last day in the company's zone."""
    expire_quotes(clock.now())


@queue.schedule(every="1h")
@queue.task(name="sales.renew_subscriptions", outgoing=False, max_attempts=3)
def renew_due_subscriptions() -> None:
    """Place the orders of subscriptions whose next period begins."""
    renew_subscriptions(clock.now())
