"""Each rule that is at work as something that an import sets off, or does not."""

from collections.abc import Callable, Sequence

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from isthmus.automation.firing import active_versions, name_of
from isthmus.core.automations import Ahead, Automation, Counts, offers
from isthmus.flows.models import FlowVersion


@offers
def rules() -> Sequence[Automation]:
    """Those that wait for facts; the others go by the clock."""
    return [
        Automation(
            name=name_of(version.flow_id),
            label=_("Rule: %(name)s") % {"name": version.flow.name},
            foresee=_foresee(version),
            say=_say,
        )
        for version in active_versions().order_by("flow__name", "flow_id")
        if version.spec["when"].get("facts")
    ]


def _foresee(version: FlowVersion) -> Callable[[Ahead], Counts]:
    kinds = set(version.spec["when"]["facts"])
    return lambda ahead: {"": sum(number for kind, number in ahead.facts.items() if kind in kinds)}


def _say(counts: Counts) -> str:
    number = sum(counts.values())
    return ngettext("judges it %(count)s time", "judges it %(count)s times", number) % {
        "count": number_format(number, force_grouping=True)
    }
