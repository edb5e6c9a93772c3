"""What flows hold of a person: what went into the steps of runs about them. That they ran stays."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from isthmus.core.actors import Actor
from isthmus.core.personal_stores import Whom, impersonal, personal_store
from isthmus.flows.models import FlowRun, StepRun


@personal_store(
    "automation",
    _("What rules and cadences did about the person"),
    columns={"flows.StepRun": ("input", "output", "error"), "flows.FlowRun": ("reason",)},
    stays=_("That a rule ran about them, when, and how it ended"),
    order=30,
)
class Steps:
    """Arguments of acts may hold names: they go; of runs about others where one of the words stands too."""

    def export(self, whom: Whom) -> Iterable[Mapping[str, Any]]:
        """Every step of every run about them."""
        for step in _theirs(whom).select_related("run__flow").order_by("run__began_at", "number"):
            yield {
                "flow": step.run.flow.name,
                "step": step.key,
                "at": step.done_at or step.due_at,
                "input": step.input,
                "output": step.output,
                "error": step.error,
            }

    def erase(self, whom: Whom, *, by: Actor, at: datetime) -> int:
        """Empty what went in and came out, and the sentences of what failed."""
        steps = _theirs(whom)
        runs = list(steps.values_list("run", flat=True).distinct())
        emptied = steps.update(input={}, output={}, error="")
        FlowRun.objects.filter(pk__in=runs).update(reason="")
        naming = [one.pk for one in whom.words.rows(StepRun.objects.exclude(input={}), "input")]
        mended = StepRun.objects.filter(pk__in=naming).update(input={}, output={}, error="")
        return int(emptied) + mended


def _theirs(whom: Whom) -> Any:
    return StepRun.objects.filter(run__person_id__in=whom.persons)


_SETTINGS = _("the company's own settings")
impersonal("flows.Flow", "kind", "name", because=_SETTINGS)
impersonal("flows.FlowVersion", "spec", because=_SETTINGS)
impersonal(
    "flows.FlowRun", "key", "record_kind", "fact", "chain", "done_before",
    because=_("numbers, kinds, codes and amounts; people are numbers here"),
)  # fmt: skip
impersonal("flows.StepRun", "key", "kind", "batch", because=_("names of steps, numbers of batches"))
