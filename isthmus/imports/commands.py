"""Recording facts that no act of Isthmus made: what another system says happened."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.core import queue
from isthmus.core.actors import Actor
from isthmus.core.changes import note_stated
from isthmus.core.commands import bulk_call, command, only
from isthmus.core.money import to_micros
from isthmus.core.queue import control
from isthmus.core.refusals import InvalidInput, NotFound, Refusal
from isthmus.imports.known import known_revisions
from isthmus.imports.models import ImportRun, RunState
from isthmus.imports.reversal.undoable import undoable
from isthmus.leads.credit import credit_of
from isthmus.leads.models import Lead
from isthmus.ledger.facts import Fact
from isthmus.people.models import Account, Person
from isthmus.sales.credit import deal_credit, order_credit
from isthmus.sales.models import Deal, Order
from isthmus.workspace.queries import Converter

Row = Mapping[str, Any]
KIND = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
# These go with rows of the database: recorded alone they would make the past disagree with the present.
OWN_KINDS = (
    "account", "activity", "api_key", "bulk_edit", "campaign", "company", "consent", "currency", "deal",
    "field", "grant", "import", "job", "lead", "media", "order", "person", "pipeline", "product", "rate",
    "records", "team", "territory", "user", "view",
)  # fmt: skip
_PLAIN = (
    "channel", "landing_page", "utm_source", "locale", "region", "quantity", "campaign_id", "product_id",
    "team_id", "owner_id",
)  # fmt: skip
_RENAMED = {"team_id": "team", "owner_id": "owner"}


class FactAlreadyRecorded(Refusal):
    """A fact with this key is in the ledger already."""


def record_facts(*, rows: Sequence[Row], by: Actor) -> list[Any]:
    """Bulk form of `record_fact`; amounts are integer micros. Outcomes are the facts."""

    def act(chunk: Sequence[Row]) -> list[Any]:
        context = _Context(chunk, by)
        outcomes: list[Any] = []
        for row in chunk:
            try:
                outcomes.append(context.fact(row))
            except Refusal as refusal:
                outcomes.append(refusal)
        facts = [one for one in outcomes if isinstance(one, Fact)]
        ledger.record(facts, by=by)
        note_stated(one.natural_key for one in facts if one.natural_key)
        return outcomes

    return bulk_call("record_fact", "imports.run", rows, by, act)


@command(permission="imports.run", label=gettext_lazy("Record a fact of another system"), bulk=record_facts)
def record_fact(
    *,
    kind: str,
    key: str,
    by: Actor,
    at: datetime,
    person_id: int | None = None,
    account_id: int | None = None,
    lead_id: int | None = None,
    deal_id: int | None = None,
    order_id: int | None = None,
    campaign_id: int | None = None,
    product_id: int | None = None,
    owner_id: int | None = None,
    channel: str = "",
    landing_page: str = "",
    utm_source: str = "",
    amount: Decimal | None = None,
    currency: str = "",
    quantity: int | None = None,
    props: dict[str, str | float | bool] | None = None,
) -> Fact:
    """Record what another system says happened, once for its key; props must not identify anybody."""
    row = {name: value for name, value in locals().items() if name != "by"}
    row["amount"] = to_micros(amount) if amount is not None else None
    fact: Fact = only(record_facts(rows=[row], by=by))
    return fact


class _Context:
    """What all rows of a chunk need, read once."""

    def __init__(self, rows: Sequence[Row], by: Actor) -> None:
        self.converter = Converter()
        self.known = known_revisions(_natural_key(row) for row in rows)
        self.parties = {
            "order_id": _reachable(
                Order, "order_id", rows, by, "deal__person", "deal__account", "person", "account"
            ),
            "deal_id": _reachable(Deal, "deal_id", rows, by, "person", "account"),
            "lead_id": _reachable(Lead, "lead_id", rows, by, "person"),
            "person_id": _reachable(Person, "person_id", rows, by),
            "account_id": _reachable(Account, "account_id", rows, by),
        }

    def fact(self, row: Row) -> Fact:
        kind = str(row.get("kind") or "").strip()
        _check_kind(kind)
        key = _natural_key(row)
        if key in self.known:
            raise FactAlreadyRecorded(_("This fact is recorded already; it is left as it is."))
        amount, currency = row.get("amount"), row.get("currency") or self.converter.base
        base = self.converter.to_base(amount, currency, row["at"].date()) if amount is not None else None
        given = {_RENAMED.get(name, name): row[name] for name in _PLAIN if row.get(name) not in (None, "")}
        columns = {**self._credit(row), **given}
        columns |= {
            "amount": amount,
            "amount_base": base,
            "currency": currency if amount is not None else None,
        }
        self.known[key] = 0
        return Fact(
            kind=kind, at=row["at"], natural_key=key, props=dict(row.get("props") or {}) or None, **columns
        )

    def _credit(self, row: Row) -> dict[str, Any]:
        """The columns of the nearest record that the row names: order, deal, lead, person, account."""
        for name, credit in (("order_id", order_credit), ("deal_id", deal_credit), ("lead_id", credit_of)):
            if row.get(name) is not None:
                found: dict[str, Any] = credit(self._one(name, row[name]))
                return found
        if row.get("person_id") is not None:
            person = self._one("person_id", row["person_id"])
            account_id = row.get("account_id") or person.account_id
            return {"subject": person.subject, "account_id": account_id, "region": person.country or None}
        if row.get("account_id") is not None:
            account = self._one("account_id", row["account_id"])
            return {"subject": account.subject, "account_id": account.pk, "region": account.country or None}
        return {}

    def _one(self, name: str, pk: int) -> Any:
        if pk not in self.parties[name]:
            raise NotFound(_("There is no such record, or your role does not reach it."))
        return self.parties[name][pk]


def _natural_key(row: Row) -> str:
    return f"fact:{row.get('kind')}:{row.get('key')}"


def _check_kind(kind: str) -> None:
    if not KIND.fullmatch(kind):
        raise InvalidInput(
            {
                "kind": _(
                    "“%(kind)s” is no kind of fact. Write what, a dot and what happened: survey.answered."
                )
                % {"kind": kind[:60]}
            }
        )
    if kind.partition(".")[0] in OWN_KINDS:
        raise InvalidInput(
            {
                "kind": _(
                    "Facts of the kind %(kind)s are recorded by the act itself. Bring in the record instead "
                    "(a lead, a deal, an order, a media day), and its facts come with it."
                )
                % {"kind": kind[:60]}
            }
        )


def _reachable(model: Any, name: str, rows: Sequence[Row], by: Actor, *related: str) -> dict[int, Any]:
    numbers = {row[name] for row in rows if row.get(name) is not None}
    if not numbers:
        return {}
    found = model.objects.visible_to(by).filter(pk__in=numbers)
    return {one.pk: one for one in (found.select_related(*related) if related else found)}


class UndoIsUnderWay(Refusal):
    """A job undoes the import already."""


@command(permission="imports.run", label=gettext_lazy("Undo an import"))
def begin_import_undo(*, run_id: int, by: Actor, at: datetime, in_background: bool = True) -> ImportRun:
    """Begin to take back what an import brought in; rows that were worked on since stay.

    An import that is still going on stops. Without `in_background` the caller does the work.
    """
    run = undoable(run_id, by, lock=True)
    if run.job is not None and run.is_at_work:
        if run.state == RunState.UNDOING:
            raise UndoIsUnderWay(_("This import is being undone already."))
        control.cancel(run.job.pk)
    run.state, run.error, run.progress = RunState.UNDOING, "", {}
    if in_background:
        run.job = queue.enqueue("imports.undo", {"run_id": run.pk, "user_id": by.id})
    run.save(update_fields=["state", "error", "progress", "job"])
    ledger.record(Fact(kind="import.undo_begun", at=at, props={"run_id": run.pk}), by=by)
    return run
