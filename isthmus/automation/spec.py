"""A rule as data: when, if, how often, then. Read with every mistake said in a sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.automation.acts import checked, is_allowed
from isthmus.automation.fields import RECORDS, Field, fields_for, numbers_of
from isthmus.automation.occasions import occasions
from isthmus.core import commands
from isthmus.core.refusals import InvalidInput, NotFound
from isthmus.flows.conditions import OPERATIONS, CannotCompare, Condition, Conditions, read_value
from isthmus.flows.filling import fields_of
from isthmus.flows.steps import Plan, read_conditions, read_plan
from isthmus.workspace.calendars import DAYS

Once = Literal["always", "record", "person", "day"]
# What ends what somebody was enrolled in, where that says so.
STOPS: Mapping[str, str | Promise] = {
    "reply": gettext_lazy("an answer"), "meeting": gettext_lazy("a meeting"),
    "stage": gettext_lazy("a move, win or loss of the deal"), "opt_out": gettext_lazy("an opt-out"),
}  # fmt: skip
ENROLLED = ("person", "lead", "deal")
ONCE: tuple[Once, ...] = ("always", "record", "person", "day")


@dataclass(frozen=True)
class Clock:
    """A time of day on some weekdays (none: all), in a zone (empty: the company's)."""

    at: time
    days: tuple[str, ...] = ()
    zone: str = ""

    def latest_slot(self, now: datetime, company: ZoneInfo) -> datetime | None:
        """The last time that it showed this; None when that is longer ago than a week."""
        zone = ZoneInfo(self.zone) if self.zone else company
        today = now.astimezone(zone).date()
        for back in range(8):
            day = today - timedelta(days=back)
            slot = datetime.combine(day, self.at, tzinfo=zone)
            if slot <= now and (not self.days or DAYS[day.weekday()] in self.days):
                return slot
        return None


@dataclass(frozen=True)
class RuleSpec:
    """What a version of a rule says."""

    record: str
    facts: tuple[str, ...]
    clock: Clock | None
    enrolled: bool
    stop_on: tuple[str, ...]
    conditions: Conditions
    once: Once
    plan: Plan
    fields: Mapping[str, Field] = field(default_factory=dict)


def read_spec(given: Mapping[str, Any]) -> RuleSpec:
    """A rule as it is stored; what is stored was checked before."""
    when = given["when"]
    clock = _clock(when["every"]) if when.get("every") else None
    facts = tuple(when.get("facts") or ())
    record = str(when["record"])
    once: Once = given.get("once", "always")
    return RuleSpec(
        record, facts, clock, bool(when.get("enrolled")), tuple(when.get("stop_on") or ()),
        read_conditions(given.get("if")), once, read_plan(given["steps"]),
    )  # fmt: skip


def checked_spec(given: Mapping[str, Any]) -> dict[str, Any]:
    """A rule as it is stored, of what somebody wrote. Raises InvalidInput: a sentence for each mistake."""
    errors: dict[str, str] = {}
    when = _checked_when(given.get("when"), errors)
    if errors:
        raise InvalidInput(errors)
    record = when["record"]
    fields = fields_for(record, of_fact="facts" in when)
    conditions = checked_conditions(given.get("if"), fields, errors, "if")
    once = given.get("once") or "always"
    if once not in ONCE:
        errors["once"] = _("once must be one of: %(all)s.") % {"all": ", ".join(ONCE)}
    steps = _checked_steps(given.get("steps"), record, fields, errors)
    if errors:
        raise InvalidInput(errors)
    read_plan(steps)
    return {"when": when, "if": conditions, "once": once, "steps": steps}


def _checked_when(when: Any, errors: dict[str, str]) -> dict[str, Any]:
    if not isinstance(when, Mapping):
        errors["when"] = _("Say when it goes off.")
        return {}
    if every := when.get("every"):
        if when.get("record") not in RECORDS:
            errors["when.record"] = _("Say of which records it is to look at each.")
        try:
            _clock(every)
        except (KeyError, TypeError, ValueError):
            errors["when.every"] = _(
                "A time of day looks like 08:00, a day like mon, a zone like Europe/Paris."
            )
        return {"every": dict(every), "record": when.get("record")}
    if when.get("enrolled"):
        stops = [str(one) for one in when.get("stop_on") or ()]
        if when.get("record") not in ENROLLED or set(stops) - set(STOPS):
            errors["when"] = _("Somebody is enrolled as a person, a lead or a deal.")
        # An opt-out ends all: nobody may choose otherwise, so that it is always said.
        stops += [] if "opt_out" in stops else ["opt_out"]
        return {"enrolled": True, "record": when.get("record"), "stop_on": stops}
    known = occasions()
    facts = [str(kind) for kind in when.get("facts") or ()]
    if not facts or set(facts) - set(known):
        errors["when"] = _("Choose what it waits for.")
        return {}
    if len({known[kind].record for kind in facts}) > 1:
        errors["when"] = _("All that one rule waits for must be about the same kind of record.")
        return {}
    return {"facts": facts, "record": known[facts[0]].record}


def _clock(every: Mapping[str, Any]) -> Clock:
    days, zone = tuple(every.get("days") or ()), str(every.get("zone") or "")
    at = time.fromisoformat(str(every["time"]))
    if set(days) - set(DAYS) or (zone and zone not in available_timezones()) or at.tzinfo:
        raise ValueError(every)
    return Clock(at, days, zone)


def checked_conditions(
    given: Any, fields: Mapping[str, Field], errors: dict[str, str], place: str
) -> dict[str, Any]:
    """Conditions as they are stored; what cannot be is said in `errors`, by its place."""
    try:
        conditions = read_conditions(given)
    except (KeyError, TypeError, AttributeError):
        errors[place] = _("A condition names a field, how it is compared, and with what.")
        return {}
    each = [
        {"field": one.field, "op": one.op, "value": _checked_value(one, fields, errors, f"{place}.{number}")}
        for number, one in enumerate(conditions.each, start=1)
    ]
    return {"match": conditions.match, "each": each}


def _checked_value(one: Condition, fields: Mapping[str, Field], errors: dict[str, str], place: str) -> Any:
    asked = fields.get(one.field)
    if asked is None:
        errors[place] = _("There is no field “%(field)s” here.") % {"field": one.field[:60]}
        return None
    if one.op not in OPERATIONS[asked.kind]:
        errors[place] = _("%(field)s cannot be compared so.") % {"field": asked.label}
        return None
    try:
        return read_value(asked.kind, one.op, one.value)
    except CannotCompare:
        errors[place] = _("Say what %(field)s is compared with.") % {"field": asked.label}
        return None


def _checked_steps(
    given: Any, record: str, fields: Mapping[str, Field], errors: dict[str, str]
) -> list[dict[str, Any]]:
    if not isinstance(given, Sequence) or isinstance(given, str) or not given:
        errors["steps"] = _("Say what is to be done.")
        return []
    steps: list[dict[str, Any]] = []
    for number, one in enumerate(given, start=1):
        if not isinstance(one, Mapping):
            errors[f"steps.{number}"] = _("A step is an object with a kind.")
            continue
        step = {"key": str(one.get("key") or f"s{number}"), **one}
        if step.get("kind") == "act":
            step = _checked_act(step, record, fields, errors, number)
        elif step.get("kind") == "branch":
            step["if"] = checked_conditions(step.get("if"), fields, errors, f"steps.{number}.if")
        steps.append(step)
    return steps


def _checked_act(
    step: dict[str, Any], record: str, fields: Mapping[str, Field], errors: dict[str, str], number: int
) -> dict[str, Any]:
    place = f"steps.{number}"
    try:
        entry = commands.find(str(step.get("command") or ""))
        if not is_allowed(entry):
            errors[place] = _("“%(act)s” is nothing that a rule may do.") % {"act": entry.label}
            return step
        arguments = checked(entry, record, step.get("arguments") or {})
        known = set(fields) | numbers_of(record)
        if missing := sorted(fields_of(arguments) - known):
            errors[place] = _("There is no field “%(field)s” here.") % {"field": missing[0][:60]}
        return {**step, "arguments": arguments}
    except NotFound as refusal:
        errors[place] = str(refusal)
    except InvalidInput as refusal:
        errors |= {f"{place}.{name}": sentence for name, sentence in refusal.errors.items()}
    return step
