"""When rules go off: the facts that they can wait for, and which record each is about."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise

from isthmus.automation.fields import REACHES
from isthmus.webhooks.events import KINDS

_RECORDS: Mapping[str, str] = {
    "activity": "person",
    "consent": "person",
    "meeting": "person",
    "task": "person",
    **{kind: kind for kind in REACHES},
}
# Nothing can be done about who is not there any more, and a merge is no news of somebody.
_NOT = frozenset({"person.erased", "person.merged", "person.unmerged", "account.merged", "account.unmerged"})


@dataclass(frozen=True)
class Occasion:
    """A kind of fact, as people call it, and the kind of record that it is about."""

    kind: str
    label: str | Promise
    record: str


_more: dict[str, Occasion] = {}


def also(kind: str, label: str | Promise, record: str) -> None:
    """Offer one more kind of fact (called by rooms above when they start)."""
    _more[kind] = Occasion(kind, label, record)


def occasions() -> dict[str, Occasion]:
    """Every kind of fact that a rule can wait for."""
    told = {
        kind: Occasion(kind, label, _RECORDS[kind.partition(".")[0]])
        for kind, label in KINDS.items()
        if kind not in _NOT and kind.partition(".")[0] in _RECORDS
    }
    return told | _more
