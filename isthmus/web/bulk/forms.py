"""What is to be changed of many records: one field, and what stands there afterwards."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.bulk.kinds import KINDS
from isthmus.core.actors import Actor
from isthmus.web.acts.forms import CUSTOM, ActForm, EditForm
from isthmus.web.acts.pickers import PickField
from isthmus.web.lists.spec import Editing, ListSpec


class BulkForm(ActForm):
    """One field of a record's own form, for many records."""

    field = forms.ChoiceField(label=gettext_lazy("What to change"))

    wide = ("field", "value", "empties")

    def __init__(self, record_form: EditForm, names: Sequence[str], key: str, here: str, data: Any) -> None:
        self.key = key if key in names else names[0]
        super().__init__(data, initial={"field": self.key})
        fields = record_form.fields
        self.fields["field"].choices = [(name, fields[name].label) for name in names]  # type: ignore[attr-defined]
        # The field that is chosen brings its own kind of value.
        self.fields["field"].widget.attrs |= {
            "hx-get": here,
            "hx-trigger": "change",
            "hx-target": "closest dialog, .form-card",
            "hx-swap": "innerHTML",
            "hx-include": "this",
        }
        value = fields[self.key]
        value.label, value.required, value.initial = _("New value"), False, None
        self.fields["value"] = value
        # A value that is missing by mistake must not empty the field of thousands.
        self.fields["empties"] = forms.BooleanField(label=_("Empty the field instead"), required=False)
        self.dress()

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        has_value = given.get("value") not in (None, "")
        if has_value == given.get("empties") and "value" not in self.errors:
            self.add_error("value", _("Give a new value, or have the field emptied: one of the two."))
        return given

    def changes(self) -> dict[str, Any]:
        """The arguments of the edit command."""
        value = None if self.cleaned_data["empties"] else self.cleaned_data["value"]
        if self.key.startswith(CUSTOM):
            return {"custom": {self.key.removeprefix(CUSTOM): value}}
        return {"clear": [self.key]} if value is None else {self.key: value}


def bulk_form(spec: ListSpec, editing: Editing, actor: Actor, key: str, here: str, data: Any) -> BulkForm:
    """The form for a list; `key` is the field first shown, `here` where another one is fetched."""
    record_form = blank_form(spec, editing, actor)
    return BulkForm(record_form, changeable(spec, record_form), key, here, data)


def blank_form(spec: ListSpec, editing: Editing, actor: Actor) -> EditForm:
    """A list's form of a record, about none of them."""
    form: EditForm = editing.form(KINDS[spec.name].model(), actor, None)
    return form


def changeable(spec: ListSpec, record_form: EditForm) -> list[str]:
    """The fields of the form that may be changed for many and are chosen or typed, custom ones too."""
    many = KINDS[spec.name].fields
    return [
        name
        for name, field in record_form.fields.items()
        if (name in many or name.startswith(CUSTOM)) and not isinstance(field, PickField)
    ]
