"""Sources of events and what is kept of them, in JSON."""

from datetime import datetime
from typing import Any

from isthmus.api.shapes.base import Shape, shape_of
from isthmus.collect.models import Agent, ChannelRules, DeclaredProperty, Repair, Source


@shape_of(Source, "source", reader="sources.edit")
class SourceShape(Shape):
    """What sends events; the write key can only add, and stands in pages anyway."""

    id: int
    name: str
    kind: str
    write_key: str
    former_until: datetime | None
    origins: list[str]
    alarm_hours: int | None
    made_at: datetime
    off_since: datetime | None
    removed_at: datetime | None


@shape_of(DeclaredProperty, "property", reader="sources.edit")
class PropertyShape(Shape):
    """A property of events that is kept with each fact."""

    id: int
    event: str
    name: str
    made_at: datetime


@shape_of(ChannelRules, "channel rules", reader="sources.edit")
class ChannelRulesShape(Shape):
    """An edition of the rules that tell a visit's channel; without any rule: those shipped."""

    id: int
    rules: list[dict[str, Any]]
    made_at: datetime


@shape_of(Repair, "repair", reader="sources.edit")
class RepairShape(Shape):
    """What was decided on a group of events that could not be read, and how far it is."""

    id: int
    source_id: int
    reason: str
    event: str
    act: str
    rules: list[dict[str, Any]]
    total: int
    done: int
    left: int
    made_at: datetime
    stopped_at: datetime | None
    ended_at: datetime | None


@shape_of(Agent, "program", reader="sources.edit")
class AgentShape(Shape):
    """A program that sent events: what the rules say of it, and what a person decided."""

    id: int
    text: str
    machine: bool
    reason: str
    judged: bool | None
    judged_at: datetime | None
    seen_at: datetime
