"""Rules in words: what a case asks for, and why a visit has its channel."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.collect.channels.names import SITE_CLASSES
from isthmus.collect.channels.reading import PATTERNS

FIELDS: Mapping[str, str | Promise] = {
    "source": gettext_lazy("Source"),
    "medium": gettext_lazy("Medium"),
    "campaign": gettext_lazy("Campaign"),
    "referrer": gettext_lazy("Linking site"),
    "host": gettext_lazy("Own site"),
}
_NOTHING, _ANYTHING = "^$", "."


class Part(NamedTuple):
    """One condition: what is looked at, in which words or by which pattern."""

    field: str
    text: str
    is_pattern: bool = False


def case_parts(case: Mapping[str, Any]) -> list[Part]:
    """The conditions of a case, in the order in which they read best."""
    return list(_parts(case))


def _parts(case: Mapping[str, Any]) -> Iterator[Part]:
    if site := case.get("site"):
        yield Part(_("Source"), str(SITE_CLASSES[site]))
    for field in PATTERNS:
        if pattern := case.get(field):
            words = {_NOTHING: _("not said"), _ANYTHING: _("any")}.get(pattern)
            yield Part(str(FIELDS[field]), words or pattern, is_pattern=words is None)
    if kinds := case.get("click_id"):
        yield Part(_("Click id"), kinds if isinstance(kinds, str) else _(" or ").join(kinds))
