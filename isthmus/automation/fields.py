"""What rules ask about and fill in: the fields of each kind of record, of its person and account."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from isthmus.collect.channels.names import CHANNELS
from isthmus.flows.conditions import Kind
from isthmus.leads.models import LeadState, ReturnReason
from isthmus.sales.models import DealState, LossReason, Objection, Outcome, Pipeline, Product, Stage
from isthmus.workspace.models import FieldDefinition, Team, Territory, User

Options = Callable[[], Sequence[tuple[str, str]]]
# What leads from a record to others: a deal knows its person, its account and its lead.
REACHES: Mapping[str, tuple[str, ...]] = {
    "deal": ("deal", "person", "account"),
    "lead": ("lead", "person", "account"),
    "order": ("order", "deal", "person", "account"),
    "person": ("person", "account"),
    "account": ("account",),
}
RECORDS: Mapping[str, str | Promise] = {
    "deal": _("deal"), "lead": _("lead"), "order": _("order"), "person": _("person"), "account": _("account"),
}  # fmt: skip


@dataclass(frozen=True)
class Field:
    """One thing that is known of a record: its key, its name, its type; choices where it has some.

    `path` is its column, where the database itself can tell which records are meant.
    """

    key: str
    label: str | Promise
    kind: Kind
    options: Options | None = None
    path: str = ""

    @property
    def of(self) -> str:
        """The kind of record, or "fact"."""
        return self.key.partition(".")[0]


def _users() -> list[tuple[str, str]]:
    return [(str(pk), name) for pk, name in User.objects.filter(is_active=True).values_list("pk", "name")]


def _rows(model: Any, *columns: str) -> Options:
    return lambda: [(str(pk), " · ".join(names)) for pk, *names in model.objects.values_list("pk", *columns)]


def _listed(choices: Sequence[tuple[Any, Any]]) -> Options:
    return lambda: [(str(code), str(text)) for code, text in choices]


_CREDIT: tuple[tuple[str, Any, Options], ...] = (
    ("owner", _("Owner"), _users),
    ("team", _("Team"), _rows(Team, "name")),
    ("territory", _("Territory"), _rows(Territory, "name")),
)
_CHANNEL = (_("Channel"), _listed(list(CHANNELS.items())))
_PRODUCT = (_("Product"), _rows(Product, "name"))
_ACTORS = _listed(
    [
        ("user", _("somebody who works here")), ("person", _("the person themselves")),
        ("import", _("an import")), ("rule", _("a rule")), ("assistant", _("the assistant")),
        ("system", _("the system")),
    ]
)  # fmt: skip


def _own(kind: str, *more: Field, credit: bool = True) -> dict[str, Field]:
    owned = [
        Field(f"{kind}.{name}", label, "choice", options, f"{name}_id") for name, label, options in _CREDIT
    ]
    return {one.key: one for one in (*more, *(owned if credit else ()))}


_FIELDS: Mapping[str, Mapping[str, Field]] = {
    "deal": _own(
        "deal",
        Field("deal.amount", _("Value"), "number"),
        Field("deal.stage", _("Stage"), "choice", _rows(Stage, "name", "pipeline__name"), "stage_id"),
        Field("deal.pipeline", _("Pipeline"), "choice", _rows(Pipeline, "name"), "pipeline_id"),
        Field("deal.state", _("State"), "choice", _listed(DealState.choices), "state"),
        Field("deal.name", _("Name"), "text"),
        Field("deal.product", _PRODUCT[0], "choice", _PRODUCT[1], "product_id"),
        Field("deal.channel", _CHANNEL[0], "choice", _CHANNEL[1]),
        Field("deal.opened", _("Opened"), "date"),
        Field("deal.stage_since", _("Entry into its stage"), "date"),
        Field("deal.expected_close", _("Expected close"), "date"),
        Field("deal.lost_reason", _("Reason lost"), "choice", _listed(LossReason.choices)),
    ),
    "lead": _own(
        "lead",
        Field("lead.state", _("State"), "choice", _listed(LeadState.choices), "state"),
        Field("lead.channel", _CHANNEL[0], "choice", _CHANNEL[1], "channel"),
        Field("lead.score", _("Score"), "number"),
        Field("lead.product", _PRODUCT[0], "choice", _PRODUCT[1]),
        Field("lead.return_reason", _("Reason returned"), "choice", _listed(ReturnReason.choices)),
        Field("lead.form", _("Form"), "text"),
        Field("lead.captured", _("Captured"), "date"),
        Field("lead.handed_over", _("Handed over"), "date"),
        Field("lead.contacted", _("First contact"), "date"),
        Field("lead.due", _("Answer due"), "date"),
    ),
    "order": _own(
        "order",
        Field("order.number", _("Number"), "text"),
        Field("order.total", _("Total"), "number"),
        Field("order.open", _("Still to be paid"), "number"),
        Field("order.placed", _("Placed"), "date"),
    ),
    "person": _own(
        "person",
        Field("person.name", _("Name"), "text"),
        Field("person.title", _("Title"), "text"),
        Field("person.country", _("Country"), "text"),
        Field("person.city", _("City"), "text"),
        Field("person.locale", _("Language"), "text"),
        Field("person.has_email", _("Has an e-mail address"), "flag"),
        Field("person.has_phone", _("Has a telephone number"), "flag"),
    ),
    "account": _own(
        "account",
        Field("account.name", _("Name"), "text"),
        Field("account.industry", _("Industry"), "text"),
        Field("account.country", _("Country"), "text"),
        Field("account.region", _("Region"), "text"),
        Field("account.postcode", _("Postal code"), "text"),
        Field("account.city", _("City"), "text"),
        Field("account.revenue", _("Revenue of a year"), "number"),
        Field("account.size", _("People employed"), "number"),
        Field("account.domain", _("Domain"), "text"),
    ),
    "fact": {
        one.key: one
        for one in (
            Field("fact.amount", _("Amount of what happened"), "number"),
            Field("fact.by", _("Done by"), "choice", _ACTORS),
            Field("fact.reason", _("Reason given"), "text"),
            Field("fact.kind", _("Kind of what was done"), "text"),
            Field("fact.outcome", _("How it went"), "choice", _listed(Outcome.choices)),
            Field("fact.objection", _("Objection"), "choice", _listed(Objection.choices)),
        )
    },
}  # fmt: skip
_TYPES: Mapping[str, Kind] = {
    "text": "text", "number": "number", "date": "date", "flag": "flag", "choice": "choice", "country": "text",
}  # fmt: skip


def fields_for(record: str, *, of_fact: bool = True) -> dict[str, Field]:
    """Every field that a rule about this kind of record may use, by key, those of the record first."""
    found: dict[str, Field] = {}
    kinds = REACHES[record]
    custom: dict[str, list[FieldDefinition]] = {}
    for one in FieldDefinition.objects.filter(model__in=kinds, archived_at=None):
        custom.setdefault(one.model, []).append(one)
    for kind in (*kinds, *(("fact",) if of_fact else ())):
        found |= _FIELDS[kind]
        found |= {one.key: one for one in map(_custom, custom.get(kind, ()))}
    return found


def _custom(definition: FieldDefinition) -> Field:
    options = _listed([(one, one) for one in definition.options]) if definition.type == "choice" else None
    key = f"{definition.model}.custom.{definition.key}"
    return Field(key, definition.label, _TYPES[definition.type], options)


def numbers_of(record: str) -> set[str]:
    """The keys of the numbers by which acts name a record and those that it leads to."""
    return {f"{kind}.id" for kind in REACHES[record]} | {"actor.mailbox"}
