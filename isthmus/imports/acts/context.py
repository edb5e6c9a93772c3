"""What the acts of one chunk share: who imports, when, and the records that rows refer to."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from isthmus.core.actors import Actor
from isthmus.imports.acts.creating import CREATORS
from isthmus.imports.acts.outcome import NEW, REFUSED, Outcome
from isthmus.imports.mapping import Mapped, Reference
from isthmus.imports.planned import PlannedKeys
from isthmus.imports.recipe.kinds import KINDS
from isthmus.imports.recipe.model import Rows
from isthmus.leads.models import Lead
from isthmus.marketing.models import Campaign
from isthmus.people.models import Account, AccountIdentifier, Identifier, Person
from isthmus.people.normalise import normal_domain, normal_email, normal_name
from isthmus.sales.models import Deal, Order, Product
from isthmus.workspace.models import Team, Territory, User

Finder = Callable[[set[str], Actor], dict[str, int]]
Record = list[Mapped]  # the rows of one record: one, except of grouped kinds


@dataclass
class Context:
    """One chunk's surroundings. `planned` holds what a dry run would have made before this chunk."""

    rows: Rows
    by: Actor
    at: datetime
    pipeline_id: int | None = None
    planned: PlannedKeys | None = None
    teams: dict[int, int | None] = field(default_factory=dict)  # of the users that rows refer to
    territories: dict[int, int | None] = field(default_factory=dict)

    @property
    def currency(self) -> str:
        """The currency of amounts that name none; empty: the base currency."""
        return self.rows.format.currency

    def owner(self, values: Mapping[str, Any]) -> dict[str, int | None]:
        """The owner of a row and the owner's team, as bulk forms take them."""
        owner_id = values.get("owner")
        return {"owner_id": owner_id, "team_id": self.teams.get(owner_id) if owner_id else None}


def resolve(records: Sequence[Record], outcomes: Sequence[Outcome], context: Context) -> None:
    """Put numbers in place of references, making what may be made; refuse what refers to nothing."""
    kind = KINDS[context.rows.what]
    for name, expression in context.rows.fields.items():
        target = kind.fields[name].removeprefix("->")
        if not kind.fields[name].startswith("->"):
            continue
        mentions = [
            (outcome, mapped) for outcome, record in zip(outcomes, records, strict=True) for mapped in record
        ]
        references = {m.values[name].word: m.values[name] for _o, m in mentions if name in m.values}
        numbers = _find(target, expression.match, set(references), context.by)
        missing = {word: one for word, one in references.items() if word not in numbers}
        if expression.create and missing:
            CREATORS[target](missing, context.rows.key_namespace, context.by, context.at)
            numbers |= _find(target, expression.match, set(missing), context.by)
        planned = set()
        if context.planned and missing:
            planned = context.planned.referred(target, expression.match, missing)
        for outcome, mapped in mentions:
            if name not in mapped.values:
                continue
            reference: Reference = mapped.values[name]
            if reference.word in numbers:
                mapped.values[name] = numbers[reference.word]
            elif reference.word in planned and outcome.state != REFUSED:
                # A rehearsal: what it refers to would be here, so all that can be checked has been.
                outcome.state = NEW
            elif reference.word not in planned and expression.unknown == "empty":
                del mapped.values[name]
            elif reference.word not in planned:
                outcome.refuse(_not_here(target, name, reference.word))
        if target == "user":
            for user in User.objects.filter(pk__in=numbers.values()):
                context.teams[user.pk], context.territories[user.pk] = user.team_id, user.territory_id


def _not_here(target: str, name: str, word: str) -> str:
    shown = word.partition(":")[2] or word
    return _("%(field)s: there is no %(what)s “%(word)s” here. Bring it in first, or correct the row.") % {
        "field": name,
        "what": target,
        "word": shown[:80],
    }


def _find(target: str, match: str, words: set[str], by: Actor) -> dict[str, int]:
    if not words:
        return {}
    return _FINDERS[target, match](words, by)


