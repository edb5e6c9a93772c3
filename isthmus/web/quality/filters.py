"""The filter of a list by what is wrong with its records."""

from collections.abc import Sequence

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from isthmus.core import clock
from isthmus.quality.checks import checks_of
from isthmus.web.lists.filters import OneOf


def quality_filter(of: str) -> OneOf:
    """By flaws: the same conditions by which the page Quality counts."""
    checks = {check.key: check for check in checks_of(of)}

    def find(values: Sequence[str]) -> Q:
        union = Q(pk__in=[])
        for value in values:
            union |= checks[value].flawed(clock.now())
        return union

    return OneOf("flaw", _("Flaw"), lambda: [(key, str(one.text)) for key, one in checks.items()], find)
