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
from isthmus.web.lists.columns import Column, belonging_columns, custom_columns, owner_column, title_cell
from isthmus.web.lists.filters import Days, Filter, Span, Words
from isthmus.web.lists.spec import Editing, ListSpec, View
from isthmus.web.people.listing import account_link
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
        Column("name", _("Lead"), lambda row: str(row.person), _name, related=("person", "account")),
        Column("email", _("E-mail"), lambda row: row.person.email, shown=False, related=("person",)),
        Column(
            "account",
            _("Account"),
            lambda row: str(row.account or ""),
            account_link,
            shown=False,
            related=("account",),
        ),
        Column("state", _("State"), words.state_of, words.state_badge),
        Column("channel", _("Channel"), lambda row: row.channel, words.channel_of),
        Column("campaign", _("Campaign"), lambda row: row.campaign_name),
        owner_column(),
        Column(
            "due", _("Clock"), lambda row: row.due_at, lambda row: words.due_clock(row, now), kind="moment"
        ),
        Column("score", _("Score"), lambda row: row.score, kind="number", num=True, field="score"),
        Column(
            "captured",
            _("Captured"),
            lambda row: row.captured_at,
            kind="moment",
            sort="captured_at",
            num=True,
        ),
        Column(
            "updated",
            _("Changed"),
            lambda row: row.updated_at,
            kind="moment",
            sort="updated_at",
            num=True,
            shown=False,
        ),
        Column("source", _("Source"), lambda row: row.utm_source, shown=False),
        Column("landing_page", _("Landing page"), lambda row: row.landing_page, shown=False),
        Column("return_reason", _("Return reason"), lambda row: row.get_return_reason_display(), shown=False),
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
        Span("score", _("Score"), "score", read=int),
        Days("captured", _("Captured"), "captured_at"),
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
    prepare=words.name_campaigns,
)