def _by_column(model: Any, column: str) -> Finder:
    def find(words: set[str], by: Actor) -> dict[str, int]:
        rows = model.objects.visible_to(by) if hasattr(model.objects, "visible_to") else model.objects
        return dict(rows.filter(**{f"{column}__in": words}).values_list(column, "pk"))

    return find


def _person_by(kind: str, normal: Callable[[str], str | None]) -> Finder:
    def find(words: set[str], by: Actor) -> dict[str, int]:
        normals = {word: normal(word) for word in words}
        rows = Identifier.objects.filter(kind=kind, value__in={one for one in normals.values() if one})
        holders = dict(rows.values_list("value", "person_id"))
        seen = set(Person.objects.visible_to(by).filter(pk__in=holders.values()).values_list("pk", flat=True))
        return {
            word: holders[one] for word, one in normals.items() if one in holders and holders[one] in seen
        }

    return find


def _account_by(kind: str, normal: Callable[[str], str]) -> Finder:
    def find(words: set[str], by: Actor) -> dict[str, int]:
        normals = {word: normal(word) for word in words}
        rows = AccountIdentifier.objects.filter(kind=kind, value__in={one for one in normals.values() if one})
        holders = dict(rows.values_list("value", "account_id"))
        seen = set(
            Account.objects.visible_to(by).filter(pk__in=holders.values()).values_list("pk", flat=True)
        )
        return {
            word: holders[one] for word, one in normals.items() if one in holders and holders[one] in seen
        }

    return find


def _by_only_name(model: Any, column: str) -> Finder:
    """By a name that exactly one record has: two of the same name are not told apart by guessing."""

    def find(words: set[str], by: Actor) -> dict[str, int]:
        plain = {word: " ".join(word.split()) for word in words}
        found: dict[str, list[int]] = {}
        rows = model.objects.visible_to(by).filter(**{f"{column}__in": set(plain.values())})
        for name, pk in rows.values_list(column, "pk"):
            found.setdefault(name, []).append(pk)
        return {word: found[name][0] for word, name in plain.items() if len(found.get(name, ())) == 1}

    return find


def _users_by_email(words: set[str], by: Actor) -> dict[str, int]:
    found = dict(User.objects.filter(email__in={word.lower() for word in words}).values_list("email", "pk"))
    return {word: found[word.lower()] for word in words if word.lower() in found}


def _users_by_name(words: set[str], by: Actor) -> dict[str, int]:
    """By their names; files that say who by an address have no names to look for."""
    found = dict(User.objects.filter(name__in=words).values_list("name", "pk"))
    return found | _users_by_email({word for word in words if "@" in word and word not in found}, by)


_FINDERS: Mapping[tuple[str, str], Finder] = {
    ("user", "key"): _by_column(User, "external_id"),
    ("user", "email"): _users_by_email,
    ("user", "name"): _users_by_name,
    ("team", "name"): _by_column(Team, "name"),
    ("territory", "name"): _by_column(Territory, "name"),
    ("person", "key"): _person_by("external", str),
    ("person", "user_id"): _person_by("user_id", str),
    ("person", "email"): _person_by("email", normal_email),
    ("person", "name"): _by_only_name(Person, "full_name"),
    ("account", "key"): _account_by("external", str),
    ("account", "domain"): _account_by("domain", normal_domain),
    ("account", "name"): _account_by("name", normal_name),
    ("lead", "key"): _by_column(Lead, "external_id"),
    ("deal", "key"): _by_column(Deal, "external_id"),
    ("deal", "name"): _by_only_name(Deal, "name"),
    ("order", "key"): _by_column(Order, "number"),
    ("campaign", "key"): _by_column(Campaign, "external_id"),
    ("campaign", "name"): _by_column(Campaign, "name"),
    ("product", "key"): _by_column(Product, "sku"),
}
