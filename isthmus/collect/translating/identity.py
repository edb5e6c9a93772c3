"""Whom events are about: visitors by key, who turns out to be whom, and what is said of a person."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from isthmus.collect.translating.ids import usable
from isthmus.collect.translating.wire import UNREADABLE, Event, is_said, object_decoder

_LONGEST = 320


@dataclass
class Said:
    """What one event says of the person behind a visitor's key; texts as they came, empty where not said.

    `row` is the event's place among the facts: a repeat of it says nothing new.
    """

    row: int
    key: str
    user_id: str = ""
    email: str = ""
    full_name: str = ""
    phone: str = ""
    title: str = ""
    company: str = ""
    company_domain: str = ""
    company_id: str = ""
    country: str = ""
    city: str = ""
    locale: str = ""

    @property
    def names_somebody(self) -> bool:
        """Whether it is enough to know a person by."""
        return bool(self.email or self.phone or self.user_id)


@dataclass
class Statements:
    """What the events of a unit say of identity."""

    joins: list[tuple[int, str, str]] = field(default_factory=list)  # row, visitor's key, the other's
    said: list[Said] = field(default_factory=list)
    _pairs: set[tuple[str, str]] = field(default_factory=set)

    def join(self, row: int, visitor: str, other: str) -> None:
        """Two keys came in one event: they are one person's."""
        if (visitor, other) not in self._pairs:
            self._pairs.add((visitor, other))
            self.joins.append((row, visitor, other))

    def keys(self) -> set[str]:
        """Every key that they name."""
        return {key for _row, *pair in self.joins for key in pair} | {one.key for one in self.said}


def key_of(event: Event, visitor: str) -> tuple[str, str, str]:
    """The key that an event is told under, its user's and its anonymous one; empty where there is none."""
    user = usable("user_id", event.user_id)
    anonymous = usable("anonymous_id", event.anonymous_id)
    user_key = f"u:{user}" if user else ""
    anonymous_key = f"a:{anonymous}" if anonymous else ""
    return user_key or anonymous_key or (f"d:{visitor}" if visitor else ""), user_key, anonymous_key


def said_by(event: Event, row: int, key: str) -> Said:
    """What an identify call, or a form, says of the person."""
    traits = {**(_object(event.context.traits) if event.context else {}), **_object(event.traits)}
    company = traits.get("company")
    of_company = company if isinstance(company, dict) else {"name": company}
    address = traits.get("address")
    where = address if isinstance(address, dict) else {}
    first, last = _text(traits, "firstName", "first_name"), _text(traits, "lastName", "last_name")
    return Said(
        row=row,
        key=key,
        user_id=usable("user_id", event.user_id),
        email=_text(traits, "email"),
        full_name=_text(traits, "name", "full_name") or f"{first} {last}".strip(),
        phone=_text(traits, "phone"),
        title=_text(traits, "title"),
        company=_text(of_company, "name"),
        company_domain=_text(of_company, "domain", "website"),
        company_id=_text(of_company, "id"),
        country=_country(_text(where, "country") or _text(traits, "country")),
        city=_text(where, "city") or _text(traits, "city"),
        locale=(event.context.locale or "")[:12] if event.context else "",
    )


def typed_as_traits(event: Event) -> dict[str, str]:
    """What a form's sender typed of themselves: the script tells it apart from the form's other fields."""
    said = said_by(event, 0, "")
    typed = {"name": said.full_name, "email": said.email, "phone": said.phone, "company": said.company}
    return {name: text for name, text in typed.items() if text}


def group_of(event: Event, row: int, key: str) -> Said:
    """What a group call says: which account the person is of."""
    traits = _object(event.traits)
    return Said(
        row=row,
        key=key,
        user_id=usable("user_id", event.user_id),
        company=_text(traits, "name"),
        company_domain=_text(traits, "domain", "website"),
        company_id=usable("external", event.group_id),
    )


def _object(raw: msgspec.Raw) -> dict[str, Any]:
    if not is_said(raw):
        return {}
    try:
        return object_decoder.decode(raw)
    except UNREADABLE:
        return {}  # No object: it says nothing of anybody.


def _text(values: Mapping[str, Any], *names: str) -> str:
    for name in names:
        value = values.get(name)
        if isinstance(value, str | int | float) and not isinstance(value, bool) and str(value).strip():
            return str(value).replace("\x00", "").strip()[:_LONGEST]
    return ""


def _country(text: str) -> str:
    """A country's two letters; a name of a country is not guessed at."""
    return text.upper() if len(text) == 2 and text.isalpha() else ""
