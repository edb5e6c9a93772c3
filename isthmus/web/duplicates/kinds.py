"""The two kinds of record that can be duplicates, and how each is named, shown and asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from isthmus.core.actors import Actor
from isthmus.people.models import Account, Person
from isthmus.people.models.search import ACCOUNT, PERSON

Text = str | Promise


@dataclass(frozen=True)
class Kind:
    """People or accounts. `fields` are those that a merge decides about, with their labels."""

    of: str
    record: str
    party: int
    model: Any
    right: str
    edit_right: str
    title: Text
    fields: Mapping[str, Text]
    related: tuple[str, ...] = field(default=())

    def reachable(self, actor: Actor) -> Any:
        """The records that the actor may see and merge."""
        rows = self.model.objects.present().visible_to(actor)
        for right in (self.right, self.edit_right):
            if actor.scope(right) != actor.scope(self.model.view_permission):
                rows = rows.filter(pk__in=self.model.objects.visible_to(actor, right).values("pk"))
        return rows.select_related(*self.related)


PEOPLE = Kind(
    "people",
    "person",
    PERSON,
    Person,
    "people.merge",
    "people.edit",
    _("People who may be one"),
    {
        "full_name": _("Name"),
        "email": _("E-mail"),
        "phone": _("Phone"),
        "title": _("Title"),
        "account_id": _("Account"),
        "country": _("Country"),
        "city": _("City"),
        "locale": _("Language"),
        "owner_id": _("Owner"),
    },
    ("account", "owner"),
)
ACCOUNTS = Kind(
    "accounts",
    "account",
    ACCOUNT,
    Account,
    "accounts.merge",
    "accounts.edit",
    _("Accounts that may be one"),
    {
        "name": _("Name"),
        "domain": _("Domain"),
        "country": _("Country"),
        "city": _("City"),
        "industry": _("Industry"),
        "size": _("Size"),
        "region": _("Region"),
        "postcode": _("Postal code"),
        "revenue": _("Revenue"),
        "parent_id": _("Belongs to"),
        "owner_id": _("Owner"),
    },
    ("parent", "owner"),
)
KINDS: Mapping[str, Kind] = {"people": PEOPLE, "accounts": ACCOUNTS}
