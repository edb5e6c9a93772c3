"""Rules as people read them: when, if, then, each in words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import formats
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from isthmus.automation.acts import about, plain_type
from isthmus.automation.fields import RECORDS, Field, fields_for
from isthmus.automation.occasions import occasions
from isthmus.automation.spec import STOPS
from isthmus.core import commands
from isthmus.core.refusals import NotFound
from isthmus.workspace.models import Company

OPS: Mapping[str, Any] = {
    "gt": gettext_lazy("is over"), "ge": gettext_lazy("is at least"), "lt": gettext_lazy("is under"),
    "le": gettext_lazy("is at most"), "eq": gettext_lazy("is exactly"), "ne": gettext_lazy("is not exactly"),
    "is": gettext_lazy("is"), "is_not": gettext_lazy("is not"), "contains": gettext_lazy("contains"),
    "begins": gettext_lazy("begins with"), "in": gettext_lazy("is"), "not_in": gettext_lazy("is not"),
    "older_than": gettext_lazy("was more than … days ago"),
    "within_last": gettext_lazy("was within the last … days"),
    "within_next": gettext_lazy("is within the next … days"), "before": gettext_lazy("is before"),
    "after": gettext_lazy("is after"), "known": gettext_lazy("is known"),
    "unknown": gettext_lazy("is not known"),
    "yes": gettext_lazy("is so"), "no": gettext_lazy("is not so"),
}  # fmt: skip
UNITS: Mapping[str, Callable[[int], str]] = {
    "minutes": lambda n: ngettext("%(n)d minute", "%(n)d minutes", n) % {"n": n},
    "hours": lambda n: ngettext("%(n)d hour", "%(n)d hours", n) % {"n": n},
    "days": lambda n: ngettext("%(n)d day", "%(n)d days", n) % {"n": n},
    "weeks": lambda n: ngettext("%(n)d week", "%(n)d weeks", n) % {"n": n},
    "business_hours": lambda n: ngettext("%(n)d business hour", "%(n)d business hours", n) % {"n": n},
    "business_days": lambda n: ngettext("%(n)d business day", "%(n)d business days", n) % {"n": n},
}
DAY_NAMES: Mapping[str, Any] = {
    "mon": gettext_lazy("Monday"), "tue": gettext_lazy("Tuesday"), "wed": gettext_lazy("Wednesday"),
    "thu": gettext_lazy("Thursday"), "fri": gettext_lazy("Friday"), "sat": gettext_lazy("Saturday"),
    "sun": gettext_lazy("Sunday"),
}  # fmt: skip
ONCE_NAMES: Mapping[str, Any] = {
    "always": gettext_lazy("every time"), "record": gettext_lazy("once for each record"),
    "person": gettext_lazy("once for each person"), "day": gettext_lazy("at most once a day for each record"),
}  # fmt: skip
# How the most usual acts read, with the arguments that this needs.
_PHRASES: Mapping[str, tuple[Any, set[str]]] = {
    "tell_colleague": (gettext_lazy("tell %(user_id)s: %(text)s"), {"user_id", "text"}),
    "add_task": (
        gettext_lazy("add a task for %(owner_id)s, due %(due_on)s: %(text)s"),
        {"owner_id", "due_on", "text"},
    ),
}
_DAYS = ("older_than", "within_last", "within_next")


@dataclass(frozen=True)
class Written:
    """A rule in words: when it goes off, on which conditions, what it does, each step for itself."""

    when: str
    conditions: str
    steps: Sequence[str]
    once: str

    by_clock: bool = False

    @property
    def whole(self) -> str:
        """All of it as one sentence."""
        head = (
            self.when[:1].upper() + self.when[1:]
            if self.by_clock
            else _("When %(what)s") % {"what": self.when}
        )
        if self.conditions:
            joined = _("%(head)s, if %(conditions)s") if self.by_clock else _("%(head)s and %(conditions)s")
            head = joined % {"head": head, "conditions": self.conditions}
        told = {"head": head, "then": _("; then ").join(self.steps)}
        tail = "" if not self.once else f" ({self.once})"
        return _("%(head)s, then %(then)s") % told + tail + "."


def written(spec: Mapping[str, Any]) -> Written:
    """A checked specification in words."""
    when, record = spec["when"], spec["when"]["record"]
    words = _Words(record, fields_for(record, of_fact="facts" in when))
    return Written(
        when=words.when(when),
        conditions=words.conditions(spec.get("if")),
        steps=words.steps(spec["steps"]),
        once="" if spec.get("once", "always") == "always" else str(ONCE_NAMES[spec["once"]]),
        by_clock=bool(when.get("every")),
    )


def act_in_words(command: str, arguments: Mapping[str, Any], record: str) -> str:
    """What was or would be done, with what was filled in."""
    return _Words(record, fields_for(record)).act(command, {k: {"value": v} for k, v in arguments.items()})


def conditions_in_words(given: Mapping[str, Any], record: str) -> str:
    """Checked conditions about a kind of record, in words: its country is “DE” and its size is over 50."""
    return _Words(record, fields_for(record, of_fact=False)).conditions(given)


class _Words:
    def __init__(self, record: str, fields: Mapping[str, Field]) -> None:
        self.record, self.fields = record, fields
        self.currency = Company.current().base_currency
        self._options: dict[str, dict[str, str]] = {}

    def when(self, when: Mapping[str, Any]) -> str:
        if every := when.get("every"):
            days = [str(DAY_NAMES[day]) for day in every.get("days") or ()]
            named = _("every %(days)s") % {"days": get_text_list(days, _("and"))} if days else _("every day")
            zone = f" ({every['zone']})" if every.get("zone") else ""
            told = {"days": named, "time": every["time"] + zone, "record": RECORDS[self.record]}
            return _("%(days)s at %(time)s, for each %(record)s") % told
        if when.get("enrolled"):
            enrolled = str(_("a %(record)s is enrolled") % {"record": RECORDS[self.record]})
            stops = [str(STOPS[one]) for one in when.get("stop_on") or ()]
            until = _(" (until %(stops)s)") % {"stops": get_text_list(stops, _("or"))} if stops else ""
            return enrolled + until
        known = occasions()
        labels = [_lower(str(known[kind].label)) if kind in known else kind for kind in when["facts"]]
        return str(get_text_list(labels, _("or")))

    def conditions(self, given: Mapping[str, Any] | None) -> str:
        each = [self.condition(one) for one in (given or {}).get("each", ())]
        joined = _(" or ") if (given or {}).get("match") == "any" else _(" and ")
        return joined.join(each)

    def condition(self, one: Mapping[str, Any]) -> str:
        asked = self.fields.get(one["field"])
        if asked is None:
            return _("a field that is gone (%(field)s)") % {"field": one["field"]}
        whose = "" if asked.of in (self.record, "fact") else f"{RECORDS[asked.of]}: "
        subject = whose + _lower(str(asked.label))
        shown = self.shown(asked, one["op"], one.get("value"))
        compared = str(OPS[one["op"]])
        if one["op"] in _DAYS:
            compared, shown = compared.replace("…", shown), ""
        return " ".join(part for part in (_("its"), subject, compared, shown) if part)

    def shown(self, asked: Field, op: str, value: Any) -> str:
        if value is None:
            return ""
        if op in _DAYS:
            return str(value)
        if asked.kind == "number":
            number = formats.number_format(Decimal(value), use_l10n=True, force_grouping=True)
            return f"{number} {self.currency}" if asked.key in _MONEY else number
        if asked.kind == "date":
            return formats.date_format(date.fromisoformat(value), "SHORT_DATE_FORMAT")
        if asked.kind == "choice":
            known = self.options(asked)
            return str(get_text_list([known.get(one, one) for one in value], _("or")))
        return f"“{value}”"

    def options(self, asked: Field) -> dict[str, str]:
        if asked.key not in self._options:
            self._options[asked.key] = dict(asked.options()) if asked.options else {}
        return self._options[asked.key]

    def steps(self, steps: Sequence[Mapping[str, Any]]) -> list[str]:
        found: list[str] = []
        before: list[str] = []
        if len(steps) > 1 and steps[-1]["kind"] == "stop" and not steps[-1].get("reason"):
            steps = steps[:-1]  # It ends there anyhow.
        for step in steps:
            if step["kind"] == "wait":
                before.append(_pause(step["pause"]))
            elif step["kind"] == "branch":
                before.append(_("only if %(conditions)s") % {"conditions": self.conditions(step["if"])})
            else:
                done = self.act(step["command"], step["arguments"]) if step["kind"] == "act" else _("stop")
                found.append(", ".join([*before, done]))
                before = []
        return [*found, *([", ".join(before)] if before else [])]

    def act(self, command: str, arguments: Mapping[str, Mapping[str, Any]]) -> str:
        try:
            entry = commands.find(command)
        except NotFound:
            return _("an act that is gone (%(name)s)") % {"name": command}
        named = about(entry, self.record)
        if command in _PHRASES and _PHRASES[command][1] <= set(arguments):
            filled = {name: self.argument(entry, name, given) for name, given in arguments.items()}
            return str(_PHRASES[command][0]) % filled
        said = [
            f"{_lower(_label(name))}: {self.argument(entry, name, given)}"
            for name, given in arguments.items()
            if name not in named
        ]
        return _lower(str(entry.label)) + (f" ({'; '.join(said)})" if said else "")

    def argument(self, entry: commands.Command, name: str, given: Mapping[str, Any]) -> str:
        if "field" in given:
            return self.field_name(str(given["field"]))
        if "text" in given:
            return f"“{given['text']}”"
        if "in" in given and given.get("as") == "day" and str(given["in"].get("amount")) == "0":
            return _("today")
        if "in" in given:
            return _pause(given["in"])
        value = given["value"]
        asked = next(
            (one for one in self.fields.values() if one.key.endswith("." + name.removesuffix("_id"))), None
        )
        if name in ("user_id", "owner_id"):
            asked = self.fields.get(f"{self.record}.owner")
        if asked is not None and asked.options is not None:
            return self.options(asked).get(str(value), str(value))
        info = entry.input_model.model_fields.get(name)
        choices = getattr(plain_type(info.annotation) if info else None, "choices", None)
        known = {str(code): str(text) for code, text in choices} if choices else {}
        return known.get(str(value), f"“{value}”" if isinstance(value, str) else str(value))

    def field_name(self, key: str) -> str:
        asked = self.fields.get(key)
        return key if asked is None else _("the %(field)s") % {"field": field_name(asked)}


def field_name(asked: Field) -> str:
    """A field as one says it: owner of the deal."""
    of = RECORDS.get(asked.of, _("fact"))
    return _("%(field)s of the %(record)s") % {"field": _lower(str(asked.label)), "record": of}


_MONEY = frozenset({"deal.amount", "order.total", "order.open", "fact.amount", "account.revenue"})


def _pause(given: Mapping[str, Any]) -> str:
    hours = _(" (in working hours)") if given.get("in_hours") else ""
    if given.get("time"):
        day = str(DAY_NAMES[given["day"]]) + " " if given.get("day") else ""
        return _("at %(when)s") % {"when": f"{day}{given['time']}"} + hours
    amount = int(given["amount"])
    if not amount:
        return _("at once") + hours
    return _("after %(time)s") % {"time": UNITS[given["unit"]](amount)} + hours


def _label(name: str) -> str:
    return _(name.removesuffix("_id").replace("_", " ").capitalize())


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text
