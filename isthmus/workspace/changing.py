"""Setting fields of a record, custom ones too: what changed, for its fact; and what it was, for an undo."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from isthmus.core.editing import ChangedSince, before_and_after, text_before
from isthmus.core.refusals import Refusal
from isthmus.ledger.timeline import PastFact, open_sealed
from isthmus.workspace.fields import read_values
from isthmus.workspace.models import FieldDefinition
from isthmus.workspace.queries import field_definitions

CUSTOM = "custom_"


class NothingChanged(Refusal):
    """The values given are those that stand already."""


@dataclass
class Changed:
    """What a change did: analytic values as before and after, personal ones as texts to be sealed."""

    plain: dict[str, Any] = field(default_factory=dict)
    personal: dict[str, str] = field(default_factory=dict)


def definitions_by_key(model: str) -> dict[str, FieldDefinition]:
    """The custom fields in use on a model, by key."""
    return {definition.key: definition for definition in field_definitions(model)}


def apply_changes(
    row: Any,
    changes: Mapping[str, Any],
    custom: Mapping[str, Any] | None,
    *,
    definitions: Mapping[str, FieldDefinition],
    analytic: frozenset[str],
) -> Changed:
    """Set what differs on a row that the caller saves. NothingChanged and InvalidInput come before that."""
    read = read_values(definitions.values(), custom or {})
    changed = Changed()
    for name, value in changes.items():
        before = getattr(row, name)
        if before == value:
            continue
        if name in analytic:
            changed.plain[name] = [_plain(before), _plain(value)]
        else:
            changed.personal[name] = before_and_after(before, value)
    for key, value in read.items():
        before = row.custom.get(key)
        if before == value:
            continue
        if definitions[key].kind == "analytic":
            changed.plain[CUSTOM + key] = [before, value]
        else:
            changed.personal[CUSTOM + key] = before_and_after(before, value)
    if not changed.plain and not changed.personal:
        raise NothingChanged(_("Nothing was changed: the record says this already."))
    for name, value in changes.items():
        setattr(row, name, value)
    if read:
        row.custom = {**row.custom, **read}
    return changed


def taken_back(
    row: Any, fact: PastFact, definitions: Mapping[str, FieldDefinition]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields and custom values that put back what a change replaced.

    Raises ChangedSince when one of them was changed once more.
    """
    changes: dict[str, Any] = {}
    custom: dict[str, Any] = {}
    opened = open_sealed([fact])[0] if fact.sealed else {}
    for name, value in {**fact.values, **opened}.items():
        before = _before(row, name, value)
        if not name.startswith(CUSTOM):
            changes[name] = row._meta.get_field(name).to_python(before)
        elif name.removeprefix(CUSTOM) in definitions:
            custom[name.removeprefix(CUSTOM)] = before
    return changes, custom


def _before(row: Any, name: str, value: Any) -> Any:
    present = row.custom.get(name.removeprefix(CUSTOM)) if name.startswith(CUSTOM) else getattr(row, name)
    if isinstance(value, list):
        if _plain(present) == value[1]:
            return value[0]
    elif isinstance(value, str) and (before := text_before(value, present)) is not None:
        return before
    raise ChangedSince(_("This was changed once more since, so it stays. Change it by hand."))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
