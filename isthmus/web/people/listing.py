"""The list of people."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from isthmus.core.actors import Actor
from isthmus.people import search
from isthmus.people.models import Person
from isthmus.people.models.search import PERSON
from isthmus.web import formats
from isthmus.web.escaping import html
from isthmus.web.lists import choices
from isthmus.web.lists.columns import (
    Column,
    across,
    belonging_columns,
    custom_columns,
    field_column,
    moment_column,
    owner_column,
    title_cell,
)
from isthmus.web.lists.figures import figures
from isthmus.web.lists.filters import Days, Filter, Words
from isthmus.web.lists.happenings import happenings
from isthmus.web.lists.spec import Editing, ListSpec, View
from isthmus.web.people.forms import EditPersonForm
from isthmus.web.quality.filters import quality_filter
from isthmus.web.records import record_address
from isthmus.workspace.queries import field_definitions

# The fields that the name of a person, and of an account, is made of.
PERSON_NAME = ("full_name", "email", "phone", "erased_at")
ACCOUNT_NAME = ("name", "domain")


def account_column(shown: bool = True) -> Column:
    """The account that a row belongs to, as a link."""
    return Column(
        "account",
        _("Account"),
        lambda row: str(row.account or ""),
        account_link,
        shown=shown,
        related=("account",),
        reads=across("account", ACCOUNT_NAME),
    )


def account_link(row: Any) -> str:
    """The account of a row as a link."""
    if row.account is None:
        return formats.NOTHING
    return html(
        '<a class="opens" href="{}">{}</a>', record_address("account", row.account_id), str(row.account)
    )


def _name(row: Person) -> str:
    below = row.email or row.phone
    return title_cell(record_address("person", row.pk), str(row), below if below != str(row) else "")


def _columns() -> Sequence[Column]:
    return [
        Column("name", _("Name"), lambda row: row.full_name, _name, sort="full_name", reads=PERSON_NAME),
        account_column(),
        field_column("title", _("Title")),
        field_column("email", _("E-mail"), shown=False, always_exported=True),
        field_column("phone", _("Phone"), shown=False, always_exported=True),
        field_column("country", _("Country")),
        field_column("city", _("City"), shown=False),
        owner_column(),
        *belonging_columns(),
        moment_column("updated", _("Changed"), "updated_at", sort="updated_at"),
        moment_column("created", _("Known since"), "created_at", shown=False),
        *custom_columns(field_definitions("person")),
    ]


def _filters(actor: Actor) -> Sequence[Filter]:
    return [
        choices.owner_filter(actor),
        choices.team_filter(),
        choices.territory_filter(),
        Words("country", _("Country"), "country", exactly=True),
        Days("updated", _("Changed"), "updated_at"),
        *happenings(actor, "person"),
        *figures(actor, "person", "subject"),
        quality_filter("people"),
        *choices.custom_filters(field_definitions("person")),
    ]


PEOPLE = ListSpec(
    name="people",
    title=_("People"),
    permission="people.view",
    trade="sales",
    rows=lambda actor: Person.objects.present().visible_to(actor),
    search=lambda rows, text: rows.filter(pk__in=search.matching_ids(PERSON, text)),
    search_text=_("Name, e-mail, phone or company"),
    columns=_columns,
    filters=_filters,
    sort="-updated",
    empty_title=_("Nobody is known yet"),
    empty_text=_("People come in with leads and imports, or one by one."),
    new_name="new-person",
    new_text=_("New person"),
    new_permission="people.edit",
    editing=Editing("edit_person", "person_id", "people.edit", EditPersonForm, "person.changed", "subject"),
    views=(
        View(_("All"), {}),
        View(_("Mine"), {"owner": choices.ME}),
        View(_("Nobody’s"), {"owner": choices.NOBODY}),
    ),
)
