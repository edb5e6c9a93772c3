"""What moves, in words."""

from collections.abc import Callable, Mapping

from django.utils.translation import ngettext

_WORDS: Mapping[str, Callable[[int], str]] = {
    "leads.Lead": lambda n: ngettext("%(count)s lead", "%(count)s leads", n),
    "sales.Deal": lambda n: ngettext("%(count)s deal", "%(count)s deals", n),
    "sales.Order": lambda n: ngettext(
        "%(count)s order with its payments", "%(count)s orders with their payments", n
    ),
    "sales.Activity": lambda n: ngettext(
        "%(count)s call, meeting, mail or note", "%(count)s calls, meetings, mails and notes", n
    ),
    "people.Consent": lambda n: ngettext(
        "%(count)s statement of consent; where the two differ, the stricter holds",
        "%(count)s statements of consent; where the two differ, the stricter holds",
        n,
    ),
    "people.Person": lambda n: ngettext("%(count)s person", "%(count)s people", n),
    "people.Account": lambda n: ngettext("%(count)s account below it", "%(count)s accounts below it", n),
    "people.Identifier": lambda n: ngettext(
        "%(count)s identifier, by which both are known afterwards",
        "%(count)s identifiers, by which both are known afterwards",
        n,
    ),
    "people.AccountIdentifier": lambda n: ngettext(
        "%(count)s name or domain, by which both are known afterwards",
        "%(count)s names and domains, by which both are known afterwards",
        n,
    ),
}


def moving_lines(counts: Mapping[str, int]) -> list[str]:
    """One line for each kind of row; a kind without words of its own is named by its model."""
    return [
        (_WORDS[label](count) % {"count": count}) if label in _WORDS else f"{count} {label}"
        for label, count in counts.items()
    ]
