"""Opening deals, many at a time."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from isthmus import ledger
from isthmus.core.actors import Actor, Scope
from isthmus.core.changes import note_made
from isthmus.core.clock import written_now
from isthmus.core.refusals import NotFound, Refusal
from isthmus.leads.models import Lead
from isthmus.leads.transitions import no_such_lead
from isthmus.people.models import Account, Person
from isthmus.sales.changing import Row, deal_fact
from isthmus.sales.models import Deal, Stage
from isthmus.workspace.fields import read_values
from isthmus.workspace.models import User
from isthmus.workspace.queries import Converter, field_definitions
from isthmus.workspace.territories import Locals


class NoPipeline(Refusal):
    """There is no pipeline to open a deal in."""


class DealAlreadyOpened(Refusal):
    """A deal with this id of the other system is here already; `deal_id` is its number."""

    def __init__(self, sentence: str, deal_id: int) -> None:
        self.deal_id = deal_id
        super().__init__(sentence)


def open_chunk(rows: Sequence[Row], by: Actor) -> list[Any]:
    """Open the deal of each row in the caller's transaction; a bad row's Refusal stands in its place."""
    context = _Context(rows, by)
    outcomes: list[Any] = []
    opened: list[tuple[Row, Deal]] = []
    for row in rows:
        try:
            deal = context.deal(row)
        except Refusal as refusal:
            outcomes.append(refusal)
            continue
        opened.append((row, deal))
        outcomes.append(deal)
    Deal.objects.bulk_create(deal for _, deal in opened)
    note_made(deal for _, deal in opened)
    ledger.record(
        [
            deal_fact("deal.opened", deal, row, context.converter, props=_stands(deal, row))
            for row, deal in opened
        ],
        by=by,
    )
    return outcomes


def _stands(deal: Deal, row: Row) -> dict[str, Any]:
    """Where it begins. Of a deal that was found open, nobody knows since when: it has no age and no cycle."""
    closes = deal.expected_close_on
    return {
        "stage_id": deal.stage_id,
        **({"expected_close_on": closes.isoformat()} if closes else {}),
        **({"opening": "unknown"} if row.get("opening_unknown") else {}),
    }


class _Context:
    """What all rows of a chunk need, read once."""

    def __init__(self, rows: Sequence[Row], by: Actor) -> None:
        self.by = by
        self.converter = Converter()
        self.fields = field_definitions("deal")
        self.stages = _first_stages()
        self.leads = _rows_of(Lead, rows, "lead_id", by, related=("person",))
        self.people = _rows_of(Person, rows, "person_id", by)
        self.accounts = _rows_of(Account, rows, "account_id", by)
        given = {row["owner_id"] for row in rows if row.get("owner_id") and not row.get("team_id")}
        # A deal belongs to its owner's team: else the owner's manager would not see it.
        self.teams = dict(User.objects.filter(pk__in=given).values_list("pk", "team_id")) if given else {}
        external = {row["external_id"] for row in rows if row.get("external_id")}
        self.known = dict(Deal.objects.filter(external_id__in=external).values_list("external_id", "pk"))

    @cached_property
    def locals(self) -> Locals:
        """What holds in each territory, read when the first row asks."""
        return Locals()

    def deal(self, row: Row) -> Deal:
        external_id = row.get("external_id") or None
        if external_id in self.known:
            sentence = _("The deal %(id)s was opened before; it is left as it is.") % {"id": external_id}
            raise DealAlreadyOpened(sentence, self.known[external_id])
        stage = self._stage(row)
        lead = self._one(self.leads, row, "lead_id")
        person = lead.person if lead else self._one(self.people, row, "person_id")
        account_id = row.get("account_id") or (
            lead.account_id if lead else person.account_id if person else None
        )
        account = self._one(self.accounts, row, "account_id") if row.get("account_id") else None
        party = lead or person or account
        # Of a customer without a territory the deal is where its import says: in its seller's.
        territory_id = (party.territory_id if party else None) or row.get("territory_id")
        currency = row.get("currency") or self._currency(territory_id)
        if row.get("amount") is not None:
            self.converter.to_base(row["amount"], currency, row["at"].date())  # Refused here, not when won.
        owner_id, team_id = self._owner(row, lead)
        deal = Deal(
            name=(row.get("name") or _default_name(lead, person, account))[:200],
            person=person,
            account_id=account_id,
            lead=lead,
            pipeline_id=stage.pipeline_id,
            stage=stage,
            external_id=external_id,
            amount=row.get("amount"),
            currency=currency,
            product_id=row.get("product_id") or (lead.product_id if lead else None),
            opened_at=row["at"],
            stage_since=row["at"],
            updated_at=written_now(),
            expected_close_on=row.get("expected_close_on"),
            owner_id=owner_id,
            team_id=team_id,
            territory_id=territory_id,
            channel=row.get("channel") or (lead.channel if lead else ""),
            utm_source=lead.utm_source if lead else "",
            landing_page=lead.landing_page if lead else "",
            campaign_id=row.get("campaign_id") or (lead.campaign_id if lead else None),
            custom=read_values(self.fields, row.get("custom") or {}),
        )
        if external_id:
            self.known[external_id] = 0
        return deal

    def _stage(self, row: Row) -> Stage:
        pipeline_id = row.get("pipeline_id")
        if pipeline_id is None and None not in self.stages:
            raise NoPipeline(
                _("There is no pipeline yet. Make one under Settings, Pipelines, with its stages.")
            )
        if pipeline_id not in self.stages:
            raise NotFound(_("There is no such pipeline. Choose one of those under Settings, Pipelines."))
        return self.stages[pipeline_id]

    def _one(self, known: dict[int, Any], row: Row, name: str) -> Any:
        if row.get(name) is None:
            return None
        if row[name] not in known:
            if name == "lead_id":
                raise no_such_lead()
            raise NotFound(_("There is no such person or account, or your role does not reach it."))
        return known[row[name]]

    def _currency(self, territory_id: int | None) -> str:
        """The currency of a place. An import's amounts are in the reporting currency unless it says more."""
        return (
            self.converter.base if self.by.kind == "import" else self.locals.of(territory_id).currency.value
        )

    def _owner(self, row: Row, lead: Lead | None) -> tuple[int | None, int | None]:
        if row.get("owner_id") is not None:
            return row["owner_id"], row.get("team_id") or self.teams.get(row["owner_id"])
        if lead is not None and lead.owner_id is not None:
            return lead.owner_id, lead.team_id
        if self.by.kind == "user" and self.by.scope("deals.edit") is not Scope.ALL:
            return self.by.id, self.by.team_id
        return None, row.get("team_id")


def _first_stages() -> dict[int | None, Stage]:
    first: dict[int | None, Stage] = {}
    for stage in (
        Stage.objects.filter(kind="open").select_related("pipeline").order_by("pipeline", "position")
    ):
        first.setdefault(stage.pipeline_id, stage)
        if stage.pipeline.is_default:
            first.setdefault(None, stage)
    if None not in first and len(first) == 1:
        first[None] = next(iter(first.values()))
    return first


def _rows_of(
    model: Any, rows: Sequence[Row], name: str, by: Actor, related: tuple[str, ...] = ()
) -> dict[int, Any]:
    ids = {row[name] for row in rows if row.get(name) is not None}
    if not ids:
        return {}
    found = model.objects.visible_to(by).filter(pk__in=ids)
    return {one.pk: one for one in (found.select_related(*related) if related else found)}


def _default_name(lead: Lead | None, person: Person | None, account: Account | None) -> str:
    party = account or (lead.account if lead else None) or person or (lead.person if lead else None)
    return str(party or "") or _("New deal")
