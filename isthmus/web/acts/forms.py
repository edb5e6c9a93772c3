"""The forms of acts: fields in the product's look, and the arguments of a command from what was filled in."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.core.refusals import InvalidInput
from isthmus.web import formats
from isthmus.workspace.models import FieldDefinition

CUSTOM = "custom_"
_PLAIN = (forms.CheckboxInput, forms.CheckboxSelectMultiple, forms.RadioSelect, forms.HiddenInput)


class ActForm(forms.Form):
    """Base of all act forms. `arguments` gives a command what was filled in."""

    wide: Sequence[str] = ()  # fields that take the form's whole width

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dress()

    def dress(self) -> None:
        """Give every field the product's look; called again by forms that add fields later."""
        for field in self.fields.values():
            if field.required:
                chosen = isinstance(field, forms.ChoiceField)
                field.error_messages["required"] = _("Choose one of these.") if chosen else _("Fill this in.")
            if not isinstance(field.widget, _PLAIN):
                field.widget.attrs.setdefault("class", "input")

    def arguments(self) -> dict[str, Any]:
        """What was filled in, without the empty fields; custom values together under "custom"."""
        given = {name: value for name, value in self.cleaned_data.items() if value not in (None, "", [])}
        return _with_custom(given)

    def changed_arguments(self) -> dict[str, Any]:
        """Only what differs from what the form was opened with, of things whose fields cannot be emptied."""
        given = {name: self.cleaned_data[name] for name in self.changed_data if name in self.cleaned_data}
        for name, value in given.items():
            if value is None and not name.startswith(CUSTOM):
                raise InvalidInput({name: _("This cannot be emptied. Put another value in its place.")})
        return _with_custom(given)

    def note(self, refusal: InvalidInput) -> None:
        """Put each sentence beside its field; what belongs to no field stands above them all."""
        for name, sentence in refusal.errors.items():
            key = name.rpartition(".")[2] or name
            place = next((one for one in (name, key, CUSTOM + key) if one in self.fields), None)
            self.add_error(place, sentence)


class EditForm(ActForm):
    """Base of the forms that change a record: what differs from it, and the version that was read."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def arguments(self) -> dict[str, Any]:
        """Only what differs from the record, with the version that was read; emptied fields under `clear`."""
        given = {
            name: self.cleaned_data[name]
            for name in self.changed_data
            if name in self.cleaned_data and name != "version"
        }
        clear = [name for name, value in given.items() if value is None and not name.startswith(CUSTOM)]
        changes = _with_custom({name: value for name, value in given.items() if name not in clear})
        if clear:
            changes["clear"] = clear
        if self.cleaned_data.get("version") is not None:
            changes["version"] = self.cleaned_data["version"]
        return changes

    def show_moved(self) -> None:
        """Somebody was quicker: say beside each field what the record says now; sent again, ours is taken."""
        for name in self.changed_data:
            if name != "version" and name in self.fields:
                now = self.spoken(name)
                self.add_error(
                    name, _("It says “%(now)s” now. Save again to put yours in its place.") % {"now": now}
                )
        # The data sent are read-only and keep lists of values: only the version is put anew.
        again: Any = self.data
        self.data = again.copy()
        self.data[self.add_prefix("version")] = str(self.initial["version"])  # type: ignore[index]

    def spoken(self, name: str) -> str:
        """What the record says in a field, in words."""
        value, field = self.get_initial_for_field(self.fields[name], name), self.fields[name]
        if value in (None, ""):
            return _("nothing")
        if isinstance(field, forms.ChoiceField):
            choices: Any = field.choices
            return str({str(key): text for key, text in choices}.get(str(value), value))
        return formats.day(value) if isinstance(value, date) else str(value)


def custom_form_fields(definitions: Iterable[FieldDefinition]) -> dict[str, forms.Field]:
    """A form field for each custom field, by its type."""
    return {CUSTOM + definition.key: _form_field(definition) for definition in definitions}


def custom_initial(custom: Mapping[str, Any], definitions: Iterable[FieldDefinition]) -> dict[str, Any]:
    """The present custom values as a form's initial ones."""
    return {CUSTOM + one.key: _shown(one, custom.get(one.key)) for one in definitions}


def _shown(definition: FieldDefinition, value: Any) -> Any:
    if definition.type == "flag":
        return {True: "yes", False: "no"}.get(value, "")
    return value


def _form_field(definition: FieldDefinition) -> forms.Field:
    common: dict[str, Any] = {"label": definition.label, "required": False}
    if definition.type == "number":
        return forms.DecimalField(**common, widget=forms.NumberInput(attrs={"step": "any"}))
    if definition.type == "date":
        return forms.DateField(**common, widget=date_input())
    if definition.type == "flag":
        return forms.ChoiceField(
            **common, choices=[("", "–"), ("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))]
        )
    if definition.type == "choice":
        return forms.ChoiceField(
            **common, choices=[("", "–"), *((str(one), str(one)) for one in definition.options)]
        )
    if definition.type == "country":
        return forms.CharField(**common, max_length=2, help_text=gettext_lazy("Two letters, like SE"))
    return forms.CharField(**common, max_length=2000)


def date_input() -> forms.DateInput:
    """The browser's own calendar."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def moment_input() -> forms.DateTimeInput:
    """The browser's own calendar and clock."""
    return forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})


def amount_field(label: Any, required: bool = False, **more: Any) -> forms.DecimalField:
    """An amount in whole units with up to two decimals."""
    return forms.DecimalField(
        label=label,
        required=required,
        max_digits=15,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"step": "0.01", "inputmode": "decimal"}),
        **more,
    )


def choices_with_none(options: Iterable[tuple[Any, Any]], none: Any = "–") -> list[tuple[Any, Any]]:
    """Options of a select that may be left open."""
    return [("", none), *options]


def _with_custom(given: Mapping[str, Any]) -> dict[str, Any]:
    plain = {name: value for name, value in given.items() if not name.startswith(CUSTOM)}
    custom = {
        name.removeprefix(CUSTOM): value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in given.items()
        if name.startswith(CUSTOM)
    }
    return {**plain, "custom": custom} if custom else plain
