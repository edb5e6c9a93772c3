"""The list of accounts."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from isthmus.core.actors import Actor
from isthmus.people import search
from isthmus.people.models import Account
from isthmus.people.models.search import ACCOUNT
from isthmus.web.accounts.forms import AccountForm
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
from isthmus.web.lists.filters import Days, Filter, Span, Words
from isthmus.web.lists.happenings import happenings
from isthmus.web.lists.spec import Editing, ListSpec, View
from isthmus.web.people.listing import ACCOUNT_NAME
from isthmus.web.quality.filters import quality_filter
from isthmus.web.records import record_address
from isthmus.workspace.queries import field_definitions


def _name(row: Account) -> str:
    return title_cell(
        record_address("account", row.pk), str(row), row.domain if row.domain != str(row) else ""
    )


def _columns() -> Sequence[Column]:
    return [
        Column("name", _("Name"), lambda row: row.name, _name, sort="name", reads=ACCOUNT_NAME),
        field_column("domain", _("Domain"), shown=False, always_exported=True),
        field_column("industry", _("Industry")),
        field_column("size", _("People there"), kind="number", num=True),
        field_column("country", _("Country")),
        field_column("city", _("City"), shown=False),
        field_column("region", _("Region"), shown=False),
        field_column("postcode", _("Postal code"), shown=False),
        field_column("revenue", _("Revenue"), kind="number", num=True, shown=False),
        Column(
            "parent",
            _("Part of"),
            lambda row: str(row.parent or ""),
            shown=False,
            related=("parent",),
            reads=across("parent", ACCOUNT_NAME),
        ),
        owner_column(),
        *belonging_columns(),
        moment_column("updated", _("Changed"), "updated_at", sort="updated_at"),
        moment_column("created", _("Known since"), "created_at", shown=False),
        *custom_columns(field_definitions("account")),
    ]


def _filters(actor: Actor) -> Sequence[Filter]:
    return [
        choices.owner_filter(actor),
        choices.team_filter(),
        choices.territory_filter(),
        Words("country", _("Country"), "country", exactly=True),
        Words("region", _("Region"), "region", exactly=True),
        Words("industry", _("Industry"), "industry"),
        Span("size", _("People there"), "size", read=int),
        Days("updated", _("Changed"), "updated_at"),
        *happenings(actor, "account"),
        *figures(actor, "account"),
        quality_filter("accounts"),
        *choices.custom_filters(field_definitions("account")),
    ]


ACCOUNTS = ListSpec(
    name="accounts",
    title=_("Accounts"),
    permission="accounts.view",
    trade="sales",
    rows=lambda actor: Account.objects.present().visible_to(actor),
    search=lambda rows, text: rows.filter(pk__in=search.matching_ids(ACCOUNT, text)),
    search_text=_("Name or domain"),
    columns=_columns,
    filters=_filters,
    sort="-updated",
    empty_title=_("No account is known yet"),
    empty_text=_("Accounts come in with leads and imports, or one by one."),
    new_name="new-account",
    new_text=_("New account"),
    new_permission="accounts.edit",
    editing=Editing(
        "edit_account",
        "account_id",
        "accounts.edit",
        lambda row, actor, data: AccountForm(actor, row, data),
        "account.changed",
        "subject",
    ),
    views=(
        View(_("All"), {}),
        View(_("Mine"), {"owner": choices.ME}),
        View(_("Nobody’s"), {"owner": choices.NOBODY}),
    ),
)
