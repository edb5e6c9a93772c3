"""From columns taken for fields to expressions of a recipe, each with the reason why."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from isthmus.imports.drafts.matching import Guess, Match
from isthmus.imports.drafts.toml import inline, listed, quoted
from isthmus.imports.drafts.words import VOCABULARY, likeness, plain
from isthmus.imports.looking import Look
from isthmus.imports.recipe.kinds import KINDS

if TYPE_CHECKING:
    from isthmus.imports.drafting import Link

# What a required field is when no column tells it: seen at once as made up, and asked for on the page.
MADE_UP: Mapping[str, str] = {"time": "2000-01-01", "amount": "0", "text": "?"}
_REASONS = {
    "price": "price|preis|prix|precio|preco|too expensive|zu teuer",
    "competitor": "competitor|wettbewerb|konkurrenz|concurrent|competencia|concorrencia|chose a competitor",
    "no_decision": "no decision|keine entscheidung|pas de decision|sin decision",
    "no_budget": "no budget|budget|kein budget|pas de budget|sin presupuesto|sem orcamento",
    "timing": "timing|wrong time|bad timing|zeitpunkt|falscher zeitpunkt",
    "missing_feature": "missing feature|feature|features|funktion fehlt|fehlende funktion",
    "unresponsive": "unresponsive|no response|no reply|went silent|keine antwort|keine reaktion|went dark",
}


@dataclass(frozen=True)
class FieldDraft:
    """How one field is made: by which columns, as the recipe says it, how surely and why."""

    field: str
    columns: tuple[str, ...]
    expression: str
    score: float
    why: str


def make_fields(look: Look, found: Guess, links: "Sequence[Link]", doubts: list[str]) -> list[FieldDraft]:
    """The fields of a file's rows, what is required among them."""
    matches = {match.field: match for match in found.matches}
    fields: dict[str, FieldDraft] = {}
    for link in links:
        why = _("Its values are the ids of %(input)s.") % {"input": link.to_input}
        fields[link.field] = FieldDraft(
            link.field, (link.column,), quoted(link.column), max(link.share, 0.6), why
        )
    linked = {column for one in fields.values() for column in one.columns}
    for name, match in matches.items():
        if name not in fields and match.column not in linked and name not in ("first_name", "last_name"):
            made = _made(look, found.what, match, doubts)
            if made:
                fields[name] = made
    _name(fields, matches, linked)
    _phones(fields, look, found.what)
    _currency(fields, look, found.what)
    _party(fields, look, found.what, doubts)
    _required(fields, look, found.what, doubts)
    return sorted(fields.values(), key=lambda one: list(KINDS[found.what].fields).index(one.field))


def _made(look: Look, what: str, match: Match, doubts: list[str]) -> FieldDraft | None:
    column = look.column(match.column)
    kind = KINDS[what].fields[match.field]
    if kind.startswith("->"):
        text = _reference(look, kind.removeprefix("->"), match, what)
        if text is None:
            doubts.append(
                _("“%(column)s” seems to refer to a %(what)s, but no file with its ids was given.")
                % {"column": match.column, "what": kind.removeprefix("->")}
            )
            return None
    elif match.field == "lost_reason":
        text = _lost_reason(column.name, column.values)
    elif match.field == "channel" and column.longest > 40:
        return None
    elif kind in ("moment", "day") and _is_turned(look, column.day_format):
        text = f"{{ column = {quoted(column.name)}, format = {quoted(column.day_format)} }}"
    else:
        text = quoted(column.name)
    why = _("Its values look like it.") if match.by_content else _("So it is called.")
    return FieldDraft(match.field, (match.column,), text, match.score, why)


def _is_turned(look: Look, pattern: str) -> bool:
    """Whether a column has day and month the other way round than a surer column of the file."""
    turned = pattern.translate(str.maketrans("dm", "md"))
    return turned != pattern and any(turned in other.day_formats for other in look.columns)


def _reference(look: Look, target: str, match: Match, what: str) -> str | None:
    name, kind = quoted(match.column), look.column(match.column).kind
    if what == "expense":  # It is of those who work here, and makes nobody.
        return f"{{ column = {name}{'' if target == 'team' else ', match = ' + quoted('name')} }}"
    if target == "user":
        if not _can_stand_in_text(match.column):
            return None
        shown = quoted("{" + match.column + "}")
        if kind == "email":
            return f'{{ column = {name}, match = "email", create = true, name = {shown}, email = {shown} }}'
        return f'{{ column = {name}, match = "name", create = true, name = {shown} }}'
    if target == "product" and _can_stand_in_text(match.column):
        return f"{{ column = {name}, create = true, name = {quoted('{' + match.column + '}')} }}"
    if target == "campaign" and _can_stand_in_text(match.column):
        shown = quoted("{" + match.column + "}")
        return f'{{ column = {name}, match = "name", create = true, name = {shown}, channel = "other" }}'
    if target == "person" and kind == "email":
        return f'{{ column = {name}, match = "email" }}'
    return None


