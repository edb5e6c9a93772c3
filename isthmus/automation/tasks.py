"""What the queue does for rules."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from isthmus.automation import enrolling
from isthmus.automation.firing import TASK, consider, note_facts
from isthmus.automation.models import DryRun
from isthmus.automation.rehearsing import TASK as REHEARSE
from isthmus.automation.rehearsing import rehearse
from isthmus.automation.scheduling import TASK as ROUND
from isthmus.automation.scheduling import go_round, start_rounds
from isthmus.core import queue
from isthmus.core.clock import now
from isthmus.flows import causes

queue.listener(note_facts)
queue.listener(enrolling.note_facts)


@queue.task(name=TASK, outgoing=False)
def consider_facts(facts: Sequence[dict[str, Any]], chain: Sequence[Sequence[int]]) -> None:
    """Judge what happened by the rules that wait for it."""
    consider(facts, causes.read(chain), now())


@queue.schedule(every="1m")
@queue.task(name="automation.clock", outgoing=False, max_attempts=3)
def look_at_the_clock() -> None:
    """Start the rounds of rules whose hour has come."""
    start_rounds(now())


@queue.task(name=ROUND, outgoing=False)
def round_of(version_id: int, slot: str) -> None:
    """Look at every record for a rule that goes by the clock."""
    go_round(version_id, datetime.fromisoformat(slot), now())


@queue.task(name=REHEARSE, outgoing=False, max_attempts=3)
def try_on_the_past(dry_run_id: int) -> None:
    """Try a rule on the last 90 days."""
    found = DryRun.objects.select_related("version__flow", "asked_by").filter(pk=dry_run_id).first()
    if found is not None and found.is_at_work:
        rehearse(found, now())
