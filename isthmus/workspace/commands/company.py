"""The company, its teams, its currencies."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import available_timezones

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.commands import bulk_call, command, only
from isthmus.core.refusals import InvalidInput, NotFound, Refusal
from isthmus.ledger.facts import Fact
from isthmus.workspace.commands.trees import NameTaken, need_above, need_existing, need_free
from isthmus.workspace.dialling import checked_link
from isthmus.workspace.models import Company, Currency, Rate, Team


class BaseCurrencyFixed(Refusal):
    """The reporting currency cannot change once amounts were recorded in it."""


@command(permission="settings.edit", label=gettext_lazy("Change the company"))
def update_company(
    *,
    by: Actor,
    at: datetime,
    name: str | None = None,
    base_currency: str | None = None,
    time_zone: str | None = None,
    working_hours: dict[str, list[str]] | None = None,
    holidays_country: str | None = None,
    call_link: str | None = None,
    is_sample: bool | None = None,
) -> Company:
    """Set the company's name, reporting currency, time zone, working hours, holidays and how it dials."""
    given = {key: value for key, value in locals().items() if key not in ("by", "at") and value is not None}
    company = Company.current()
    if time_zone is not None and time_zone not in available_timezones():
        raise InvalidInput(
            {
                "time_zone": _("There is no time zone %(zone)s. Write it like Europe/Stockholm.")
                % {"zone": time_zone}
            }
        )
    if base_currency is not None:
        given["base_currency"] = _currency_code(base_currency)
        if company.base_currency != given["base_currency"] and _has_amounts():
            raise BaseCurrencyFixed(
                _("Amounts are recorded in %(code)s already, so the reporting currency stays.")
                % {"code": company.base_currency}
            )
    if call_link is not None:
        given["call_link"] = checked_link(call_link)
    for key, value in given.items():
        setattr(company, key, value)
    company.save()
    Currency.objects.get_or_create(code=company.base_currency)
    ledger.record(Fact(kind="company.changed", at=at, props={"fields": sorted(given)}), by=by)
    return company


@command(permission="settings.edit", label=gettext_lazy("Add a team"))
def add_team(*, name: str, by: Actor, at: datetime, parent_id: int | None = None) -> Team:
    """Add a team, below another one where it has a parent."""
    need_free(Team, name)
    team: Team = Team.objects.create(name=name.strip(), parent_id=need_existing(Team, parent_id))
    ledger.record(Fact(kind="team.added", at=at, team=team.pk), by=by)
    return team


@command(permission="settings.edit", label=gettext_lazy("Change a team"))
def edit_team(
    *, team_id: int, by: Actor, at: datetime, name: str | None = None, parent_id: int | None = None
) -> Team:
    """Rename a team or put it below another."""
    team: Team | None = Team.objects.filter(pk=team_id).first()
    if team is None:
        raise NotFound(_("There is no such team."))
    if name is not None and name.strip() != team.name:
        need_free(Team, name)
        team.name = name.strip()
    if parent_id is not None:
        team.parent_id = need_above(Team, team.pk, parent_id)
    team.save()
    ledger.record(Fact(kind="team.changed", at=at, team=team.pk), by=by)
    return team


@command(permission="settings.edit", label=gettext_lazy("Add a currency"))
def add_currency(*, code: str, by: Actor, at: datetime) -> Currency:
    """Let the company deal in another currency; amounts in it need a rate."""
    code = _currency_code(code)
    if Currency.objects.filter(code=code).exists():
        raise NameTaken(_("The currency %(code)s is here already.") % {"code": code})
    currency = Currency.objects.create(code=code)
    ledger.record(Fact(kind="currency.added", at=at, currency=code), by=by)
    return currency


def set_rates(*, rows: Sequence[Mapping[str, Any]], by: Actor) -> list[Any]:
    """Bulk form of `set_rate`."""

    def act(chunk: Sequence[Mapping[str, Any]]) -> list[Any]:
        outcomes: list[Any] = []
        facts: list[Fact] = []
        for row in chunk:
            try:
                code = _currency_code(row["currency"])
            except Refusal as refusal:
                outcomes.append(refusal)
                continue
            Currency.objects.get_or_create(code=code)
            rate, _made = Rate.objects.update_or_create(
                currency_id=code, on=row["on"], defaults={"base_per_unit": row["base_per_unit"]}
            )
            props = {"on": row["on"].isoformat(), "base_per_unit": str(row["base_per_unit"])}
            facts.append(Fact(kind="rate.set", at=row["at"], currency=code, props=props))
            outcomes.append(rate)
        ledger.record(facts, by=by)
        return outcomes

    return bulk_call("set_rate", "settings.edit", rows, by, act)


@command(permission="settings.edit", label=gettext_lazy("Set a rate"), bulk=set_rates)
def set_rate(*, currency: str, on: date, base_per_unit: Decimal, by: Actor, at: datetime) -> Rate:
    """Say what one unit of a currency is worth in the reporting currency from a day on."""
    if base_per_unit <= 0:
        raise InvalidInput({"base_per_unit": _("A rate must be above zero.")})
    row = {"currency": currency, "on": on, "base_per_unit": base_per_unit, "at": at}
    rate: Rate = only(set_rates(rows=[row], by=by))
    return rate


def _currency_code(text: str) -> str:
    code = text.strip().upper()
    if len(code) != 3 or not code.isalpha():
        raise InvalidInput(
            {"currency": _("“%(text)s” is not a currency code. Write it like EUR.") % {"text": text}}
        )
    return code


def _has_amounts() -> bool:
    from isthmus.ledger.models import InboxFact, SealedFile

    return SealedFile.objects.exists() or InboxFact.objects.exclude(amount_base=None).exists()
