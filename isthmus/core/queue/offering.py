"""Reactions as automations: an import sets them off only when that is chosen."""

from collections.abc import Callable, Sequence

from django.utils.formats import number_format
from django.utils.translation import ngettext

from isthmus.core.automations import Ahead, Automation, Counts, offers
from isthmus.core.queue.registry import reactions


@offers
def offered_reactions() -> Sequence[Automation]:
    """One for each reaction."""
    return [Automation(name, label, _foresee(kinds), _say) for name, (label, kinds) in reactions().items()]


def _foresee(kinds: Sequence[str]) -> Callable[[Ahead], Counts]:
    return lambda ahead: {"": sum(ahead.facts[kind] for kind in kinds)}


def _say(counts: Counts) -> str:
    number = sum(counts.values())
    return ngettext("%(count)s time", "%(count)s times", number) % {
        "count": number_format(number, force_grouping=True)
    }
