"""Rules as they are written, in files, by people and programs: read, checked, and told back."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from re import _constants as _codes  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

from django.utils.translation import gettext as _

from isthmus.collect.channels.names import SITE_CLASSES
from isthmus.collect.channels.rules import CLICK_IDS, Case, Rule

PATTERNS = ("source", "medium", "campaign", "referrer", "host")
FIELDS = ("site", *PATTERNS, "click_id")
MOST_RULES, MOST_CASES, LONGEST_PATTERN = 100, 10, 200
_MOST_REPEATS = 3
_CHANNEL = re.compile(r"[a-z][a-z0-9_]{0,39}")
_REPEATS = (_codes.MAX_REPEAT, _codes.MIN_REPEAT, _codes.POSSESSIVE_REPEAT)
_FOLLOWED = (_codes.GROUPREF, _codes.GROUPREF_EXISTS, _codes.ASSERT, _codes.ASSERT_NOT)

Written = Mapping[str, Any]


class RuleError(ValueError):
    """A rule that cannot be used: `number` is its place, the text a whole sentence."""

    def __init__(self, number: int, sentence: str) -> None:
        super().__init__(sentence)
        self.number = number


@cache
def shipped() -> tuple[Written, ...]:
    """The rules that come with the program, as they are written."""
    return tuple(tomllib.loads((Path(__file__).parent / "rules.toml").read_text())["rule"])


def read_rules(written: Sequence[Written]) -> tuple[Rule, ...]:
    """The rules, ready for use. Raises RuleError."""
    if not written:
        raise RuleError(0, _("There must be one rule at least."))
    if len(written) > MOST_RULES:
        raise RuleError(0, _("There can be %d rules at most.") % MOST_RULES)
    return tuple(_read(number, rule) for number, rule in enumerate(written, 1))


def _read(number: int, rule: Written) -> Rule:
    def refuse(sentence: str) -> RuleError:
        return RuleError(
            number, _("Rule %(number)d: %(sentence)s") % {"number": number, "sentence": sentence}
        )

    channel, cases = rule.get("channel"), rule.get("cases")
    if not isinstance(channel, str) or not _CHANNEL.fullmatch(channel):
        raise refuse(_("a channel is small letters, digits and underscores, like paid_search."))
    if unknown := set(rule) - {"channel", "cases"}:
        raise refuse(_("“%s” is not part of a rule.") % sorted(unknown)[0])
    if not isinstance(cases, list) or not cases:
        raise refuse(_("it needs a case in which it fits."))
    if len(cases) > MOST_CASES:
        raise refuse(_("it can have %d cases at most.") % MOST_CASES)
    try:
        return Rule(channel, tuple(_case(case) for case in cases))
    except ValueError as error:
        raise refuse(str(error)) from None


def _case(case: Any) -> Case:
    if not isinstance(case, Mapping) or not any(case.values()):
        raise ValueError(_("a case must say something."))
    if unknown := set(case) - set(FIELDS):
        raise ValueError(
            _("“%(name)s” is none of %(fields)s.") % {"name": sorted(unknown)[0], "fields": ", ".join(FIELDS)}
        )
    site = case.get("site") or ""
    if site and site not in SITE_CLASSES:
        classes = ", ".join(SITE_CLASSES)
        raise ValueError(
            _("there is no class of sites “%(name)s”; there are %(classes)s.")
            % {"name": site, "classes": classes}
        )
    patterns = tuple((field, _pattern(case[field])) for field in PATTERNS if case.get(field))
    return Case(site, patterns, _click_ids(case.get("click_id") or []))


def _click_ids(kinds: Any) -> tuple[str, ...]:
    for kind in kinds if isinstance(kinds, list) else [kinds]:
        if kind not in CLICK_IDS:
            raise ValueError(
                _("there is no click id “%(name)s”; there are %(kinds)s.")
                % {"name": kind, "kinds": ", ".join(CLICK_IDS)}
            )
    return tuple(kinds if isinstance(kinds, list) else [kinds])


def _pattern(text: Any) -> re.Pattern[str]:
    if not isinstance(text, str):
        raise ValueError(_("a pattern is a text."))
    if len(text) > LONGEST_PATTERN:
        raise ValueError(_("a pattern has %d letters at most.") % LONGEST_PATTERN)
    try:
        pattern = re.compile(text, re.IGNORECASE)
        parsed = _parser.parse(text)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(
            _("the pattern %(pattern)s cannot be read: %(why)s.") % {"pattern": text, "why": error}
        ) from None
    if _repeats(parsed) > _MOST_REPEATS:
        raise ValueError(
            _(
                "the pattern %s could take very long. Use at most three repeats (*, +), none inside another"
                " and none around a choice or a look ahead."
            )
            % text
        )
    return pattern


def _repeats(parsed: Any, within: bool = False) -> int:
    """How many repeats a pattern has; too many when one of them holds a repeat, a choice or a look around."""
    found = 0
    for code, value in parsed:
        if code in _FOLLOWED or (within and code in (*_REPEATS, _codes.BRANCH)):
            return _MOST_REPEATS + 1
        if code in _REPEATS:
            _least, most, inner = value
            many = most > 1
            found += many + _repeats(inner, within or many)
        elif code is _codes.BRANCH:
            found += max(_repeats(branch, within) for branch in value[1])
        elif code is _codes.SUBPATTERN:
            found += _repeats(value[-1], within)
        elif code is _codes.ATOMIC_GROUP:
            found += _repeats(value, within)
    return found
