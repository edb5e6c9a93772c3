"""What a version consists of: steps with keys, in their order, read from plain data. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from isthmus.core.refusals import InvalidInput
from isthmus.flows.conditions import Condition, Conditions
from isthmus.flows.waiting import CannotWait, Pause

KINDS = ("act", "wait", "branch", "stop")
MOST = 60
NO_CONDITIONS = Conditions()


@dataclass(frozen=True)
class Step:
    """One step. What does not belong to its kind is empty."""

    key: str
    kind: str
    command: str = ""
    arguments: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    pause: Pause | None = None
    conditions: Conditions = NO_CONDITIONS
    then: str = ""  # Keys of a branch; empty: the next in order.
    otherwise: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Plan:
    """The steps of a version in their order."""

    steps: Sequence[Step]

    def get(self, key: str) -> Step | None:
        """The step of that key."""
        return next((step for step in self.steps if step.key == key), None)

    def after(self, key: str) -> Step | None:
        """The step that follows in order; None after the last."""
        keys = [step.key for step in self.steps]
        place = keys.index(key) + 1
        return self.steps[place] if place < len(keys) else None

    def later_keys(self, key: str) -> list[str]:
        """The keys of all that follow in order."""
        keys = [step.key for step in self.steps]
        return keys[keys.index(key) + 1 :] if key in keys else []


def read_conditions(given: Any) -> Conditions:
    """Conditions as they are stored: {"match": "all", "each": [{"field", "op", "value"}]}."""
    if not given:
        return Conditions()
    each = [Condition(str(one["field"]), str(one["op"]), one.get("value")) for one in given.get("each", [])]
    return Conditions(each, "any" if given.get("match") == "any" else "all")


def read_plan(given: Sequence[Mapping[str, Any]]) -> Plan:
    """The steps as they are stored. Raises InvalidInput with a sentence for each that cannot be."""
    errors: dict[str, str] = {}
    steps: list[Step] = []
    for number, one in enumerate(given, start=1):
        try:
            steps.append(_step(one, number))
        except (CannotWait, KeyError, TypeError, ValueError):
            errors[f"steps.{number}"] = _("Step %(number)d cannot be read. Fill in all of it.") % {
                "number": number
            }
    errors |= dict(_problems(steps, len(given)))
    if errors:
        raise InvalidInput(errors)
    return Plan(tuple(steps))


def _step(one: Mapping[str, Any], number: int) -> Step:
    key, kind = str(one.get("key") or f"s{number}"), str(one["kind"])
    if kind not in KINDS:
        raise ValueError(kind)
    if kind == "act":
        arguments = one.get("arguments") or {}
        for given in arguments.values():
            if len({"value", "field", "text", "in"} & set(given)) != 1:
                raise ValueError(given)
            if "in" in given:
                Pause.read(given["in"])
        return Step(key, kind, command=str(one["command"]), arguments=arguments)
    if kind == "wait":
        return Step(key, kind, pause=Pause.read(one["pause"]))
    if kind == "branch":
        return Step(
            key,
            kind,
            conditions=read_conditions(one["if"]),
            then=str(one.get("then") or ""),
            otherwise=str(one.get("else") or ""),
        )
    return Step(key, kind, reason=str(one.get("reason") or "")[:200])


def _problems(steps: Sequence[Step], given: int) -> Iterator[tuple[str, str]]:
    keys = [step.key for step in steps]
    if not given:
        yield "steps", _("Say what is to be done: there is no step yet.")
    if given > MOST:
        yield "steps", _("At most %(most)d steps: make two of it.") % {"most": MOST}
    if len(set(keys)) < len(keys):
        yield "steps", _("Two steps have the same key. Give each its own.")
    for step in steps:
        for target in {step.then, step.otherwise} - {"", *keys}:
            yield f"steps.{step.key}", _("There is no step “%(key)s” to go on with.") % {"key": target[:40]}
