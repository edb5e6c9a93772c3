"""Rules of territories, their trials and reassignments as JSON."""

from datetime import datetime
from typing import Any

from pydantic import Field

from isthmus.api.shapes.base import Shape, shape_of
from isthmus.territories.models import Reassignment, RulesVersion, Trial


@shape_of(RulesVersion, "territory rules")
class RulesVersionShape(Shape):
    """The rules by which customers fall into territories, in one version."""

    id: int
    number: int
    state: str
    spec: dict[str, Any]
    made_at: datetime
    activated_at: datetime | None


@shape_of(Trial, "trial of territory rules")
class TrialShape(Shape):
    """Where every account would lie by the rules: counts by territory, moves, overlaps."""

    id: int
    done: int
    total: int
    result: dict[str, Any]
    asked_at: datetime
    finished_at: datetime | None


@shape_of(Reassignment, "reassignment")
class ReassignmentShape(Shape):
    """Customers given to others. Its number is its bulk edit's, which is started, stopped, taken back."""

    id: int = Field(validation_alias="edit_id")
    asked: dict[str, Any]
    why: str
    figures: dict[str, Any]
