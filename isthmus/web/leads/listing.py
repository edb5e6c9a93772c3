"""The list of leads."""

from collections.abc import Sequence

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from isthmus.core import clock
from isthmus.core.actors import Actor
from isthmus.leads.models import Lead, LeadState, ReturnReason
from isthmus.people import search
from isthmus.people.models.search import ACCOUNT, PERSON
from isthmus.web.leads import words
from isthmus.web.leads.forms import EditLeadForm
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
from isthmus.web.lists.spec import Editing, ListSpec, View
from isthmus.web.people.listing import ACCOUNT_NAME, PERSON_NAME, account_column
from isthmus.web.quality.filters import quality_filter
from isthmus.web.records import record_address
from isthmus.workspace.queries import field_definitions


def _name(row: Lead) -> str:
    below = str(row.account) if row.account else row.person.email
    return title_cell(
        record_address("lead", row.pk), str(row.person), below if below != str(row.person) else ""
    )


def _columns() -> Sequence[Column]:
    now = clock.now()
    return [
        Column(
            "name",
            _("Lead"),
            lambda row: str(row.person),
            _name,
            related=("person", "account"),
            reads=(*across("person", PERSON_NAME), *across("account", ACCOUNT_NAME)),
        ),
        Column(
            "email",
            _("E-mail"),
            lambda row: row.person.email,
            shown=False,
            related=("person",),
            reads=("person__email",),
        ),
        account_column(shown=False),
        Column("state", _("State"), words.state_of, words.state_badge, reads=("state",)),
        Column("channel", _("Channel"), lambda row: row.channel, words.channel_of, reads=("channel",)),
        Column("campaign", _("Campaign"), lambda row: row.campaign_name, reads=("campaign_id",)),
        owner_column(),
        Column(
            "due",
            _("Clock"),
            lambda row: row.due_at,
            lambda row: words.due_clock(row, now),
            kind="moment",
            reads=("state", "due_at", "handed_over_at", "contacted_at"),
        ),
        field_column("score", _("Score"), kind="number", num=True),
        moment_column("captured", _("Captured"), "captured_at", sort="captured_at"),
        moment_column("updated", _("Changed"), "updated_at", sort="updated_at", shown=False),
        Column("source", _("Source"), lambda row: row.utm_source, shown=False, reads=("utm_source",)),
        field_column("landing_page", _("Landing page"), shown=False, field=""),
        field_column("form", _("Form"), shown=False, field=""),
        Column(
            "return_reason",
            _("Return reason"),
            lambda row: row.get_return_reason_display(),
            shown=False,
            reads=("return_reason",),
        ),
        *belonging_columns(),
        *custom_columns(field_definitions("lead")),
    ]


def _filters(actor: Actor) -> Sequence[Filter]:
    return [
        choices.choice_filter("state", _("State"), LeadState.choices, "state"),
        choices.owner_filter(actor),
        choices.team_filter(),
        choices.channel_filter(Lead),
        choices.campaign_filter(),
        choices.territory_filter(),
        choices.choice_filter("reason", _("Return reason"), ReturnReason.choices, "return_reason"),
        Words("landing_page", _("Landing page"), "landing_page"),
        Words("form", _("Form"), "form"),
        Span("score", _("Score"), "score", read=int),
        Days("captured", _("Captured"), "captured_at"),
        *figures(actor, "lead"),
        quality_filter("leads"),
        *choices.custom_filters(field_definitions("lead")),
    ]


def with_party(text: str) -> Q:
    """The condition of rows whose person or account the words find."""
    return Q(person__in=search.matching_ids(PERSON, text)) | Q(account__in=search.matching_ids(ACCOUNT, text))


LEADS = ListSpec(
    name="leads",
    title=_("Leads"),
    permission="leads.view",
    trade="crossing",
    rows=lambda actor: Lead.objects.visible_to(actor),
    search=lambda rows, text: rows.filter(with_party(text)),
    search_text=_("Name, e-mail, phone or company"),
    columns=_columns,
    filters=_filters,
    sort="-captured",
    empty_title=_("No lead was captured yet"),
    empty_text=_("Leads come in through forms, the API and imports, or one by one."),
    new_name="new-lead",
    new_text=_("New lead"),
    new_permission="leads.capture",
    editing=Editing(
        "edit_lead",
        "lead_id",
        "leads.edit",
        lambda row, actor, data: EditLeadForm(row, data),
        "lead.changed",
        "lead_id",
    ),
    views=(
        View(_("All"), {}),
        View(_("New"), {"state": "captured"}),
        View(_("Qualified"), {"state": "qualified"}),
        View(_("Waiting for a verdict"), {"state": "handed_over"}),
        View(_("Returned"), {"state": "returned"}),
        View(_("Mine"), {"owner": choices.ME}),
    ),
    reads=("campaign_id",),
    prepare=words.name_campaigns,
)
