"""Deal teams, buying roles, playbooks and their checklists in JSON."""

from datetime import datetime
from typing import Any

from pydantic import field_validator

from isthmus.api.shapes.base import Shape, shape_of
from isthmus.sales.models import BuyingRole, ChecklistItem, DealMember, ItemTick, Playbook


@shape_of(DealMember, "deal member", reader="deals.view")
class DealMemberShape(Shape):
    """A colleague on a deal's team."""

    id: int
    deal_id: int
    user_id: int
    role: str
    added_at: datetime


@shape_of(BuyingRole, "buying role", reader="deals.view")
class BuyingRoleShape(Shape):
    """What a person is to a deal."""

    id: int
    deal_id: int
    person_id: int
    role: str
    set_at: datetime


@shape_of(ChecklistItem, "checklist item")
class ChecklistItemShape(Shape):
    """One thing to be done before a deal comes into a stage."""

    id: int
    text: str
    required: bool
    position: int
    archived_at: datetime | None


@shape_of(Playbook, "playbook")
class PlaybookShape(Shape):
    """What good looks like in a stage, with its checklist in order."""

    id: int
    stage_id: int
    territory_id: int | None
    text: str
    items: list[ChecklistItemShape]

    @field_validator("items", mode="before")
    @classmethod
    def _all(cls, items: Any) -> Any:
        return list(items.filter(archived_at=None)) if hasattr(items, "filter") else items


@shape_of(ItemTick, "item tick", reader="deals.view")
class ItemTickShape(Shape):
    """That something on a checklist was done for a deal."""

    id: int
    deal_id: int
    item_id: int
    by_id: int | None
    at: datetime
