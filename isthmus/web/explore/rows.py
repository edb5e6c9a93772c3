"""The rows behind a figure, each with the records it is about."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from isthmus.core.actors import Actor
from isthmus.core.refusals import InvalidInput, NotFound, NotPermitted, Refusal
from isthmus.leads.models import Lead
from isthmus.marketing.models import Campaign
from isthmus.metrics import queries
from isthmus.metrics.catalogue import catalogue
from isthmus.metrics.question import FactRow
from isthmus.people.models import Account, Person
from isthmus.sales.models import Deal, Order
from isthmus.web import figures
from isthmus.web.access import actor_of, needs
from isthmus.web.explore import controls
from isthmus.web.explore.addresses import metric_address
from isthmus.web.explore.asking import asked_by
from isthmus.web.explore.kinds import KIND_TEXTS, trade_of
from isthmus.web.filters import changed_query
from isthmus.web.naming import channel_text
from isthmus.web.records import record_address
from isthmus.workspace.queries import user_names

PAGE = 50


@dataclass(frozen=True)
class Named:
    """A record with its name and its page; no page where the reader may not see it."""

    text: str
    href: str = ""


@dataclass(frozen=True)
class Line:
    """One row as the page shows it."""

    at: datetime
    trade: str
    what: str
    records: Sequence[Named]
    channel: str
    owner: str
    worth: str


@needs("metrics.view")
def rows_page(request: HttpRequest, metric: str) -> HttpResponse:
    """The rows behind a figure, newest first; further ones follow as one scrolls."""
    if metric not in catalogue():
        return _refused(request, NotFound(_("There is no such metric.")), 404)
    try:
        asked = asked_by(request, metric)
        page = queries.rows(asked.question(actor_of(request)), request.GET.get("after") or None, PAGE)
    except InvalidInput as refusal:
        return _refused(request, refusal, 422)
    except NotPermitted as refusal:
        return _refused(request, refusal, 403)
    except Refusal as refusal:
        return _refused(request, refusal, 409)
    lines = lines_of(page.rows, actor_of(request), page.unit, page.currency)
    following = (
        reverse("metric-rows", args=[metric]) + changed_query(request.GET, after=page.next)
        if page.next
        else ""
    )
    context = {"lines": lines, "next": following, "metric": asked.metric, "has_worth": page.unit != "count"}
    if request.GET.get("after") and request.htmx:  # type: ignore[attr-defined]
        return render(request, "explore/rows.html#lines", context)
    context["chips"] = controls.chips(asked, request.GET, controls.all_dimensions())
    context["back"] = metric_address(metric, asked.kept, where=asked.where, anchor=asked.anchor)
    return render(request, "explore/rows.html", context)


def lines_of(rows: Sequence[FactRow], actor: Actor, unit: str, currency: str | None) -> list[Line]:
    """Rows with names: a few queries for the whole page, and only what the reader may see."""
    people = _people(actor, {row.subject for row in rows})
    accounts = _by_subject(Account, actor, {row.account_id for row in rows})
    leads = set(
        Lead.objects.visible_to(actor)
        .filter(pk__in=_ids(r.lead_id for r in rows))
        .values_list("pk", flat=True)
    )
    deals = dict(
        Deal.objects.visible_to(actor).filter(pk__in=_ids(r.deal_id for r in rows)).values_list("pk", "name")
    )
    orders = dict(
        Order.objects.visible_to(actor)
        .filter(pk__in=_ids(r.order_id for r in rows))
        .values_list("pk", "number")
    )
    campaigns = dict(
        Campaign.objects.filter(pk__in=_ids(r.campaign_id for r in rows)).values_list("pk", "name")
    )
    owners = user_names(_ids(row.owner for row in rows))

    def records(row: FactRow) -> list[Named]:
        found = [people.get(row.subject), accounts.get(row.account_id)]
        if row.lead_id in leads and row.deal_id is None:
            found.append(
                Named(_("Lead %(number)s") % {"number": row.lead_id}, record_address("lead", row.lead_id))
            )
        if row.deal_id in deals:
            found.append(Named(deals[row.deal_id], record_address("deal", row.deal_id)))
        if row.order_id in orders:
            found.append(
                Named(
                    _("Order %(number)s") % {"number": orders[row.order_id]},
                    record_address("order", row.order_id),
                )
            )
        if row.campaign_id in campaigns and not any(found):
            found.append(Named(campaigns[row.campaign_id], record_address("campaign", row.campaign_id)))
        return [one for one in found if one is not None]

    return [
        Line(
            row.at,
            trade_of(row.kind),
            str(KIND_TEXTS.get(row.kind, row.kind)),
            records(row),
            channel_text(row.channel) if row.channel else "",
            owners.get(row.owner or 0, ""),
            figures.write(row.worth, "money" if unit.startswith("money") else unit, currency)
            if unit != "share"
            else _yes_no(row.worth),
        )
        for row in rows
    ]


def _people(actor: Actor, subjects: set[int | None]) -> dict[int | None, Named]:
    found = (
        Person.objects.visible_to(actor)
        .filter(subject__in=_ids(subjects))
        .values_list("subject", "pk", "full_name")
    )
    return {
        subject: Named(name or _("Nameless person"), record_address("person", pk))
        for subject, pk, name in found
    }


def _by_subject(model: Any, actor: Actor, ids: set[int | None]) -> dict[int | None, Named]:
    found = model.objects.visible_to(actor).filter(pk__in=_ids(ids)).values_list("pk", "name")
    return {pk: Named(name, record_address("account", pk)) for pk, name in found}


def _ids(numbers: Iterable[int | None]) -> set[int]:
    return {number for number in numbers if number is not None}


def _yes_no(worth: Any) -> str:
    return _("counted") if worth else _("not counted")


def _refused(request: HttpRequest, refusal: Refusal, status: int) -> HttpResponse:
    return render(request, "explore/rows.html", {"refusal": str(refusal)}, status=status)
