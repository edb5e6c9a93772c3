"""Rules and their rehearsals in JSON."""

from datetime import datetime
from typing import Any

from pydantic import AliasPath, Field

from isthmus.api.shapes.base import Shape, shape_of
from isthmus.automation.models import DryRun, Rule


@shape_of(Rule, "rule", reader="automation.edit")
class RuleShape(Shape):
    """A rule: whether it is on, and who looks after it."""

    id: int = Field(validation_alias="pk")
    name: str = Field(validation_alias=AliasPath("flow", "name"))
    state: str = Field(validation_alias=AliasPath("flow", "state"))
    owner_id: int | None
    looped_at: datetime | None


@shape_of(DryRun, "dry_run", reader="automation.edit")
class DryRunShape(Shape):
    """A rule tried on the last 90 days: how far that is, and what it found."""

    id: int
    state: str
    done: int
    total: int | None
    result: dict[str, Any]
    error: str
    asked_at: datetime
    finished_at: datetime | None
