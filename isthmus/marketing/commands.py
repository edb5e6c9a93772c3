"""Everything that writes marketing: campaigns, and the days on which media delivered."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.changes import note_made, note_stated
from isthmus.core.clock import written_now
from isthmus.core.commands import bulk_call, command, only
from isthmus.core.money import to_micros
from isthmus.core.refusals import InvalidInput, NotFound, Refusal
from isthmus.ledger.facts import Fact
from isthmus.marketing.models import Campaign
from isthmus.workspace.models import Company
from isthmus.workspace.queries import Converter

Row = Mapping[str, Any]


class CampaignExists(Refusal):
    """A campaign of this name is here already; `campaign_id` is its number."""

    def __init__(self, sentence: str, campaign_id: int) -> None:
        self.campaign_id = campaign_id
        super().__init__(sentence)


def add_campaigns(*, rows: Sequence[Row], by: Actor) -> list[Any]:
    """Bulk form of `add_campaign`."""

    def act(chunk: Sequence[Row]) -> list[Any]:
        known = dict(
            Campaign.objects.filter(name__in={row["name"] for row in chunk}).values_list("name", "pk")
        )
        outcomes: list[Any] = []
        for row in chunk:
            if row["name"] in known:
                sentence = _("There is a campaign called %(name)s already.") % {"name": row["name"]}
                outcomes.append(CampaignExists(sentence, known[row["name"]]))
                continue
            known[row["name"]] = 0
            outcomes.append(
                Campaign(
                    name=row["name"],
                    channel=row["channel"],
                    external_id=row.get("external_id"),
                    started_on=row.get("started_on"),
                    ended_on=row.get("ended_on"),
                    updated_at=written_now(),
                )
            )
        made = [(row, one) for row, one in zip(chunk, outcomes, strict=True) if isinstance(one, Campaign)]
        Campaign.objects.bulk_create(one for _, one in made)
        note_made(one for _, one in made)
        ledger.record(
            [
                Fact(kind="campaign.added", at=row["at"], campaign_id=one.pk, channel=one.channel)
                for row, one in made
            ],
            by=by,
        )
        return outcomes

    return bulk_call("add_campaign", "campaigns.edit", rows, by, act)


@command(
    permission="campaigns.edit", label=gettext_lazy("Add a campaign"), trade="marketing", bulk=add_campaigns
)
def add_campaign(
    *,
    name: str,
    channel: str,
    by: Actor,
    at: datetime,
    external_id: str | None = None,
    started_on: date | None = None,
    ended_on: date | None = None,
) -> Campaign:
    """Add a campaign on a channel, so that leads, spend and revenue can be told by it."""
    row = {key: value for key, value in locals().items() if key != "by"}
    campaign: Campaign = only(add_campaigns(rows=[row], by=by))
    return campaign


def record_media_days(*, rows: Sequence[Row], by: Actor) -> list[Any]:
    """Bulk form of `record_media_day`; `spend` is integer micros, `revision` counts restatements."""

    def act(chunk: Sequence[Row]) -> list[Any]:
        campaigns = Campaign.objects.in_bulk({row["campaign_id"] for row in chunk})
        company, converter = Company.current(), Converter()
        outcomes: list[Any] = []
        facts: list[Fact] = []
        for row in chunk:
            try:
                facts += _media_facts(row, campaigns, company, converter)
            except Refusal as refusal:
                outcomes.append(refusal)
                continue
            outcomes.append(campaigns[row["campaign_id"]])
        ledger.record(facts, by=by)
        note_stated(fact.natural_key for fact in facts if fact.natural_key)
        return outcomes

    return bulk_call("record_media_day", "media.edit", rows, by, act)


@command(
    permission="media.edit",
    label=gettext_lazy("Record a day of media"),
    trade="marketing",
    bulk=record_media_days,
)
def record_media_day(
    *,
    campaign_id: int,
    on: date,
    by: Actor,
    at: datetime,
    impressions: int | None = None,
    clicks: int | None = None,
    spend: Decimal | None = None,
    currency: str = "",
    revision: int = 0,
    reached: int | None = None,
) -> Campaign:
    """Record what a campaign delivered and cost on a day; a higher revision replaces an earlier statement."""
    row = {key: value for key, value in locals().items() if key not in ("by", "spend")}
    row["spend"] = to_micros(spend) if spend is not None else None
    campaign: Campaign = only(record_media_days(rows=[row], by=by))
    return campaign


def _media_facts(
    row: Row, campaigns: dict[int, Campaign], company: Company, converter: Converter
) -> list[Fact]:
    campaign = campaigns.get(row["campaign_id"])
    if campaign is None:
        raise NotFound(_("There is no such campaign. Add it first."))
    numbers = {name: row.get(name) for name in ("impressions", "clicks", "spend", "reached")}
    if all(value is None for value in numbers.values()):
        raise InvalidInput(
            {
                "impressions": _(
                    "Give impressions, clicks, people reached or spend: this row has none of them."
                )
            }
        )
    if any(value is not None and value < 0 for value in numbers.values()):
        raise InvalidInput(
            {"impressions": _("Impressions, clicks, people reached and spend cannot be below zero.")}
        )
    day: date = row["on"]
    noon = datetime.combine(day, time(12), tzinfo=company.zone)
    spend, currency = numbers["spend"], row.get("currency") or converter.base
    shared: dict[str, Any] = {
        "at": noon,
        "campaign_id": campaign.pk,
        "channel": campaign.channel,
        "revision": row.get("revision") or 0,
        "territory": row.get("territory_id"),
    }
    key = f"{campaign.pk}:{day.isoformat()}" + (f":{row['territory_id']}" if row.get("territory_id") else "")
    facts = [
        Fact(
            kind="media.delivered",
            quantity=numbers["impressions"],
            amount=spend,
            amount_base=converter.to_base(spend, currency, day) if spend is not None else None,
            currency=currency if spend is not None else None,
            natural_key=f"media:{key}",
            **shared,
        )
    ]
    stated = (("clicks", "media.clicked", "media_clicks"), ("reached", "media.reached", "media_reach"))
    facts += [
        Fact(kind=kind, quantity=numbers[name], natural_key=f"{prefix}:{key}", **shared)
        for name, kind, prefix in stated
        if numbers[name] is not None
    ]
    return facts
