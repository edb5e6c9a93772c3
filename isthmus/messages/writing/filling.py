"""Filling templates in: `{{ person.first_name | default: there }}`. Pure functions, no logic, no attributes.

A field is a name that somebody declared; its value is plain text that is never read as a template again.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from html import escape

from django.utils.translation import gettext as _

from isthmus.core.refusals import Refusal

LONGEST_TEMPLATE = 100_000
LONGEST_VALUE = 1_000
LONGEST_RESULT = 200_000
MOST_FIELDS = 500
_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}(\.[a-z][a-z0-9_]{0,40})?")


class TemplateUnusable(Refusal):
    """The text of a template cannot be read; the sentence says where."""


@dataclass(frozen=True)
class Field:
    """A place that is filled in, and what stands there when nothing is known."""

    name: str
    default: str | None = None


Part = str | Field


@dataclass(frozen=True)
class Filled:
    """What came out, and the fields for which nothing is known and no default stands."""

    text: str
    missing: tuple[str, ...]


def read(template: str, known: Collection[str] | None = None) -> list[Part]:
    """The parts of a template, in order. `known`: the fields there are. Raises TemplateUnusable."""
    if len(template) > LONGEST_TEMPLATE:
        raise TemplateUnusable(_("This is longer than %d letters. Shorten it.") % LONGEST_TEMPLATE)
    parts = list(_parts(template))
    fields = [part for part in parts if isinstance(part, Field)]
    if len(fields) > MOST_FIELDS:
        raise TemplateUnusable(_("A template has at most %d fields.") % MOST_FIELDS)
    if known is not None:
        for field in fields:
            if field.name not in known:
                raise TemplateUnusable(_unknown(field.name, known))
    return parts


def fill(template: str, values: Mapping[str, str], *, html: bool = False, one_line: bool = False) -> Filled:
    """A template with its fields filled in. `html` escapes values, `one_line` is for subjects.

    Raises TemplateUnusable.
    """
    written: list[str] = []
    missing: list[str] = []
    length = 0
    for part in read(template):
        text = part if isinstance(part, str) else _value(part, values, missing)
        if isinstance(part, Field) and html:
            text = escape(text)
        length += len(text)
        if length > LONGEST_RESULT:
            raise TemplateUnusable(_("Filled in, this is longer than %d letters.") % LONGEST_RESULT)
        written.append(text)
    whole = "".join(written)
    return Filled(" ".join(whole.split()) if one_line else whole, tuple(dict.fromkeys(missing)))


def plain(value: object) -> str:
    """A value as it may stand in a mail: no control characters, not endless."""
    text = "" if value is None else str(value)
    kept = (one for one in text if one == "\n" or unicodedata.category(one) not in ("Cc", "Cs"))
    return "".join(kept)[:LONGEST_VALUE].strip()


def _value(field: Field, values: Mapping[str, str], missing: list[str]) -> str:
    if found := plain(values.get(field.name)):
        return found
    if field.default is None:
        missing.append(field.name)
        return ""
    return field.default


def _parts(template: str) -> Iterator[Part]:
    at = 0
    while (start := template.find("{{", at)) >= 0:
        end = template.find("}}", start + 2)
        if end < 0:
            raise TemplateUnusable(_("A field begins with {{ and does not end. Close it with }}."))
        if start > at:
            yield template[at:start]
        yield _field(template[start + 2 : end])
        at = end + 2
    if at < len(template):
        yield template[at:]


def _field(inside: str) -> Field:
    name, bar, rest = inside.partition("|")
    name = name.strip()
    if not _NAME.fullmatch(name):
        raise TemplateUnusable(_("“%s” is no field. Write it like {{ person.first_name }}.") % inside[:60])
    if not bar:
        return Field(name)
    word, colon, default = rest.strip().partition(":")
    if word.strip() != "default" or not colon:
        said = _("After the bar only a default may stand: {{ %(name)s | default: there }}.")
        raise TemplateUnusable(said % {"name": name})
    return Field(name, plain(default))


def _unknown(name: str, known: Collection[str]) -> str:
    sentence = _("There is no field {{ %s }}.") % name
    if close := get_close_matches(name, list(known), n=2, cutoff=0.5):
        sentence += " " + _("Did you mean %s?") % ", ".join(close)
    return sentence
