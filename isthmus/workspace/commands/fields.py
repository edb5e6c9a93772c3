"""Custom fields: declared, changed, archived."""

from datetime import datetime
from typing import Literal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.commands import command
from isthmus.core.refusals import InvalidInput, NotFound, Refusal
from isthmus.ledger.facts import Fact
from isthmus.workspace.models import FieldDefinition


class FieldExists(Refusal):
    """The model has a field with this key."""


@command(permission="settings.edit", label=gettext_lazy("Add a field"))
def add_field(
    *,
    model: Literal["person", "account", "lead", "deal"],
    key: str,
    label: str,
    type: Literal["text", "number", "date", "flag", "choice", "country"],
    kind: Literal["analytic", "identifying"],
    by: Actor,
    at: datetime,
    options: list[str] | None = None,
) -> FieldDefinition:
    """Add a field to people, accounts, leads or deals.

    Analytic: a dimension of metrics. Identifying: never.
    """
    if FieldDefinition.objects.filter(model=model, key=key).exists():
        raise FieldExists(_("There is a field %(key)s already.") % {"key": key})
    if type == "choice" and not options:
        raise InvalidInput({"options": _("A choice needs its options.")})
    field = FieldDefinition(
        model=model, key=key, label=label.strip(), type=type, kind=kind, options=options or []
    )
    try:
        FieldDefinition._meta.get_field("key").clean(key, field)
    except ValidationError:
        raise InvalidInput(
            {"key": _("A key is small letters, digits and underscores, and begins with a letter.")}
        ) from None
    field.position = FieldDefinition.objects.filter(model=model).count()
    field.save()
    ledger.record(Fact(kind="field.added", at=at, props={"model": model, "key": key, "kind": kind}), by=by)
    return field


@command(permission="settings.edit", label=gettext_lazy("Change a field"))
def edit_field(
    *,
    field_id: int,
    by: Actor,
    at: datetime,
    label: str | None = None,
    options: list[str] | None = None,
    position: int | None = None,
) -> FieldDefinition:
    """Rename a field, change its options or its place. Its type and kind stay: values stand in it."""
    field = _field(field_id)
    if label is not None:
        field.label = label.strip()
    if options is not None:
        field.options = options
    if position is not None:
        field.position = position
    field.save()
    ledger.record(Fact(kind="field.changed", at=at, props={"model": field.model, "key": field.key}), by=by)
    return field


@command(permission="settings.edit", label=gettext_lazy("Archive a field"))
def archive_field(*, field_id: int, by: Actor, at: datetime) -> FieldDefinition:
    """Take a field out of use; its values are kept."""
    field = _field(field_id)
    field.archived_at = at
    field.save(update_fields=["archived_at"])
    ledger.record(Fact(kind="field.archived", at=at, props={"model": field.model, "key": field.key}), by=by)
    return field


def _field(field_id: int) -> FieldDefinition:
    field = FieldDefinition.objects.filter(pk=field_id, archived_at=None).first()
    if field is None:
        raise NotFound(_("There is no such field, or it was archived."))
    return field
