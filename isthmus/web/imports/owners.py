"""Whose the records become: the owners that a file names, matched with the people who work here."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest
from django.utils.translation import gettext as _

from isthmus.imports.acts.creating import made_up_address
from isthmus.imports.remembering import Brought, values_of
from isthmus.web.access import actor_of
from isthmus.workspace.models import User
from isthmus.workspace.roles import ROLE_CHOICES

NOBODY, ADD = "", "invite"
MAIL = "mail:"  # and the role as which somebody is invited
MOST_USERS = 500


@dataclass(frozen=True)
class OwnerRow:
    """One name in the owner's column, and who it is taken for: an address, or nobody."""

    value: str
    email: str
    is_known: bool
    role: str = ""  # as which they are invited by mail

    @property
    def address(self) -> str:
        """The address of a user made for this name; where it is none itself, one that reaches nobody."""
        return _address(self.value)

    @property
    def is_made(self) -> bool:
        """Whether the import makes a user of this name."""
        return not self.is_known and self.email == self.address and not self.role

    @property
    def has_address(self) -> bool:
        """Whether a mail can reach whom the file names."""
        try:
            validate_email(self.value)
        except ValidationError:
            return False
        return True


def rows_of(brought: Brought, column: str, owner: Mapping[str, Any]) -> list[OwnerRow]:
    """The names of a column: as the recipe maps them, otherwise by address or name."""
    values = values_of(brought, column)
    known = _known()
    made = set(
        User.objects.filter(email__in=[_address(value) for value in values]).values_list("email", flat=True)
    )
    mapped: Mapping[str, str] = owner.get("map", {})
    invited: Mapping[str, str] = owner.get("invite", {})
    rows = []
    for value in values:
        here = known.get(value.lower(), "")
        by_itself = here or (_address(value) if _address(value) in made else NOBODY)
        email = mapped.get(value, by_itself)
        rows.append(OwnerRow(value, email, bool(here), invited.get(email, "") if not here else ""))
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
    mapped: dict[str, str] = {}
    added, invited = False, dict[str, str]()
    may_add = actor_of(request).allows("settings.edit")
    for at, row in enumerate(shown):
        answer = request.POST.get(f"{prefix}-owner-{at}")
        if answer is None:  # The column was chosen just now: what is known is taken.
            mapped[row.value] = row.email
        elif answer == ADD and not row.is_known and may_add:
            mapped[row.value], added = row.address, True
        elif answer.removeprefix(MAIL) in roles(request) and row.has_address and not row.is_known:
            mapped[row.value] = row.address
            invited[row.address] = answer.removeprefix(MAIL)
        else:
            mapped[row.value] = answer if answer != ADD and not answer.startswith(MAIL) else NOBODY
    owner: dict[str, Any] = {"match": "email", "map": mapped, "others": "empty"}
    if added or invited:
        address = {"column": column, "map": mapped, "others": "empty"}
        owner |= {"create": True, "email": address, "name": f"{{{column}}}"}
    return owner | ({"invite": invited} if invited else {})


def roles(request: HttpRequest) -> dict[str, str]:
    """As what one may invite owners by mail; nothing where there is no mail server or no right to it."""
    may = settings.SENDS_MAIL and actor_of(request).allows("settings.edit")
    first = [one for one in ROLE_CHOICES if one[0] == "seller"]
    every = [*first, *(one for one in ROLE_CHOICES if one[0] != "seller")]
    return {name: str(label) for name, label in every} if may else {}
