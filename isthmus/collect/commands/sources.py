"""Sources: made, changed, their keys renewed, switched off and on, removed; and which properties are kept."""

import re
import secrets
from datetime import datetime, timedelta
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.collect.models import DeclaredProperty, Source
from isthmus.core.actors import Actor
from isthmus.core.commands import command
from isthmus.core.editing import asked_changes
from isthmus.core.refusals import InvalidInput, NotFound, Refusal
from isthmus.ledger.facts import Fact

FORMER_COUNTS_FOR = timedelta(days=1)
MOST_ORIGINS, LONGEST_NAME, LONGEST_PROPERTY, LONGEST_EVENT = 50, 100, 100, 200
_ORIGIN = re.compile(r"https?://(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?")
_MOST_HOURS = 24 * 90


class SourceOff(Refusal):
    """The source is switched off already."""


class SourceOn(Refusal):
    """The source is on already."""


class PropertyDeclared(Refusal):
    """The property is kept already."""


@command(permission="sources.edit", label=gettext_lazy("Add a source"))
def add_source(
    *,
    name: str,
    kind: Literal["site", "server"],
    by: Actor,
    at: datetime,
    origins: list[str] | None = None,
    alarm_hours: int | None = None,
) -> Source:
    """Let a website or a server send events. Its write key stands in the answer; it can only add."""
    row = Source.objects.create(
        name=_checked_name(name),
        kind=kind,
        write_key=_new_key(),
        origins=_checked_origins(origins or []),
        alarm_hours=_checked_hours(alarm_hours),
        made_by_id=by.id if by.kind == "user" else None,
        made_at=at,
    )
    _record("source.added", row, by, at)
    return row


@command(permission="sources.edit", label=gettext_lazy("Change a source"))
def edit_source(
    *,
    source_id: int,
    by: Actor,
    at: datetime,
    name: str | None = None,
    origins: list[str] | None = None,
    alarm_hours: int | None = None,
    clear: list[str] | None = None,
) -> Source:
    """Change a source's name, the sites whose pages may use its key, or after which silence it is missed."""
    row = _locked(source_id)
    given = {"name": name, "origins": origins, "alarm_hours": alarm_hours}
    changes = asked_changes(given, clear, {"origins": [], "alarm_hours": None})
    if "name" in changes:
        row.name = _checked_name(changes["name"])
    if "origins" in changes:
        row.origins = _checked_origins(changes["origins"])
    if "alarm_hours" in changes:
        row.alarm_hours, row.alarmed_at = _checked_hours(changes["alarm_hours"]), None
    row.save(update_fields=["name", "origins", "alarm_hours", "alarmed_at"])
    _record("source.changed", row, by, at)
    return row


@command(permission="sources.edit", label=gettext_lazy("Change a source's write key"))
def rotate_source_key(*, source_id: int, by: Actor, at: datetime) -> Source:
    """Make a new write key. The former one counts for one more day, so that what sends can be changed."""
    row = _locked(source_id)
    row.former_key, row.former_until = row.write_key, at + FORMER_COUNTS_FOR
    row.write_key = _new_key()
    row.save(update_fields=["write_key", "former_key", "former_until"])
    _record("source.key_rotated", row, by, at)
    return row


def _the_same(row: Source, arguments: Any) -> dict[str, Any]:
    return {"source_id": row.pk}


@command(
    permission="sources.edit",
    label=gettext_lazy("Switch a source off"),
    undo="switch_source_on",
    undo_arguments=_the_same,
)
def switch_source_off(*, source_id: int, by: Actor, at: datetime) -> Source:
    """Take nothing from a source any more, within seconds. What it sends meanwhile is refused."""
    row = _locked(source_id)
    if not row.is_on:
        raise SourceOff(_("This source is switched off already."))
    row.off_since = at
    row.save(update_fields=["off_since"])
    _record("source.switched_off", row, by, at)
    return row


@command(
    permission="sources.edit",
    label=gettext_lazy("Switch a source on"),
    undo="switch_source_off",
    undo_arguments=_the_same,
)
def switch_source_on(*, source_id: int, by: Actor, at: datetime) -> Source:
    """Take from a source again what it sends from now on."""
    row = _locked(source_id)
    if row.is_on:
        raise SourceOn(_("This source is on already."))
    row.off_since, row.alarmed_at = None, None
    row.save(update_fields=["off_since", "alarmed_at"])
    _record("source.switched_on", row, by, at)
    return row


