"""Runs in words: about what, how they stand, what each step did."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from isthmus.automation.fields import RECORDS
from isthmus.automation.sentences import act_in_words, written
from isthmus.core.actors import Actor
from isthmus.flows.models import FlowRun, RunState, StepRun, StepState
from isthmus.sales.models import Order
from isthmus.web.records import record_address
from isthmus.workspace import records

TONES = {RunState.RUNNING: "", RunState.PAUSED: "warn", RunState.DONE: "good", RunState.FAILED: "bad",
         RunState.STOPPED: ""}  # fmt: skip
STEP_TONES = {StepState.DONE: "good", StepState.FAILED: "bad", StepState.HELD: "warn"}


@dataclass(frozen=True)
class Subject:
    """What a run is about: its name and page where the reader may see it, else only its kind."""

    name: str
    href: str = ""


def subjects_of(runs: Iterable[FlowRun], actor: Actor) -> dict[int, Subject]:
    """What each run is about, one query for each kind of record."""
    rows = list(runs)
    found: dict[int, Subject] = {}
    for kind in {run.record_kind for run in rows}:
        of_kind = [run for run in rows if run.record_kind == kind]
        seen = named_records(kind, [run.record_id or 0 for run in of_kind], actor)
        for run in of_kind:
            hidden = Subject(_("a %(record)s that you do not reach") % {"record": RECORDS.get(kind, kind)})
            found[run.pk] = seen.get(run.record_id or 0, hidden)
    return found


def named_records(kind: str, ids: Iterable[int], actor: Actor) -> dict[int, Subject]:
    """Records by number, those that the reader may see."""
    rows: Any = records.visible(kind, ids, actor)
    if kind == "order":
        rows = Order.objects.visible_to(actor).in_bulk(list(ids))
    return {pk: Subject(str(row), record_address(kind, pk)) for pk, row in rows.items()}


def run_tone(run: FlowRun) -> str:
    """The colour of its state."""
    return "bad" if run.looped else TONES[RunState(run.state)]


@dataclass(frozen=True)
class StepLine:
    """One step of a run as its page shows it."""

    step: StepRun
    words: str
    tone: str
    came_out: str


def step_lines(run: FlowRun) -> list[StepLine]:
    """The steps of a run in their order."""
    return [
        StepLine(step, _step_words(run, step), STEP_TONES.get(StepState(step.state), ""), _came_out(step))
        for step in run.steps.order_by("number")
    ]


def _step_words(run: FlowRun, step: StepRun) -> str:
    if step.kind == "act" and step.input.get("command"):
        return act_in_words(step.input["command"], step.input.get("arguments", {}), run.record_kind)
    planned = next((one for one in run.version.spec["steps"] if one["key"] == step.key), None)
    if planned is None:
        return step.key
    return written({**run.version.spec, "steps": [planned], "if": None, "once": "always"}).steps[0]


def _came_out(step: StepRun) -> str:
    if step.error:
        return step.error
    if "nothing" in step.output:
        return str(step.output["nothing"])
    if "met" in step.output:
        return _("It holds.") if step.output["met"] else _("It does not hold.")
    return ""
