"""A rule as the editor holds it: a sentence with blanks, of a stored rule or of what was sent, and back."""

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from isthmus.automation.fields import RECORDS, Field, fields_for
from isthmus.automation.occasions import occasions
from isthmus.automation.spec import STOPS
from isthmus.core.refusals import NotFound, Refusal
from isthmus.flows.conditions import OPERATIONS, WITHOUT_VALUE
from isthmus.web.automation.blanks import Blank, blanks_of, possible, stored

END = "end"


class TooInvolved(Refusal):
    """A rule with ways that a sentence with blanks does not show."""


@dataclass
class Asked:
    """One condition: of which field, how, with what."""

    field: str = ""
    op: str = ""
    values: list[str] = dataclasses.field(default_factory=list)


@dataclass
class Done:
    """One act: after how long, only if what, which command, with what."""

    key: str
    command: str = ""
    after: str = ""
    unit: str = "business_days"
    in_hours: bool = False
    only_if: Asked | None = None
    arguments: dict[str, Mapping[str, Any]] = dataclasses.field(default_factory=dict)


@dataclass
class Sheet:
    """All of it."""

    name: str = ""
    when: str = "fact:lead.captured"
    time: str = "08:00"
    days: list[str] = dataclasses.field(default_factory=list)
    zone: str = ""
    stops: list[str] = dataclasses.field(default_factory=lambda: list(STOPS))
    match: str = "all"
    once: str = "always"
    asked: list[Asked] = dataclasses.field(default_factory=list)
    done: list[Done] = dataclasses.field(default_factory=list)

    @property
    def by_clock(self) -> bool:
        """Whether it goes by the clock."""
        return self.when.startswith("clock:")

    @property
    def enrolled(self) -> bool:
        """Whether somebody enrols records in it."""
        return self.when.startswith("enrolled:")

    @property
    def record(self) -> str:
        """The kind of record that it is about."""
        kind, _colon, what = self.when.partition(":")
        if kind in ("clock", "enrolled"):
            return what if what in RECORDS else "deal"
        known = occasions()
        return known[what].record if what in known else "lead"

    def fields(self) -> dict[str, Field]:
        """What it may ask about."""
        return fields_for(self.record, of_fact=self.when.startswith("fact:"))

    def spec(self) -> dict[str, Any]:
        """The rule as commands take it."""
        if self.by_clock:
            every = {"time": self.time, "days": self.days, "zone": self.zone}
            when: dict[str, Any] = {"every": every, "record": self.record}
        elif self.enrolled:
            when = {"enrolled": True, "record": self.record, "stop_on": self.stops}
        else:
            when = {"facts": [self.when.partition(":")[2]]}
        asked = [_condition(one, self.fields()) for one in self.asked if one.field]
        return {
            "when": when,
            "if": {"match": self.match, "each": asked},
            "once": self.once,
            "steps": self._steps(),
        }

    def _steps(self) -> list[dict[str, Any]]:
        steps: list[dict[str, Any]] = []
        keys = [one.key for one in self.done]
        for place, one in enumerate(self.done):
            if one.after.strip() not in ("", "0") or one.in_hours:
                pause = {"amount": one.after.strip() or "0", "unit": one.unit, "in_hours": one.in_hours}
                steps.append({"kind": "wait", "key": f"{one.key}-wait", "pause": pause})
            if one.only_if is not None and one.only_if.field:
                each = [_condition(one.only_if, self.fields())]
                following = _first_key(self.done[place + 1]) if place + 1 < len(keys) else END
                steps.append({
                    "kind": "branch", "key": f"{one.key}-if", "if": {"match": "all", "each": each},
                    "then": one.key, "else": following,
                })  # fmt: skip
            steps.append(
                {"kind": "act", "key": one.key, "command": one.command, "arguments": dict(one.arguments)}
            )
        if any(step.get("else") == END for step in steps):
            steps.append({"kind": "stop", "key": END})
        return steps


def _first_key(one: Done) -> str:
    if one.after.strip() not in ("", "0") or one.in_hours:
        return f"{one.key}-wait"
    return f"{one.key}-if" if one.only_if is not None and one.only_if.field else one.key


def _condition(one: Asked, fields: Mapping[str, Field]) -> dict[str, Any]:
    asked = fields.get(one.field)
    if one.op in WITHOUT_VALUE:
        return {"field": one.field, "op": one.op}
    several = asked is not None and asked.kind == "choice"
    return {"field": one.field, "op": one.op, "value": one.values if several else (one.values or [""])[0]}


def sheet_of(name: str, spec: Mapping[str, Any]) -> Sheet:
    """A stored rule as a sheet. Raises TooInvolved for one that has other ways than a sheet shows."""
    when = spec["when"]
    sheet = Sheet(
        name=name, match=(spec.get("if") or {}).get("match", "all"), once=spec.get("once", "always")
    )
    if every := when.get("every"):
        sheet.when, sheet.time = f"clock:{when['record']}", every["time"]
        sheet.days, sheet.zone = list(every.get("days") or ()), every.get("zone") or ""
    elif when.get("enrolled"):
        sheet.when, sheet.stops = f"enrolled:{when['record']}", list(when.get("stop_on") or ())
    elif len(when["facts"]) == 1:
        sheet.when = f"fact:{when['facts'][0]}"
    else:
        raise too_involved()
    sheet.asked = [_asked(one) for one in (spec.get("if") or {}).get("each", ())]
    waiting = Done(key="")
    for step in spec["steps"]:
        waiting = _read_step(sheet, waiting, step)
    if waiting.after or waiting.only_if:
        raise too_involved()
    if [_shape(step) for step in sheet._steps()] != [_shape(step) for step in spec["steps"]]:
        _check_same_ways(sheet, spec)
    return sheet


