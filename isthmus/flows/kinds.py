"""The kinds of flows: each room above says what the runs of its own know, and with whose rights they act."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from isthmus.core.actors import Actor
from isthmus.flows.models import FlowRun
from isthmus.workspace.calendars import Calendar, calendar_for


@dataclass(frozen=True)
class FlowKind:
    """What the machine asks about a run. Where `values` or `actor` refuse, the step fails with that.

    `before_act` may say of a command that it has to wait.
    """

    name: str
    values: Callable[[FlowRun, datetime], Mapping[str, Any]]
    actor: Callable[[FlowRun], Actor]
    before_act: Callable[[FlowRun, str, datetime], None] = lambda run, command, at: None
    calendar: Callable[[FlowRun], Calendar] = lambda run: calendar_for(run.fact.get("territory"))


_kinds: dict[str, FlowKind] = {}


def register(kind: FlowKind) -> None:
    """Declare a kind (called when its room starts)."""
    _kinds[kind.name] = kind


def kind_of(run: FlowRun) -> FlowKind:
    """The kind of a run's flow."""
    return _kinds[run.flow.kind]
