"""Every program judged again: a new version of Isthmus, or of the list of crawlers, brings new rules."""

from collections.abc import Callable

from django.db import transaction

from isthmus.collect.agents.judging import judge
from isthmus.collect.models import Agent
from isthmus.ledger.machines import judge_agents

_CHUNK = 500


def rejudge(between: Callable[[], None] = lambda: None) -> int:
    """How many programs the rules see otherwise than before; their rows and the ledger are told.

    `between` is called after each few hundred programs, and may stop it by an exception.
    """
    changed = last = 0
    while numbers := list(
        Agent.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:_CHUNK]
    ):
        changed += _judge(numbers)
        last = numbers[-1]
        between()
    return changed


@transaction.atomic
def _judge(numbers: list[int]) -> int:
    changed: list[Agent] = []
    told: dict[int, bool] = {}
    # Locked: a person may be deciding at this moment.
    for row in Agent.objects.select_for_update().filter(pk__in=numbers).order_by("pk"):
        verdict = judge(row.text)
        if (row.machine, row.reason) == verdict:
            continue
        before = row.is_machine
        row.machine, row.reason = verdict
        changed.append(row)
        if row.is_machine != before:
            told[row.pk] = row.is_machine
    Agent.objects.bulk_update(changed, ["machine", "reason"])
    judge_agents(told)
    return len(changed)
