"""The addresses that read records: lists, one record, its timeline, search."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI

from isthmus.api import describing_reads as describing
from isthmus.api.answers import answer, with_errors
from isthmus.api.callers import actor_of
from isthmus.api.filters import custom_condition, refuse_unknown
from isthmus.api.paging import Sort, page_of, read_limit
from isthmus.api.resources import RESOURCES, Resource
from isthmus.api.shapes import AccountShape, DealShape, LeadShape, PersonShape
from isthmus.api.shapes.base import in_whole_units
from isthmus.core.actors import Actor
from isthmus.core.refusals import InvalidInput, NotFound, NotPermitted
from isthmus.leads.models import Lead
from isthmus.ledger.timeline import PastFact, open_sealed
from isthmus.people.search import find_accounts, find_people, matching_ids
from isthmus.sales import timeline
from isthmus.sales.models import Deal
from isthmus.workspace.queries import field_definitions

REFUSALS = (401, 403, 404, 422, 503)
PAGING = ("after", "limit", "sort")
SHORTEST, FOUND = 2, 20


def install(api: NinjaAPI) -> None:
    """Give every resource its addresses."""
    for resource in RESOURCES:
        _add(api, f"/{resource.name}", _listing(resource), describing.listing(resource))
        _add(api, f"/{resource.name}/{{int:number}}", _detail(resource), describing.detail(resource))
        if resource.timeline:
            path = f"/{resource.name}/{{int:number}}/timeline"
            _add(api, path, _timeline(resource), describing.timeline(resource))
    _add(api, "/search", search, describing.search())


def search(request: HttpRequest) -> HttpResponse:
    """People, accounts, deals and leads that match, as far as the caller may see them."""
    refuse_unknown(request.GET, {"q": None}, (), custom=False)
    text = request.GET.get("q", "").strip()
    if len(text) < SHORTEST or "\x00" in text:
        raise InvalidInput({"q": _("Give at least two letters or digits to look for.")})
    by = actor_of(request)
    people = find_people(text, actor=by, limit=FOUND)
    deals = Deal.objects.visible_to(by).filter(name__istartswith=text).order_by("-pk")[:FOUND]
    leads = Lead.objects.visible_to(by).filter(person__in=[person.pk for person in people])
    return answer(
        {
            "people": [PersonShape.json_of(row) for row in people],
            "accounts": [AccountShape.json_of(row) for row in find_accounts(text, actor=by, limit=FOUND)],
            "deals": [DealShape.json_of(row) for row in deals],
            "leads": [LeadShape.json_of(row) for row in leads.order_by("-captured_at", "-pk")[:FOUND]],
        }
    )


def _listing(resource: Resource) -> Callable[[HttpRequest], HttpResponse]:
    def listing(request: HttpRequest) -> HttpResponse:
        refuse_unknown(request.GET, resource.filters_all, PAGING, custom=bool(resource.custom))
        rows = _reachable(resource, actor_of(request))
        for name in request.GET:
            rows = rows.filter(_condition(resource, name, request.GET.getlist(name)))
        sort = _sort(resource, request.GET.get("sort", ""))
        page = page_of(rows, sort, request.GET.get("after", ""), read_limit(request.GET.get("limit", "")))
        return answer({"data": [resource.shape.json_of(row) for row in page.rows], "next": page.next})

    return listing


def _detail(resource: Resource) -> Callable[[HttpRequest, int], HttpResponse]:
    def detail(request: HttpRequest, number: int) -> HttpResponse:
        row = _one(resource, actor_of(request), number)
        response = answer(resource.shape.json_of(row))
        if (version := getattr(row, "version", None)) is not None:
            response["ETag"] = f'"{version}"'
        return response

    return detail


def _timeline(resource: Resource) -> Callable[[HttpRequest, int], HttpResponse]:
    def past(request: HttpRequest, number: int) -> HttpResponse:
        refuse_unknown(request.GET, {}, ("after", "limit"), custom=False)
        by = actor_of(request)
        row = _one(resource, by, number)
        limit = read_limit(request.GET.get("limit", ""))
        facts, place = timeline.page(
            timeline.about(row, by), by, after=request.GET.get("after", ""), limit=limit
        )
        texts = _texts(facts)
        return answer({"data": [_told(fact, texts.get(fact.id, {})) for fact in facts], "next": place})

    return past


def _reachable(resource: Resource, by: Actor) -> Any:
    if resource.permission and not by.allows(resource.permission):
        raise NotPermitted(
            _("Your role does not include reading %(name)s. Ask an administrator for the right %(right)s.")
            % {"name": resource.name, "right": resource.permission}
        )
    return resource.rows(by)


def _one(resource: Resource, by: Actor, number: int) -> Any:
    row = _reachable(resource, by).filter(pk=number).first() if number < 2**63 else None
    if row is None:
        raise NotFound(_("There is no such record, or your role does not reach it."))
    return row


def _condition(resource: Resource, name: str, values: list[str]) -> Q:
    if name in PAGING:
        return Q()
    if name == "q":
        return Q(pk__in=matching_ids(resource.party, values[-1].replace("\x00", " ")))
    if name in resource.filters:
        return resource.filters[name].condition(name, values)
    definitions = {definition.key: definition for definition in field_definitions(resource.custom)}
    return custom_condition(definitions, name, values)


def _sort(resource: Resource, text: str) -> Sort:
    field = text.removeprefix("-") or resource.sorts[0]
    if field not in resource.sorts:
        allowed = ", ".join(resource.sorts)
        sentence = _("There is no order by %(name)s. Allowed are: %(allowed)s, each with “-” for falling.")
        raise InvalidInput({"sort": sentence % {"name": field[:60], "allowed": allowed}})
    return Sort(field, text.startswith("-") if text else field.endswith(("_at", "at")))


def _texts(facts: list[PastFact]) -> dict[bytes, Mapping[str, str | None]]:
    holding = [fact for fact in facts if fact.sealed]
    return dict(zip([fact.id for fact in holding], open_sealed(holding), strict=True))


_OF_A_VISIT = (
    *("event", "host", "path", "referrer", "landing_page", "click_id", "quantity", "locale"),
    *("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"),
)


def _told(fact: PastFact, texts: Mapping[str, str | None]) -> dict[str, Any]:
    return {
        "id": fact.id.hex(),
        "kind": fact.kind,
        "at": fact.at,
        "actor": {"kind": fact.actor_kind, "id": fact.actor_id},
        "account_id": fact.account_id,
        "lead_id": fact.lead_id,
        "deal_id": fact.deal_id,
        "order_id": fact.order_id,
        "campaign_id": fact.campaign_id,
        "product_id": fact.product_id,
        "channel": fact.channel,
        "owner_id": fact.owner,
        "amount": in_whole_units(fact.amount),
        "currency": fact.currency,
        "batch": fact.batch,
        **({"visit": {name: getattr(fact, name) for name in _OF_A_VISIT}} if fact.source_id else {}),
        "properties": fact.values,
        "texts": texts,
    }


def _add(api: NinjaAPI, path: str, view: Callable[..., HttpResponse], extra: Mapping[str, Any]) -> None:
    api.get(
        path,
        summary=extra["summary"],
        description=extra["description"],
        tags=[extra["tag"]],
        operation_id=extra["operationId"],
        response=dict.fromkeys(REFUSALS),
        openapi_extra=with_errors(extra["extra"], REFUSALS),
    )(view)