def _can_stand_in_text(column: str) -> bool:
    return re.search(r"[{}:]", column) is None


def _lost_reason(column: str, values: Sequence[str]) -> str:
    known: dict[str, str] = {}
    for value in values:
        code = next(
            (code for code, words in _REASONS.items() if likeness(plain(value), words) > 0.9), "other"
        )
        known[value] = code
    return f'{{ column = {quoted(column)}, map = {inline(known)}, default = "other" }}'


def _name(fields: dict[str, FieldDraft], matches: Mapping[str, Match], linked: set[str]) -> None:
    parts = [matches[name] for name in ("first_name", "last_name") if name in matches]
    parts = [part for part in parts if part.column not in linked]
    if not parts or (len(parts) == 1 and "full_name" in fields):
        return
    columns = tuple(part.column for part in parts)
    if len(columns) == 1:
        text = quoted(columns[0])
    elif all(map(_can_stand_in_text, columns)):
        text = f"{{ text = {quoted(' '.join('{' + column + '}' for column in columns))} }}"
    else:
        return
    score = min(part.score for part in parts)
    fields["full_name"] = FieldDraft("full_name", columns, text, score, _("First and last name together."))


def _phones(fields: dict[str, FieldDraft], look: Look, what: str) -> None:
    if "phone" not in fields:
        return
    words = VOCABULARY[what]["phone"]
    first = fields["phone"].columns[0]
    used = {column for one in fields.values() for column in one.columns}
    others = [
        column.name
        for column in look.columns
        if column.name not in used and column.kind == "phone" and likeness(plain(column.name), words) > 0.4
    ]
    if others:
        every = (first, *others)
        fields["phone"] = FieldDraft(
            "phone",
            every,
            f"{{ first = {listed(every)} }}",
            fields["phone"].score,
            _("The first that is filled."),
        )


def _currency(fields: dict[str, FieldDraft], look: Look, what: str) -> None:
    if "currency" in fields or "currency" not in KINDS[what].fields:
        return
    amount = fields.get("amount") or fields.get("spend")
    if amount and look.column(amount.columns[0]).currencies:
        column = amount.columns[0]
        fields["currency"] = FieldDraft(
            "currency", (column,), quoted(column), 0.9, _("It stands beside the amounts.")
        )


def _party(fields: dict[str, FieldDraft], look: Look, what: str, doubts: list[str]) -> None:
    """With whom deals and orders are, by an address or a company's name where no id says so."""
    if what not in ("deal", "order") or fields.keys() & {"lead", "person", "account", "deal"}:
        return
    used = {column for one in fields.values() for column in one.columns}
    ways: tuple[tuple[str, str, Callable[[str, str], bool]], ...] = (
        ("person", "email", lambda _name, kind: kind == "email"),
        ("account", "name", lambda name, kind: kind == "text" and likeness(name, _COMPANY) > 0.4),
    )
    for field, match, fits in ways:
        for column in look.columns:
            if column.name not in used and fits(plain(column.name), column.kind):
                text = f'{{ column = {quoted(column.name)}, match = "{match}" }}'
                fields[field] = FieldDraft(field, (column.name,), text, 0.7, _("Its values look like it."))
                used.add(column.name)
                break
    if not fields.keys() & {"lead", "person", "account", "deal"}:
        doubts.append(_("No column of %(file)s says with whom it was.") % {"file": look.name})


_COMPANY = VOCABULARY["person"]["company"] + "|customer|kunde|client|cliente"


def _required(fields: dict[str, FieldDraft], look: Look, what: str, doubts: list[str]) -> None:
    """Every field that the kind needs, made up where no column has it, with a doubt that says so."""
    kind = KINDS[what]
    for name in kind.required:
        if name in fields:
            continue
        used = {column for one in fields.values() for column in one.columns}
        needs_time = kind.fields[name] in ("moment", "day")
        spare = [one.name for one in look.columns if one.kind in ("day", "time") and one.name not in used]
        if needs_time and spare:
            fields[name] = FieldDraft(name, (spare[0],), quoted(spare[0]), 0.3, _("The only time left."))
            doubts.append(
                _("No column is called like %(field)s; “%(column)s” is taken for it.")
                % {"field": name, "column": spare[0]}
            )
            continue
        value = MADE_UP["time" if needs_time else "amount" if kind.fields[name] == "amount" else "text"]
        fields[name] = FieldDraft(
            name, (), f"{{ value = {quoted(value)} }}", 0.0, _("Made up: choose a column.")
        )
        doubts.append(
            _("No column of %(file)s gives %(field)s; “%(value)s” stands in for it until you choose one.")
            % {"file": look.name, "field": name, "value": value}
        )
