"""What is known of records: their rows, as far as somebody reaches, and the values that rules read."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from isthmus.core.actors import Actor
from isthmus.core.money import from_micros
from isthmus.leads.models import Lead
from isthmus.people.models import Account, Person
from isthmus.sales.models import Deal, Order
from isthmus.workspace.models import Team, Territory
from isthmus.workspace.queries import Converter, NoRate

_RELATED: Mapping[str, tuple[str, ...]] = {
    "deal": ("person", "account", "stage"),
    "lead": ("person", "account"),
    "order": ("person", "account", "deal__person", "deal__account"),
    "person": ("account",),
    "account": (),
}
_COLUMNS = {"deal": "deal_id", "lead": "lead_id", "order": "order_id", "account": "account_id"}


def rows_of(kind: str, actor: Actor) -> Any:
    """The records of a kind that the actor may see, without those merged away or erased."""
    models: Mapping[str, Any] = {
        "deal": Deal, "lead": Lead, "order": Order, "person": Person, "account": Account,
    }  # fmt: skip
    found = models[kind].objects.visible_to(actor)
    if kind in ("person", "account"):
        found = found.present()
    return found.select_related(*_RELATED[kind])


def record_numbers(kind: str, facts: Sequence[Mapping[str, Any]]) -> list[int | None]:
    """Which record of a kind each fact is about; None where it is about none."""
    if kind != "person":
        return [fact.get(_COLUMNS[kind]) for fact in facts]
    subjects = {fact["subject"] for fact in facts if fact.get("subject") is not None}
    known: dict[int, int] = {}
    listed = sorted(subjects)
    for start in range(0, len(listed), 500):
        rows = Person.objects.filter(subject__in=listed[start : start + 500])
        known |= {
            subject: into or pk for subject, pk, into in rows.values_list("subject", "pk", "merged_into")
        }
    return [known.get(fact.get("subject") or 0) for fact in facts]


class Knowing:
    """Reads values of records, amounts by the rates of a day. One instance serves one batch."""

    def __init__(self, on: date) -> None:
        self._converter, self._on = Converter(), on
        self._above = {
            model: dict(model.objects.values_list("pk", "parent_id")) for model in (Team, Territory)
        }

    def values(self, kind: str, row: Any, fact: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """All that is known of a record and of those it leads to, by the keys of `fields`.

        With a fact, what that says of the record counts, as it stood then, and what happened itself is told.
        """
        found = self._of(kind, row)
        if fact is not None:
            found |= self._as_it_stood(kind, fact) | self.of_fact(fact)
        return found

    def of_fact(self, fact: Mapping[str, Any]) -> dict[str, Any]:
        """What a fact itself says."""
        props = fact.get("props") or {}
        return {
            "fact.amount": _units(fact.get("amount_base")),
            "fact.by": fact.get("actor_kind"),
            "fact.reason": props.get("reason"),
            "fact.kind": props.get("kind"),
            "fact.outcome": props.get("outcome") or None,
            "fact.objection": props.get("objection") or None,
        }

    def _of(self, kind: str, row: Any) -> dict[str, Any]:
        found: dict[str, Any] = getattr(self, f"_{kind}")(row)
        found |= {
            f"{kind}.id": row.pk,
            f"{kind}.owner": row.owner_id,
            f"{kind}.team": self._upward(Team, row.team_id),
            f"{kind}.territory": self._upward(Territory, row.territory_id),
        }
        found |= {
            f"{kind}.custom.{key}": value for key, value in (getattr(row, "custom", None) or {}).items()
        }
        if kind != "account" and row.account_id and row.account is not None:
            found |= self._of("account", row.account)
        if kind not in ("account", "person") and row.person_id and row.person is not None:
            found = {**self._of("person", row.person), **found}
        return found

    def _deal(self, row: Deal) -> dict[str, Any]:
        found = {
            "deal.name": row.name, "deal.stage": row.stage_id, "deal.pipeline": row.pipeline_id,
            "deal.state": row.state, "deal.product": row.product_id, "deal.channel": row.channel or None,
            "deal.opened": row.opened_at, "deal.stage_since": row.stage_since,
            "deal.expected_close": row.expected_close_on, "deal.lost_reason": row.lost_reason or None,
            "deal.amount": self._base(row.amount, row.currency),
        }  # fmt: skip
        if row.lead_id:
            found["lead.id"] = row.lead_id
        return found

    def _lead(self, row: Lead) -> dict[str, Any]:
        return {
            "lead.state": row.state, "lead.channel": row.channel or None, "lead.score": row.score,
            "lead.product": row.product_id, "lead.return_reason": row.return_reason or None,
            "lead.form": row.form or None, "lead.captured": row.captured_at,
            "lead.handed_over": row.handed_over_at, "lead.contacted": row.contacted_at,
            "lead.due": row.due_at,
        }  # fmt: skip

    def _order(self, row: Order) -> dict[str, Any]:
        found = self._of("deal", row.deal) if row.deal is not None else {}
        return found | {
            "order.number": row.number,
            "order.total": self._base(row.total, row.currency),
            "order.open": self._base(row.total - row.paid, row.currency),
            "order.placed": row.placed_at,
        }

    def _person(self, row: Person) -> dict[str, Any]:
        return {
            "person.name": row.full_name or None, "person.title": row.title or None,
            "person.country": row.country or None, "person.city": row.city or None,
            "person.locale": row.locale or None, "person.has_email": bool(row.email),
            "person.has_phone": bool(row.phone),
        }  # fmt: skip

    def _account(self, row: Account) -> dict[str, Any]:
        return {
            "account.name": row.name or row.domain or None, "account.industry": row.industry or None,
            "account.country": row.country or None, "account.size": row.size,
            "account.domain": row.domain or None, "account.region": row.region or None,
            "account.postcode": row.postcode or None, "account.city": row.city or None,
            "account.revenue": row.revenue,
        }  # fmt: skip

    def _as_it_stood(self, kind: str, fact: Mapping[str, Any]) -> dict[str, Any]:
        """What the columns of a fact say of its record."""
        if kind not in ("deal", "lead", "order"):
            return {}
        props = fact.get("props") or {}
        told = {
            f"{kind}.owner": fact.get("owner"),
            f"{kind}.team": self._upward(Team, fact.get("team")),
            f"{kind}.territory": self._upward(Territory, fact.get("territory")),
        }
        if kind == "deal":
            told |= {
                "deal.stage": props.get("to_id"),
                "deal.amount": _units(fact.get("amount_base")),
                "deal.product": fact.get("product_id"),
            }
        return {key: value for key, value in told.items() if value not in (None, [])}

    def _upward(self, model: Any, pk: int | None) -> list[int]:
        found: list[int] = []
        while pk is not None and pk not in found:
            found.append(pk)
            pk = self._above[model].get(pk)
        return found

    def _base(self, micros: int | None, currency: str) -> Decimal | None:
        if micros is None:
            return None
        try:
            return from_micros(self._converter.to_base(micros, currency, self._on))
        except NoRate:
            return None


def _units(micros: int | None) -> Decimal | None:
    return None if micros is None else from_micros(micros)


def load(kind: str, numbers: Iterable[int], actor: Actor) -> dict[int, Any]:
    """The records of these numbers that the actor may see."""
    wanted = sorted(set(numbers))
    found: dict[int, Any] = {}
    for start in range(0, len(wanted), 500):
        found |= rows_of(kind, actor).in_bulk(wanted[start : start + 500])
    return found
