"""The list of deals."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from isthmus.core.actors import Actor
from isthmus.core.money import Money
from isthmus.people import search
from isthmus.sales.models import Deal, DealState, LossReason, Stage
from isthmus.web import formats, markup
from isthmus.web.leads.listing import with_party
from isthmus.web.leads.words import channel_of, name_campaigns
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
from isthmus.web.lists.filters import Days, Filter, OneOf, money_span
from isthmus.web.lists.spec import Editing, ListSpec, View
from isthmus.web.people.listing import ACCOUNT_NAME, PERSON_NAME, account_column
from isthmus.web.quality.filters import quality_filter
from isthmus.web.records import record_address
from isthmus.web.sales.forms import EditDealForm
from isthmus.workspace.queries import field_definitions


def value_of(deal: Deal) -> Money | None:
    """What a deal is worth, where that is known."""
    return None if deal.amount is None else Money.from_micros(deal.amount, deal.currency)


def stayed(deal: Deal, now: datetime) -> str:
    """How long a deal has been in its stage: `in Proposal for 9 days`, `in Proposal since today`."""
    days = (now - deal.stage_since).days
    if days < 1:
        return gettext("in %(stage)s since today") % {"stage": deal.stage.name}
    return gettext("in %(stage)s for %(days)s") % {"stage": deal.stage.name, "days": formats.days(days)}


def stage_badge(deal: Deal) -> SafeString:
    """The stage of an open deal, or how it ended."""
    if deal.state == DealState.WON:
        return markup.badge(str(DealState.WON.label), tone="good")
    if deal.state == DealState.LOST:
        return markup.badge(str(DealState.LOST.label))
    return markup.badge(deal.stage.name, trade="sales")


def _name(row: Deal) -> str:
    whose = str(row.account or row.person or "")
    return title_cell(record_address("deal", row.pk), row.name, whose if whose != row.name else "")


def _columns() -> Sequence[Column]:
    return [
        Column(
            "name",
            _("Deal"),
            lambda row: row.name,
            _name,
            related=("account", "person"),
            reads=("name", *across("account", ACCOUNT_NAME), *across("person", PERSON_NAME)),
        ),
        account_column(shown=False),
        Column(
            "person",
            _("Person"),
            lambda row: str(row.person or ""),
            shown=False,
            related=("person",),
            reads=across("person", PERSON_NAME),
        ),
        Column(
            "stage",
            _("Stage"),
            lambda row: row.stage.name,
            stage_badge,
            related=("stage",),
            reads=("state", "stage__name"),
        ),
        Column(
            "value",
            _("Value"),
            value_of,
            kind="money",
            sort="amount",
            num=True,
            field="amount",
            reads=("amount", "currency"),
        ),
        field_column("currency", _("Currency"), shown=False, always_exported=True, field=""),
        owner_column(),
        Column(
            "closes",
            _("Expected close"),
            lambda row: row.expected_close_on,
            sort="expected_close_on",
            num=True,
            field="expected_close_on",
            kind="day",
            reads=("expected_close_on",),
        ),
        moment_column("opened", _("Opened"), "opened_at", sort="opened_at"),
        *_further_columns(),
        *belonging_columns(),
        *custom_columns(field_definitions("deal")),
    ]


def _further_columns() -> Sequence[Column]:
    """What may be shown beside the usual."""
    return [
        moment_column("closed", _("Closed"), "closed_at", shown=False),
        moment_column("updated", _("Changed"), "updated_at", sort="updated_at", shown=False),
        Column("channel", _("Channel"), lambda row: row.channel, channel_of, shown=False, reads=("channel",)),
        Column("campaign", _("Campaign"), lambda row: row.campaign_name, shown=False, reads=("campaign_id",)),
        Column(
            "product",
            _("Product"),
            lambda row: row.product and row.product.name,
            shown=False,
            related=("product",),
            field="product_id",
            reads=("product__name",),
        ),
        Column(
            "lost_reason",
            _("Lost because"),
            lambda row: row.get_lost_reason_display(),
            shown=False,
            reads=("lost_reason",),
        ),
    ]


def _named(text: str) -> Any:
    """Deals whose name begins with the text: a range of the index. A word within it would read every deal."""
    return Deal.objects.beginning_with(text).order_by().values("pk")[: search.CANDIDATES]


def _stage_options() -> Sequence[tuple[str, str]]:
    stages = list(Stage.objects.select_related("pipeline").order_by("pipeline__name", "position"))
    several = len({stage.pipeline_id for stage in stages}) > 1
    return [(str(one.pk), f"{one.pipeline.name}: {one.name}" if several else one.name) for one in stages]


def _filters(actor: Actor) -> Sequence[Filter]:
    return [
        choices.choice_filter("state", _("State"), DealState.choices, "state"),
        OneOf(
            "stage",
            _("Stage"),
            _stage_options,
            lambda values: Q(stage__in=list(map(int, values))),
            by="stage_id",
        ),
        choices.owner_filter(actor),
        choices.team_filter(),
        choices.territory_filter(),
        choices.channel_filter(Deal),
        choices.campaign_filter(),
        choices.choice_filter("reason", _("Lost because"), LossReason.choices, "lost_reason"),
        money_span("value", _("Value"), "amount"),
        Days("opened", _("Opened"), "opened_at"),
        Days("closes", _("Expected close"), "expected_close_on", over="days"),
        Days("closed", _("Closed"), "closed_at"),
        *figures(actor, "deal"),
        quality_filter("deals"),
        *choices.custom_filters(field_definitions("deal")),
    ]


DEALS = ListSpec(
    name="deals",
    title=_("Deals"),
    permission="deals.view",
    trade="sales",
    rows=lambda actor: Deal.objects.visible_to(actor),
    search=lambda rows, text: rows.filter(Q(pk__in=_named(text)) | with_party(text)),
    search_text=_("Deal, person or company"),
    search_note=_(
        "Deals are found by how their name begins, not by a word inside it; people and companies by any word."
    ),
    columns=_columns,
    filters=_filters,
    sort="-opened",
    empty_title=_("No deal was opened yet"),
    empty_text=_("A deal opens when sales accepts a lead, or here."),
    new_name="new-deal",
    new_text=_("Open a deal"),
    new_permission="deals.edit",
    editing=Editing(
        "edit_deal",
        "deal_id",
        "deals.edit",
        lambda row, actor, data: EditDealForm(row, data),
        "deal.changed",
        "deal_id",
    ),
    views=(
        View(_("Open"), {"state": "open"}),
        View(_("Mine"), {"state": "open", "owner": choices.ME}),
        View(_("Won"), {"state": "won"}),
        View(_("Lost"), {"state": "lost"}),
        View(_("All"), {}),
    ),
    reads=("campaign_id",),
    prepare=name_campaigns,
)
