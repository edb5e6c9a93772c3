"""What a stage demands to be known of a deal before it comes in. Pure rules over rows."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.core.refusals import InvalidInput, Refusal
from isthmus.sales.models import ChecklistItem, Deal, Stage
from isthmus.workspace.models import FieldDefinition

CUSTOM = "custom_"
FIELDS: dict[str, str | Promise] = {
    "amount": gettext_lazy("Value"),
    "expected_close_on": gettext_lazy("Expected close"),
    "owner_id": gettext_lazy("Owner"),
    "product_id": gettext_lazy("Product"),
}


class GateClosed(Refusal):
    """A stage demands what the deal does not have yet: `missing` fields, `items` of its checklist."""

    def __init__(self, sentence: str, missing: Sequence[str], items: Sequence[int] = ()) -> None:
        self.missing, self.items = list(missing), list(items)
        super().__init__(sentence)


def demandable(definitions: Iterable[FieldDefinition]) -> dict[str, str]:
    """Every field that a gate can demand, with its name: the deal's own ones and the company's."""
    own = {name: str(text) for name, text in FIELDS.items()}
    return own | {CUSTOM + one.key: one.label for one in definitions}


def check_gate(names: Iterable[str], known: Iterable[str]) -> list[str]:
    """A gate as it is stored: each field once. Raises InvalidInput for one that deals do not have."""
    known = set(known)
    unknown = [name for name in names if name not in known]
    if unknown:
        raise InvalidInput(
            {"gate": _("Deals have no field called %(name)s. Choose others.") % {"name": unknown[0]}}
        )
    return list(dict.fromkeys(names))


def missing_for(stage: Stage, deal: Deal) -> list[str]:
    """The fields that the stage demands and the deal does not have."""
    return [name for name in stage.gate if _value(deal, name) in (None, "")]


def pass_gate(stage: Stage, deal: Deal, named: dict[str, str], undone: Sequence[ChecklistItem] = ()) -> None:
    """Let a deal in. Raises GateClosed with what is missing and undone; a field no longer in use is not."""
    missing = [name for name in missing_for(stage, deal) if name in named]
    said = {
        "stage": stage.name,
        "fields": ", ".join(named[name] for name in missing),
        "items": ", ".join(f"“{one.text}”" for one in undone),
    }
    if missing and undone:
        sentence = _("%(stage)s demands what is not known yet, %(fields)s, and that %(items)s is ticked off.")
    elif missing:
        sentence = _("%(stage)s demands what is not known of this deal yet: %(fields)s. Fill that in first.")
    elif undone:
        sentence = _("Before %(stage)s this must be done and ticked off: %(items)s.")
    else:
        return
    raise GateClosed(sentence % said, missing, [one.pk for one in undone])


def check_stage(probability: Decimal | None, stale_days: int | None) -> None:
    """Raises InvalidInput for a chance outside 0 to 1 and for days that are none."""
    if probability is not None and not 0 <= probability <= 1:
        raise InvalidInput({"probability": _("A chance lies between 0 and 1.")})
    if stale_days is not None and not 1 <= stale_days <= 3650:
        raise InvalidInput({"stale_days": _("Give a number of days from 1 to 3,650, or none.")})


def _value(deal: Deal, name: str) -> Any:
    if name.startswith(CUSTOM):
        return deal.custom.get(name.removeprefix(CUSTOM))
    return getattr(deal, name, None)
