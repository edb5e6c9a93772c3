"""Territories: parts of the market in a tree, each with what is its own."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.commands import command
from isthmus.core.editing import asked_changes
from isthmus.core.refusals import InvalidInput, NotFound
from isthmus.ledger.facts import Fact
from isthmus.workspace.changing import NothingChanged
from isthmus.workspace.commands.trees import need_above, need_existing, need_free
from isthmus.workspace.models import Currency, Territory
from isthmus.workspace.queries import forget_territories

# What may be emptied: it then holds as it does above.
_EMPTY: Mapping[str, Any] = {
    "parent_id": None,
    "countries": [],
    "currency": "",
    "time_zone": "",
    "holidays": "",
}
_FIELDS = ("name", *_EMPTY)


@command(permission="settings.edit", label=gettext_lazy("Add a territory"))
def add_territory(
    *,
    name: str,
    by: Actor,
    at: datetime,
    parent_id: int | None = None,
    countries: list[str] | None = None,
    currency: str = "",
    time_zone: str = "",
    holidays: str = "",
) -> Territory:
    """Add a part of the market; people and accounts of its countries fall into it from now on.

    There is no undo: facts may carry its number from the next moment on. Rename it or move it instead.
    """
    need_free(Territory, name)
    own = {"countries": countries or [], "currency": currency, "time_zone": time_zone, "holidays": holidays}
    territory: Territory = Territory.objects.create(
        name=name.strip(), parent_id=need_existing(Territory, parent_id), **_read(own)
    )
    forget_territories()
    ledger.record(Fact(kind="territory.added", at=at, territory=territory.pk), by=by)
    return territory


@command(
    permission="settings.edit",
    label=gettext_lazy("Change a territory"),
    undo="edit_territory",
    undo_arguments=lambda territory, _: territory.before,
)
def edit_territory(
    *,
    territory_id: int,
    by: Actor,
    at: datetime,
    name: str | None = None,
    parent_id: int | None = None,
    countries: list[str] | None = None,
    currency: str | None = None,
    time_zone: str | None = None,
    holidays: str | None = None,
    clear: list[str] | None = None,
) -> Territory:
    """Rename a territory, move it, or set what is its own. What fell into it before stays there.

    `clear` names what it shall have from the territory above it again.
    """
    given = {key: value for key, value in locals().items() if key in _FIELDS}
    territory: Territory | None = Territory.objects.select_for_update().filter(pk=territory_id).first()
    if territory is None:
        raise NotFound(_("There is no such territory."))
    asked = _read(asked_changes(given, clear, _EMPTY))
    if "name" in asked and asked["name"] != territory.name:
        need_free(Territory, asked["name"])
    if asked.get("parent_id") is not None:
        need_above(Territory, territory.pk, asked["parent_id"])
    before = {name: getattr(territory, name) for name in asked if getattr(territory, name) != asked[name]}
    if not before:
        raise NothingChanged(_("Nothing was changed: the territory is like this already."))
    for key in before:
        setattr(territory, key, asked[key])
    territory.save()
    forget_territories()
    changed = {key: [value, asked[key]] for key, value in before.items()}
    ledger.record(Fact(kind="territory.changed", at=at, territory=territory.pk, props=changed), by=by)
    set_again = {key: value for key, value in before.items() if value not in (None, "", [])}
    cleared = [key for key in before if key not in set_again]
    territory.before = {"territory_id": territory.pk, **set_again, "clear": cleared}
    return territory


def _read(given: Mapping[str, Any]) -> dict[str, Any]:
    """What was given, as it is stored. Raises InvalidInput: a sentence for each that cannot be."""
    read, errors = dict(given), dict[str, str]()
    if "name" in read:
        read["name"] = read["name"].strip()
        if not read["name"]:
            errors["name"] = _("Give it a name.")
    if "countries" in read:
        read["countries"] = [code.strip().upper() for code in read["countries"]]
    for key in ("currency", "holidays"):
        if key in read:
            read[key] = read[key].strip().upper()
    if read.get("currency") and not Currency.objects.filter(code=read["currency"]).exists():
        errors["currency"] = _(
            "The company does not deal in %(code)s yet. Add it under Currencies first."
        ) % {"code": read["currency"]}
    if read.get("time_zone") and read["time_zone"] not in available_timezones():
        errors["time_zone"] = _("There is no time zone %(zone)s. Write it like Europe/Stockholm.") % {
            "zone": read["time_zone"]
        }
    if read.get("holidays") and not _is_calendar(read["holidays"]):
        errors["holidays"] = _(
            "The holidays of %(code)s are not known. Write a country like SE, or a part of one like DE-BY."
        ) % {"code": read["holidays"]}
    if errors:
        raise InvalidInput(errors)
    return read


def _is_calendar(code: str) -> bool:
    import holidays

    country, _dash, part_of_it = code.partition("-")
    known: Mapping[str, Sequence[str]] = holidays.list_supported_countries()
    return country in known and (not part_of_it or part_of_it in known[country])
