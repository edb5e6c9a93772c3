"""Custom fields: declared once, used in forms, lists, filters, imports and metrics."""

from itertools import groupby
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.web.access import needs
from isthmus.web.acts.acting import Act, act_by_form, act_now, sent
from isthmus.web.acts.forms import ActForm
from isthmus.web.settings.frame import show
from isthmus.workspace.models import FieldDefinition
from isthmus.workspace.models.fields import KINDS, MODELS, TYPES

HOME = "settings-fields"


class OptionsField(forms.CharField):
    """One option on each line."""

    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("Options"),
            required=False,
            help_text=gettext_lazy("For a choice: one on each line"),
            widget=forms.Textarea(attrs={"rows": 4}),
        )

    def clean(self, value: Any) -> list[str]:
        text = super().clean(value)
        return [line.strip() for line in text.splitlines() if line.strip()]


class NewFieldForm(ActForm):
    """A field: of what, of which type, and whether it may stand in the ledger."""

    model = forms.ChoiceField(label=gettext_lazy("On"), choices=MODELS)
    label = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    type = forms.ChoiceField(label=gettext_lazy("Type"), choices=TYPES)
    key = forms.CharField(
        label=gettext_lazy("Key"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("For imports and programs; made from the name when empty"),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=KINDS, widget=forms.RadioSelect, initial="analytic"
    )
    options = OptionsField()

    wide = ("kind",)

    def arguments(self) -> dict[str, Any]:
        given = super().arguments()
        given.setdefault("key", slugify(given["label"]).replace("-", "_")[:40])
        return given


class EditFieldForm(ActForm):
    """What may change once values stand in a field: its name, its options, its place."""

    label = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    position = forms.IntegerField(label=gettext_lazy("Place"), min_value=0)
    options = OptionsField()

    def __init__(self, field: FieldDefinition, *args: Any, **kwargs: Any) -> None:
        initial = {
            "label": field.label,
            "position": field.position,
            "options": "\n".join(map(str, field.options)),
        }
        super().__init__(*args, initial=initial, **kwargs)
        if field.type != "choice":
            del self.fields["options"]


@needs("settings.view")
def fields(request: HttpRequest) -> HttpResponse:
    """The fields in use, by what they are on, and the archived ones."""
    words = dict(MODELS)
    used = FieldDefinition.objects.filter(archived_at=None).order_by("model", "position", "key")
    groups = [(words[model], list(group)) for model, group in groupby(used, key=lambda field: field.model)]
    archived = FieldDefinition.objects.exclude(archived_at=None).order_by("-archived_at")
    return show(request, HOME, "settings/fields.html", {"groups": groups, "archived": archived})


@needs("settings.edit")
def new(request: HttpRequest) -> HttpResponse:
    """A new field."""
    page = reverse(HOME)
    act = Act(
        "add_field",
        _("New field"),
        _("The field is added; it is in forms and lists now."),
        page,
        {},
        page,
        verb=_("Add"),
    )
    return act_by_form(request, act, NewFieldForm(sent(request)))


@needs("settings.edit")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a field's name, options or place."""
    field, page = get_object_or_404(FieldDefinition, pk=pk, archived_at=None), reverse(HOME)
    act = Act(
        "edit_field",
        _("Change the field"),
        _("The field is changed."),
        page,
        {"field_id": pk},
        page,
        field.key,
        _("Save"),
    )
    return act_by_form(
        request, act, EditFieldForm(field, sent(request)), read=EditFieldForm.changed_arguments
    )


@needs("settings.edit")
def archive(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a field out of use; its values stay."""
    page = reverse(HOME)
    return act_now(
        request,
        Act(
            "archive_field",
            "",
            _("The field is archived; its values are kept."),
            page,
            {"field_id": pk},
            page,
        ),
    )
