"""Changing the fields of one record: what is set, what is emptied, and of which version that is said."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from isthmus.core.refusals import InvalidInput, Refusal

_ARROW = " → "


class VersionMoved(Refusal):
    """Somebody changed the record since it was read."""


class ChangedSince(Refusal):
    """What an undo would put back was changed once more, so it stays as it is."""


def need_version(row: Any, version: int | None) -> None:
    """Refuse a change that was decided on an older version of the row. None asks for no such check."""
    if version is not None and row.version != version:
        raise VersionMoved(_("Somebody changed this since you read it. Read it again, then decide anew."))


def asked_changes(
    given: Mapping[str, Any], clear: Sequence[str] | None, empty: Mapping[str, Any]
) -> dict[str, Any]:
    """The fields to set: those given (None means unchanged), and those to clear with their empty value.

    `empty` names what may be emptied. Raises InvalidInput for a name that may not, or that is given too.
    """
    changes = {name: value for name, value in given.items() if value is not None}
    for name in clear or ():
        if name not in empty:
            can = ", ".join(sorted(empty))
            raise InvalidInput(
                {"clear": _("%(name)s cannot be emptied. These can: %(can)s.") % {"name": name, "can": can}}
            )
        if name in changes:
            raise InvalidInput({"clear": _("%(name)s is given and emptied at once.") % {"name": name}})
        changes[name] = empty[name]
    return changes


def before_and_after(before: Any, after: Any) -> str:
    """A personal text's change as one text, to be sealed: `Pat → Patricia`."""
    return f"{_written(before)}{_ARROW}{_written(after)}"


def text_before(change: str, present: Any) -> str | None:
    """The text before a sealed change; None when the present value is not the one that the change made."""
    after = f"{_ARROW}{_written(present)}"
    return change.removesuffix(after) if change.endswith(after) else None


def _written(value: Any) -> str:
    return "" if value is None else str(value)