@command(permission="sources.edit", label=gettext_lazy("Remove a source"))
def remove_source(*, source_id: int, by: Actor, at: datetime) -> Source:
    """Take a source away for good, its keys with it. What came from it stays."""
    row = _locked(source_id)
    row.removed_at, row.former_key, row.former_until = at, None, None
    row.save(update_fields=["removed_at", "former_key", "former_until"])
    _record("source.removed", row, by, at)
    return row


@command(permission="sources.edit", label=gettext_lazy("Keep a property"))
def declare_property(*, name: str, by: Actor, at: datetime, event: str = "") -> DeclaredProperty:
    """Keep a property of events in plain with each fact from now on, to count and group by.

    Of one event, or of all. Choose none that names a person: those stay in the raw archive.
    """
    name, event = name.strip(), event.strip()
    if not name or len(name) > LONGEST_PROPERTY:
        raise InvalidInput({"name": _("A property's name has 1 to %d letters.") % LONGEST_PROPERTY})
    if len(event) > LONGEST_EVENT:
        raise InvalidInput({"event": _("An event's name has at most %d letters.") % LONGEST_EVENT})
    row, made = DeclaredProperty.objects.get_or_create(event=event, name=name, defaults={"made_at": at})
    if not made:
        raise PropertyDeclared(_("This property is kept already."))
    about = {"property_id": row.pk, "name": name, "event": event}
    ledger.record(Fact(kind="property.declared", at=at, props=about), by=by)
    return row


@command(
    permission="sources.edit",
    label=gettext_lazy("Keep a property no longer"),
    undo="declare_property",
    undo_arguments=lambda gone, _: {"name": gone["name"], "event": gone["event"]},
)
def undeclare_property(*, property_id: int, by: Actor, at: datetime) -> dict[str, Any]:
    """Keep a property no longer with the facts to come. Those that are there stay as they are."""
    row = DeclaredProperty.objects.select_for_update().filter(pk=property_id).first()
    if row is None:
        raise NotFound(_("There is no such property any more."))
    about = {"property_id": row.pk, "name": row.name, "event": row.event}
    row.delete()
    ledger.record(Fact(kind="property.undeclared", at=at, props=about), by=by)
    return about


def _locked(source_id: int) -> Source:
    row = Source.objects.select_for_update().filter(pk=source_id, removed_at=None).first()
    if row is None:
        raise NotFound(_("There is no such source any more."))
    return row


def _new_key() -> str:
    return secrets.token_urlsafe(24)


def _checked_name(name: str) -> str:
    name = name.strip()
    if not name or len(name) > LONGEST_NAME:
        raise InvalidInput({"name": _("A source's name has 1 to %d letters.") % LONGEST_NAME})
    return name


def _checked_origins(origins: list[str]) -> list[str]:
    """Origins as browsers write them, each once; a bare domain is meant with https."""
    written = list(dict.fromkeys(_written_origin(one) for one in origins if one.strip()))
    if len(written) > MOST_ORIGINS:
        raise InvalidInput({"origins": _("Name at most %d sites.") % MOST_ORIGINS})
    return written


def _written_origin(origin: str) -> str:
    text = origin.strip().lower().rstrip("/")
    text = text if "://" in text else f"https://{text}"
    if not _ORIGIN.fullmatch(text) or len(text) > 255:
        raise InvalidInput(
            {
                "origins": _("%(origin)s is no site. Write it like https://www.example.com.")
                % {"origin": origin.strip()[:100]}
            }
        )
    return text.removesuffix(":443") if text.startswith("https:") else text.removesuffix(":80")


def _checked_hours(hours: int | None) -> int | None:
    if hours is not None and not 1 <= hours <= _MOST_HOURS:
        raise InvalidInput({"alarm_hours": _("Name 1 to %d hours.") % _MOST_HOURS})
    return hours


def _record(kind: str, row: Source, by: Actor, at: datetime) -> None:
    ledger.record(Fact(kind=kind, at=at, props={"source_id": row.pk}), by=by)
