"""Rules of repair: small changes of an event, each to be said in a sentence."""

import re
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.core.refusals import InvalidInput

RENAME, SET, REMOVE, TEXT, NUMBER, NAME = "rename", "set", "remove", "text", "number", "event"
ACTS: Mapping[str, str | Promise] = {
    RENAME: gettext_lazy("Move a field"),
    SET: gettext_lazy("Set a field"),
    REMOVE: gettext_lazy("Remove a field"),
    TEXT: gettext_lazy("Take a field as text"),
    NUMBER: gettext_lazy("Take a field as a number"),
    NAME: gettext_lazy("Name the event"),
}
MOST, DEEPEST, LONGEST = 10, 8, 200
_WITH_VALUE = (RENAME, SET, NAME)
_NOT_IN_A_NUMBER = re.compile(r"[^\d.,+-]")
_MISSING = object()
Object = dict[str, Any]


class Rule(NamedTuple):
    """One change: what to do, to which field (`properties.revenue`), and with what."""

    act: str
    field: str = ""
    value: str = ""

    @property
    def sentence(self) -> str:
        """What it does, for people."""
        words = {
            RENAME: _("Move the field %(field)s to %(value)s."),
            SET: _("Set the field %(field)s to “%(value)s”."),
            REMOVE: _("Remove the field %(field)s."),
            TEXT: _("Take the field %(field)s as text."),
            NUMBER: _("Take the field %(field)s as a number."),
            NAME: _("Name the event “%(value)s”."),
        }
        return words[self.act] % {"field": self.field, "value": self.value}


def read_rules(given: Sequence[Mapping[str, Any]]) -> list[Rule]:
    """Rules from plain values (`act`, `field`, `value`). Raises InvalidInput."""
    if len(given) > MOST:
        raise InvalidInput({"rules": _("At most %d rules at once.") % MOST})
    return [_checked(Rule(*(str(one.get(name) or "").strip() for name in Rule._fields))) for one in given]


def _checked(rule: Rule) -> Rule:
    if rule.act not in ACTS:
        raise InvalidInput({"rules": _("A rule's act is one of: %s.") % ", ".join(ACTS)})
    if rule.act in _WITH_VALUE and not rule.value and rule.act != SET:
        raise InvalidInput({"rules": _("%s: say to what.") % ACTS[rule.act]})
    fields = [] if rule.act == NAME else [rule.field, *([rule.value] if rule.act == RENAME else [])]
    for field in fields:
        names = field.split(".")
        if not all(names) or len(names) > DEEPEST or len(field) > LONGEST:
            raise InvalidInput({"rules": _("“%s” is no field. Write it like properties.revenue.") % field})
        if rule.act == SET and names[0] == "messageId":
            # All events of the group would be one and the same.
            raise InvalidInput({"rules": _("The message id tells events apart: it cannot be set for all.")})
    if len(rule.value) > LONGEST:
        raise InvalidInput({"rules": _("A value has at most %d letters.") % LONGEST})
    return rule


def repaired(event: Mapping[str, Any], rules: Sequence[Rule]) -> Object:
    """The event after all rules, in their order. A rule about a field that is not there changes nothing."""
    changed = deepcopy(dict(event))
    for rule in rules:
        _APPLY[rule.act](changed, rule)
    return changed


def _rename(event: Object, rule: Rule) -> None:
    value = _taken(event, rule.field)
    if value is not _MISSING:
        _put(event, rule.value, value)


def _set(event: Object, rule: Rule) -> None:
    _put(event, rule.field, rule.value)


def _remove(event: Object, rule: Rule) -> None:
    _taken(event, rule.field)


def _text(event: Object, rule: Rule) -> None:
    value = _found(event, rule.field)
    if isinstance(value, bool):
        _put(event, rule.field, "true" if value else "false")
    elif isinstance(value, int | float):
        _put(event, rule.field, str(value))


def _number(event: Object, rule: Rule) -> None:
    value = _found(event, rule.field)
    if isinstance(value, str) and (number := number_in(value)) is not None:
        _put(event, rule.field, number)


def _name(event: Object, rule: Rule) -> None:
    event["event"] = rule.value


_APPLY: Mapping[str, Callable[[Object, Rule], None]] = {
    RENAME: _rename,
    SET: _set,
    REMOVE: _remove,
    TEXT: _text,
    NUMBER: _number,
    NAME: _name,
}


def number_in(text: str) -> int | float | None:
    """The number that a text holds, as people write it: `1.234,50 €` and `$1,234.50` are 1234.5.

    The last of `.` and `,` begins the fraction, unless it stands more than once, or alone before exactly
    three digits: then it marks thousands.
    """
    written = _NOT_IN_A_NUMBER.sub("", text).strip(".,")
    last = max(written.rfind("."), written.rfind(","))
    if last >= 0:
        mark, behind = written[last], len(written) - last - 1
        other = "," if mark == "." else "."
        thousands = written.count(mark) > 1 or (behind == 3 and other not in written)
        whole = written[:last].replace(".", "").replace(",", "")
        written = whole + ("" if thousands else ".") + written[last + 1 :]
    try:
        return float(written) if "." in written else int(written)
    except ValueError:
        return None


def _found(event: Object, field: str) -> Any:
    place: Any = event
    for name in field.split("."):
        if not isinstance(place, dict) or name not in place:
            return _MISSING
        place = place[name]
    return place


def _taken(event: Object, field: str) -> Any:
    above, _dot, last = field.rpartition(".")
    place = _found(event, above) if above else event
    return place.pop(last, _MISSING) if isinstance(place, dict) else _MISSING


def _put(event: Object, field: str, value: Any) -> None:
    *above, last = field.split(".")
    place = event
    for name in above:
        if not isinstance(place.get(name), dict):
            place[name] = {}
        place = place[name]
    place[last] = value
