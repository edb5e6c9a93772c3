"""Whose the records become: the owners that a file names, matched with the people who work here."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from isthmus.imports.acts.creating import made_up_address
from isthmus.imports.remembering import Brought, values_of
from isthmus.web.access import actor_of
from isthmus.workspace.models import User

NOBODY, INVITE = "", "invite"
MOST_USERS = 500


@dataclass(frozen=True)
class OwnerRow:
    """One name in the owner's column, and who it is taken for: an address, or nobody."""

    value: str
    email: str
    is_known: bool

    @property
    def address(self) -> str:
        """The address of a user made for this name; where it is none itself, one that reaches nobody."""
        return _address(self.value)

    @property
    def is_made(self) -> bool:
        """Whether the import makes a user of this name."""
        return not self.is_known and self.email == self.address


def rows_of(brought: Brought, column: str, owner: Mapping[str, Any]) -> list[OwnerRow]:
    """The names of a column: as the recipe maps them, otherwise by address or name."""
    values = values_of(brought, column)
    known = _known()
    made = set(
        User.objects.filter(email__in=[_address(value) for value in values]).values_list("email", flat=True)
    )
    mapped: Mapping[str, str] = owner.get("map", {})
    rows = []
    for value in values:
        here = known.get(value.lower(), "")
        by_itself = here or (_address(value) if _address(value) in made else NOBODY)
        rows.append(OwnerRow(value, mapped.get(value, by_itself), bool(here)))
    return rows


def _known() -> dict[str, str]:
    """Address by address and by name of those who work here; a name that two have says neither."""
    users = list(User.objects.filter(is_active=True).values_list("email", "name")[:MOST_USERS])
    names = Counter(name.lower() for _email, name in users)
    known = {name.lower(): email for email, name in users if names[name.lower()] == 1}
    return known | {email: email for email, _name in users}


def _address(value: str) -> str:
    return value.lower() if "@" in value else made_up_address(f"owner:{value}", "import")


def choices() -> list[tuple[str, str]]:
    """Who may own records."""
    users = User.objects.filter(is_active=True).order_by("name").values_list("email", "name")[:MOST_USERS]
    return [(NOBODY, _("Leave without an owner")), *((email, name) for email, name in users)]


def chosen(
    request: HttpRequest, prefix: str, column: str, shown: Sequence[OwnerRow]
) -> dict[str, Any] | None:
    """How the owner is found, as the recipe writes it; None where no column names owners."""
    if not column or not shown:
        return None
    mapped, invited = {}, False
    for at, row in enumerate(shown):
        answer = request.POST.get(f"{prefix}-owner-{at}")
        if answer is None:  # The column was chosen just now: what is known is taken.
            mapped[row.value] = row.email
        elif answer == INVITE and not row.is_known and actor_of(request).allows("settings.edit"):
            mapped[row.value], invited = row.address, True
        else:
            mapped[row.value] = answer if answer != INVITE else NOBODY
    owner: dict[str, Any] = {"match": "email", "map": mapped, "others": "empty"}
    if invited:
        address = {"column": column, "map": mapped, "others": "empty"}
        owner |= {"create": True, "email": address, "name": f"{{{column}}}"}
    return owner