def _read_step(sheet: Sheet, waiting: Done, step: Mapping[str, Any]) -> Done:
    if step["kind"] == "wait":
        pause = step["pause"]
        if pause.get("time") or waiting.after or waiting.only_if:
            raise too_involved()
        waiting.after, waiting.unit = str(pause["amount"]), pause["unit"]
        waiting.in_hours = bool(pause.get("in_hours"))
    elif step["kind"] == "branch":
        each = step["if"].get("each", ())
        if len(each) != 1 or waiting.only_if:
            raise too_involved()
        waiting.only_if = _asked(each[0])
    elif step["kind"] == "act":
        waiting.key, waiting.command, waiting.arguments = (
            step["key"],
            step["command"],
            dict(step["arguments"]),
        )
        sheet.done.append(waiting)
        return Done(key="")
    return waiting


def _shape(step: Mapping[str, Any]) -> Any:
    return step["kind"], step.get("then"), step.get("else")


def _check_same_ways(sheet: Sheet, spec: Mapping[str, Any]) -> None:
    """Keys may be others; where each branch leads must be the same."""
    kinds = [step["kind"] for step in spec["steps"]]
    if kinds != [step["kind"] for step in sheet._steps()]:
        raise too_involved()
    ours, theirs = _targets(sheet._steps()), _targets(spec["steps"])
    if ours != theirs:
        raise too_involved()


def _targets(steps: Any) -> list[Any]:
    places = {step["key"]: place for place, step in enumerate(steps)}
    return [
        (places.get(step.get("then") or "", place + 1), places.get(step.get("else") or "", place + 1))
        for place, step in enumerate(steps)
        if step["kind"] == "branch"
    ]


def _asked(one: Mapping[str, Any]) -> Asked:
    value = one.get("value")
    values = (
        [str(part) for part in value] if isinstance(value, list) else [] if value is None else [str(value)]
    )
    return Asked(one["field"], one["op"], values)


def too_involved() -> TooInvolved:
    """The one answer for rules that were written by a program."""
    return TooInvolved(
        _("This rule has ways that cannot be shown as a sentence with blanks. Change it over the API.")
    )


def read_sheet(sent: Any) -> Sheet:
    """What the editor sent, however incomplete."""
    sheet = Sheet(
        name=sent.get("name", "")[:120], when=sent.get("when", "")[:80], time=sent.get("time", "08:00")[:5],
        days=sent.getlist("days")[:7], zone=sent.get("zone", "")[:64],
        match="any" if sent.get("match") == "any" else "all", once=sent.get("once", "always")[:10],
    )  # fmt: skip
    if "stops-asked" in sent:
        sheet.stops = sent.getlist("stops")[:9]
    fields = sheet.fields()
    for number in _numbers(sent, r"c-(\d+)-field"):
        sheet.asked.append(read_asked(sent, f"c-{number}", fields))
    for number in _numbers(sent, r"a-(\d+)-key"):
        sheet.done.append(_read_done(sent, number, sheet, fields))
    return sheet


def read_asked(sent: Any, prefix: str, fields: Mapping[str, Field]) -> Asked:
    """One condition as it was sent; how it is compared is made to fit the field."""
    asked = Asked(sent.get(f"{prefix}-field", ""), sent.get(f"{prefix}-op", ""))
    known = fields.get(asked.field)
    if known is None:
        return Asked()
    was = sent.get(f"{prefix}-was", "")
    if asked.op not in OPERATIONS[known.kind]:
        asked.op = OPERATIONS[known.kind][0]
    if was in ("", asked.field):
        asked.values = [value for value in sent.getlist(f"{prefix}-value") if value]
    return asked


def _read_done(sent: Any, number: str, sheet: Sheet, fields: Mapping[str, Field]) -> Done:
    prefix = f"a-{number}"
    done = Done(
        key=re.sub(r"[^a-z0-9_-]", "", sent.get(f"{prefix}-key", ""))[:30] or f"s{number}",
        command=sent.get(f"{prefix}-command", ""), after=sent.get(f"{prefix}-after", "")[:6],
        unit=sent.get(f"{prefix}-unit", "business_days"), in_hours=bool(sent.get(f"{prefix}-in-hours")),
    )  # fmt: skip
    if f"{prefix}-if-field" in sent:
        done.only_if = read_asked(sent, f"{prefix}-if", fields)
    if done.command not in {entry.name for entry in possible(sheet.record, fields)}:
        done.command = ""
        return done
    for blank in blanks(done, sheet, fields):
        name = f"{prefix}-{blank.name}"
        said = stored(blank, sent.get(name, "")[:4000], sent.get(f"{name}-unit", "business_days"))
        if said is not None:
            done.arguments[blank.name] = said
    return done


def blanks(done: Done, sheet: Sheet, fields: Mapping[str, Field]) -> list[Blank]:
    """What is asked of an act."""
    try:
        return blanks_of(done.command, sheet.record, fields, done.arguments)
    except NotFound:
        return []


def _numbers(sent: Any, pattern: str) -> list[str]:
    found = {match[1] for name in sent if (match := re.fullmatch(pattern, name))}
    return sorted(found, key=int)
