"""Nothing is stranded: an open run has exactly one step that waits, a run that has ended has none."""

from django.db.models import Count, Q
from django.utils.translation import ngettext

from isthmus.flows.models import FlowRun, RunState, StepState

OPEN = (RunState.RUNNING, RunState.PAUSED)


def check() -> list[str]:
    """One sentence for each thing that is not so; empty when all is well."""
    count = len(stranded())
    if not count:
        return []
    said = ngettext(
        "%(count)d run of an automation waits for nothing, or waits though it has ended. "
        "Stop it and try again.",
        "%(count)d runs of automations wait for nothing, or wait though they have ended. "
        "Stop them and try again.",
        count,
    )
    return [said % {"count": count}]


def stranded() -> list[int]:
    """The runs of which that is not so."""
    waits = Count("steps", filter=Q(steps__state=StepState.WAITING))
    held = Count("steps", filter=Q(steps__state=StepState.HELD))
    runs = FlowRun.objects.annotate(waits=waits, held=held)
    wrong = (
        Q(state=RunState.RUNNING) & ~Q(waits=1, held=0)
        | Q(state=RunState.PAUSED) & ~Q(waits=0, held=1)
        | ~Q(state__in=OPEN) & ~Q(waits=0, held=0)
    )
    return list(runs.filter(wrong).values_list("pk", flat=True)[:1000])
