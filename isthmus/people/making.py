"""A person as a sighting tells of them first."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from isthmus.core.clock import written_now
from isthmus.people.models import Account, Person

if TYPE_CHECKING:
    from isthmus.people.matching import Sighting

_PERSON_COLUMNS = [field.attname for field in Person._meta.concrete_fields]
_NEW = (
    "full_name",
    "email",
    "phone",
    "title",
    "country",
    "city",
    "locale",
    "owner_id",
    "team_id",
    "territory_id",
    "custom",
    "created_at",
    "updated_at",
    "version",
)


def new_person(
    sighting: "Sighting", account: Account | None, territory_of: Callable[[str], int | None]
) -> Person:
    """A person who is not stored yet, from what the sighting says."""
    country = sighting.country.strip().upper()[:2]
    sighting.gave_account = account is not None
    values = (
        " ".join(sighting.full_name.split())[:255],
        sighting.email[:320],
        sighting.phone[:40],
        sighting.title.strip()[:160],
        country,
        sighting.city.strip()[:120],
        sighting.locale[:12],
        sighting.owner_id,
        sighting.team_id,
        territory_of(country),
        dict(sighting.custom),
        sighting.at,
        written_now(),
        1,
    )
    # By their places: by their names Django takes four times as long.
    given = dict(zip(_NEW, values, strict=True))
    columns: Any = [given.get(name) for name in _PERSON_COLUMNS]
    person = Person(*columns)
    if account is not None:
        person.account = account
    return person
