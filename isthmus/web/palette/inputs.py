"""A form from the typed inputs of a command: a field for each argument, as its type and name say."""

import types
import typing
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Literal

from django import forms
from django.db.models import Choices
from django.utils.translation import gettext as _
from pydantic import AwareDatetime
from pydantic.fields import FieldInfo

from isthmus.automation.queries import cadences
from isthmus.core.actors import Actor
from isthmus.core.commands import Command
from isthmus.marketing.models import Campaign
from isthmus.sales.models import Pipeline, Product, Stage
from isthmus.web.acts.forms import ActForm, choices_with_none, date_input, moment_input
from isthmus.web.acts.people_here import colleagues
from isthmus.web.acts.pickers import PickField
from isthmus.workspace.models import FieldDefinition, Team, Territory

LONG = frozenset({"text", "note", "message", "reason_text"})
_OF_FORMS = frozenset({"version"})  # Said by the forms that show a record as it was read.
_Options = Callable[[], Sequence[tuple[Any, Any]]]
_CHOICES: Mapping[str, _Options] = {
    "owner_id": colleagues,
    "user_id": colleagues,
    "cadence_id": cadences,
    "product_id": lambda: list(Product.objects.values_list("pk", "name")),
    "pipeline_id": lambda: list(Pipeline.objects.values_list("pk", "name")),
    "stage_id": lambda: [
        (one.pk, f"{one.pipeline.name}: {one.name}") for one in Stage.objects.select_related("pipeline")
    ],
    "campaign_id": lambda: list(Campaign.objects.order_by("name").values_list("pk", "name")),
    "team_id": lambda: list(Team.objects.values_list("pk", "name")),
    "territory_id": lambda: list(Territory.objects.values_list("pk", "name")),
    "field_id": lambda: list(FieldDefinition.objects.values_list("pk", "label")),
}
_PLAIN = (bool, int, Decimal, float, date, datetime, AwareDatetime, str)
_PICKED = {"person_id": "person", "account_id": "account", "lead_id": "lead", "deal_id": "deal"}


class DerivedForm(ActForm):
    """The form of a command. `given` are arguments that the place gives already: they are not asked."""

    def __init__(self, entry: Command, given: Mapping[str, Any], actor: Actor, *args: Any) -> None:
        super().__init__(*args)
        for name, info in entry.input_model.model_fields.items():
            field = None if name in given or name in _OF_FORMS else _field(name, info)
            if field is None:
                continue
            if isinstance(field, PickField):
                field.for_actor(actor)
            self.fields[name] = field
        self.wide = tuple(
            name for name, field in self.fields.items() if isinstance(field.widget, forms.Textarea)
        )
        self.dress()


def askable(entry: Command, given: Mapping[str, Any]) -> bool:
    """Whether every argument that must be given can be asked for in a form: told from its type alone."""
    return all(
        name in given or not info.is_required() or _can_ask(name, _plain_type(info.annotation))
        for name, info in entry.input_model.model_fields.items()
    )


def label_of(name: str) -> str:
    """The name of an argument as a label: `expected_close_on` is "Expected close on"."""
    return _(name.removesuffix("_id").replace("_", " ").capitalize())


def _can_ask(name: str, kind: Any) -> bool:
    if name.endswith("_id") and kind is int:
        return name in _PICKED or name in _CHOICES  # Nobody knows a record by its number.
    return kind in _PLAIN or bool(_options(kind))


def _field(name: str, info: FieldInfo) -> forms.Field | None:
    kind, required = _plain_type(info.annotation), info.is_required()
    usual = None if required else info.default
    common: dict[str, Any] = {"label": label_of(name), "required": required, "initial": usual}
    if name in _PICKED and kind is int:
        return PickField(_PICKED[name], **common)
    if name in _CHOICES and kind is int:
        options = list(_CHOICES[name]())
        return forms.TypedChoiceField(
            **common,
            coerce=int,
            empty_value=None,
            choices=options if required else choices_with_none(options),
        )
    if name.endswith("_id") and kind is int:
        return None
    return _by_type(name, kind, common)


def _by_type(name: str, kind: Any, common: dict[str, Any]) -> forms.Field | None:
    if options := _options(kind):
        return forms.ChoiceField(
            **common, choices=options if common["required"] else choices_with_none(options)
        )
    if kind is bool and common["initial"] is None:
        # A box that is not ticked would say no where nothing was said.
        yes_no: list[tuple[Any, Any]] = [(True, _("Yes")), (False, _("No"))]
        answers = yes_no if common["required"] else choices_with_none(yes_no)
        return forms.TypedChoiceField(
            **common, choices=answers, coerce=lambda said: said == "True", empty_value=None
        )
    if kind is bool:
        return forms.BooleanField(**common)
    if kind is int:
        return forms.IntegerField(**common)
    if kind is Decimal or kind is float:
        return forms.DecimalField(**common, widget=forms.NumberInput(attrs={"step": "any"}))
    if kind is date:
        return forms.DateField(**common, widget=date_input())
    if kind in (datetime, AwareDatetime):
        return forms.DateTimeField(**common, widget=moment_input())
    if kind is str:
        return forms.CharField(**common, widget=forms.Textarea(attrs={"rows": 3}) if name in LONG else None)
    return None


def _options(kind: Any) -> list[tuple[str, str]]:
    if isinstance(kind, type) and issubclass(kind, Choices):
        return [(str(value), str(text)) for value, text in kind.choices]
    if isinstance(kind, type) and issubclass(kind, Enum):
        return [(str(one.value), str(one.value).replace("_", " ").capitalize()) for one in kind]
    if typing.get_origin(kind) is Literal:
        return [(str(one), str(one).replace("_", " ").capitalize()) for one in typing.get_args(kind)]
    return []


def _plain_type(hint: Any) -> Any:
    """The type without its bounds and without None; None where it is no single plain one."""
    if typing.get_origin(hint) in (types.UnionType, typing.Union):
        parts = [_plain_type(part) for part in typing.get_args(hint) if part is not type(None)]
        return parts[0] if len(parts) == 1 else None
    if hasattr(hint, "__metadata__"):
        return _plain_type(typing.get_args(hint)[0])
    return hint
