"""What rules may do: commands of the registry about a record, but none that changes rights or the system."""

import types
import typing
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from isthmus.automation.fields import REACHES
from isthmus.core.commands import Command, registry
from isthmus.core.refusals import InvalidInput

# Whoever may do these decides about people's rights, about the system, or about what all have to see.
_NEVER = frozenset({
    "settings.edit", "settings.view", "keys.edit", "webhooks.edit", "automation.edit", "jobs.manage",
    "cadences.enrol",
    "commands.undo_others", "people.erase", "people.disclose", "people.merge", "accounts.merge",
    "imports.run", "sources.edit", "records.export", "records.change_many", "views.save", "views.share",
    "favourites.edit", "files.edit", "comments.edit", "pipelines.edit", "products.edit", "campaigns.edit",
    "media.edit", "people.consent", "orders.edit", "mailboxes.edit", "templates.edit",
})  # fmt: skip
# Those that come first where one is chosen.
FIRST = (
    "add_task", "tell_colleague", "edit_deal", "move_deal", "lose_deal", "edit_lead", "qualify_lead",
    "send_mail", "disqualify_lead", "recycle_lead", "hand_over_lead", "edit_person", "edit_account",
    "log_activity",
)  # fmt: skip
_TAKES_BACK = ("restore_", "put_", "reopen_", "unqualify_", "take_back_", "withdraw_", "undo_", "compare_")
_HIDDEN = frozenset({"version", "clear", "external_id", "natural_key"})


def is_allowed(entry: Command) -> bool:
    """Whether a rule may run a command at all."""
    return entry.permission not in _NEVER and not entry.name.startswith(_TAKES_BACK)


def acts_for(record: str) -> list[Command]:
    """The commands that a rule about this kind of record may run, the usual ones first."""
    possible = [entry for entry in registry().values() if is_allowed(entry) and fits(entry, record)]
    ranks = {name: rank for rank, name in enumerate(FIRST)}
    usual = sorted((one for one in possible if one.name in ranks), key=lambda one: ranks[one.name])
    return [*usual, *(one for one in possible if one.name not in ranks and about(one, record))]


def fits(entry: Command, record: str) -> bool:
    """Whether what the command must be told of can be known from such a record, or is no record."""
    reachable = {f"{kind}_id" for kind in REACHES[record]}
    known = {f"{kind}_id" for kind in REACHES}
    fields = entry.input_model.model_fields.items()
    return all(name in reachable for name, info in fields if info.is_required() and name in known)


def about(entry: Command, record: str) -> dict[str, Mapping[str, Any]]:
    """The arguments by which a command names the record of the rule."""
    names = entry.input_model.model_fields
    found: dict[str, Mapping[str, Any]] = {}
    if "mailbox_id" in names:  # Mail goes out of the mailbox of whoever acts.
        found["mailbox_id"] = {"field": "actor.mailbox"}
    if {"record_kind", "record_id"} <= set(names):
        return {"record_kind": {"value": record}, "record_id": {"field": f"{record}.id"}}
    kinds = [kind for kind in REACHES[record] if f"{kind}_id" in names]
    required = [kind for kind in kinds if names[f"{kind}_id"].is_required()]
    return found | {f"{kind}_id": {"field": f"{kind}.id"} for kind in required or kinds[:1]}


def askable(entry: Command, record: str) -> dict[str, FieldInfo]:
    """The other arguments, which somebody fills in."""
    given = about(entry, record)
    others = {f"{kind}_id" for kind in REACHES} | {"lines", *_HIDDEN}
    return {
        name: info
        for name, info in entry.input_model.model_fields.items()
        if name not in given and (name not in others or info.is_required())
    }


def checked(
    entry: Command, record: str, arguments: Mapping[str, Mapping[str, Any]]
) -> dict[str, Mapping[str, Any]]:
    """The arguments as a step keeps them, those that name the record added. Raises InvalidInput."""
    fields = entry.input_model.model_fields
    whole = {**about(entry, record), **arguments}
    errors = {
        name: _("%(name)s is not an argument of this act.") % {"name": name}
        for name in set(whole) - set(fields)
    }
    for name, info in fields.items():
        if name not in whole:
            if info.is_required():
                errors[name] = _("Fill in %(name)s.") % {"name": name.replace("_", " ")}
        elif "value" in whole[name] and not _is_possible(info, whole[name]["value"]):
            errors[name] = _("%(name)s cannot be this.") % {"name": name.replace("_", " ").capitalize()}
    if errors:
        raise InvalidInput(errors)
    return whole


def _is_possible(info: FieldInfo, value: Any) -> bool:
    try:
        adapter: TypeAdapter[Any] = TypeAdapter(info.annotation or Any)
        adapter.validate_python(value)
    except ValidationError:
        return False
    return True


def plain_type(hint: Any) -> Any:
    """The type without its bounds and without None; None where it is no single plain one."""
    if typing.get_origin(hint) in (types.UnionType, typing.Union):
        parts = [plain_type(part) for part in typing.get_args(hint) if part is not type(None)]
        return parts[0] if len(parts) == 1 else None
    if hasattr(hint, "__metadata__"):
        return plain_type(typing.get_args(hint)[0])
    return hint
