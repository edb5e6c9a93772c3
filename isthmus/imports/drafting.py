"""A first recipe for files that nobody described: what each is, its fields, how files refer."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from isthmus.imports.drafts.custom import NewCustom, new_custom
from isthmus.imports.drafts.deals import Ends, ends_of
from isthmus.imports.drafts.fields import FieldDraft, make_fields
from isthmus.imports.drafts.matching import Guess, guess, unique_column
from isthmus.imports.drafts.writing import write_recipe
from isthmus.imports.looking import Look
from isthmus.imports.recipe.kinds import KINDS


@dataclass(frozen=True)
class Link:
    """A column of one file that holds the keys of another: how its rows refer to the other's."""

    input: str
    column: str
    to_input: str
    to_column: str
    field: str
    share: float  # of its values that were seen there; 0 when only the names say so


@dataclass(frozen=True)
class FileDraft:
    """What one file is taken for."""

    input: str
    look: Look
    what: str
    score: float
    key: tuple[str, ...]
    fields: tuple[FieldDraft, ...]
    custom: tuple[NewCustom, ...]
    unused: tuple[str, ...]  # columns that make nothing
    ends: Ends | None = None  # of deals: which stages are open, won, lost
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Draft:
    """The whole proposal."""

    files: tuple[FileDraft, ...]
    links: tuple[Link, ...] = ()
    doubts: tuple[str, ...] = field(default=())

    def recipe_text(self, name: str = "", namespace: str = "import") -> str:
        """The proposal as a recipe."""
        return write_recipe(self, name or _("Import"), namespace)


def draft(looks: Mapping[str, Look], what: str | None = None) -> Draft:
    """A recipe to begin from. `what` says what a single file is; with several each is judged by itself."""
    named = {_input_name(name, at): look for at, (name, look) in enumerate(looks.items(), start=1)}
    guesses = {name: guess(look, what if len(named) == 1 else None) for name, look in named.items()}
    links = _links(named, guesses)
    files = tuple(
        _file(name, look, guesses[name], [link for link in links if link.input == name])
        for name, look in named.items()
    )
    made = {(one.input, field_.field) for one in files for field_ in one.fields}
    used = tuple(link for link in links if (link.input, link.field) in made)
    return Draft(files, used)


def _file(name: str, look: Look, found: Guess, links: Sequence[Link]) -> FileDraft:
    doubts: list[str] = []
    if found.score < 1:
        doubts.append(
            _("Nothing in %(file)s shows what its rows are; they are taken for a %(what)s.")
            % {"file": look.name, "what": found.what}
        )
    key = found.key
    if not key and KINDS[found.what].needs_key and found.what != "expense":
        key = unique_column(look.columns) or look.columns[0].name
        doubts.append(
            _("%(file)s has no column of ids; “%(column)s” tells its rows apart.")
            % {"file": look.name, "column": key}
        )
    fields = make_fields(look, found, links, doubts)
    ends = ends_of(look, fields) if found.what == "deal" else None
    keys = (key,) if key else _receipt(fields)
    used = {*keys, *(column for one in fields for column in one.columns)}
    taken: set[str] = set()
    custom: list[NewCustom] = []
    unused: list[str] = []
    for column in look.columns:
        if column.name in used:
            continue
        if column.kind == "empty" or "custom" not in (KINDS[found.what].custom or {}):
            unused.append(column.name)
            continue
        custom.append(new_custom(column, look, taken))
        taken.add(custom[-1].key)
    return FileDraft(
        name,
        look,
        found.what,
        found.score,
        keys if KINDS[found.what].needs_key else (),
        tuple(fields),
        tuple(custom),
        tuple(unused),
        ends,
        tuple(doubts),
    )


def _receipt(fields: Sequence[FieldDraft]) -> tuple[str, ...]:
    """The columns by which a receipt without a number is known again."""
    wanted = ("on", "kind", "amount", "owner")
    return tuple(column for one in fields if one.field in wanted for column in one.columns)


def _links(looks: Mapping[str, Look], guesses: Mapping[str, Guess]) -> list[Link]:
    """References by shared ids: the names say so, or a column's values are the keys of another file."""
    links: list[Link] = []
    for name, look in looks.items():
        mine = guesses[name]
        for other, theirs in guesses.items():
            field_ = _reference_field(mine.what, theirs.what)
            if other == name or not theirs.key or not field_:
                continue
            keys = looks[other].column(theirs.key).known
            by_name = next((match.column for match in mine.matches if match.field == field_), "")
            shares = [
                (len(one.known & keys) / len(one.known), one.name)
                for one in look.columns
                if one.known and one.name != mine.key and one.kind in ("text", "number", "phone")
            ]
            share, column = max(shares, default=(0.0, ""))
            named = next((one for one, by in shares if by == by_name), 0.0)
            if by_name and (named >= share * 0.9 or not looks[other].rows_exact):
                links.append(Link(name, by_name, other, theirs.key, field_, named))
            elif share >= 0.5 and len(keys) >= 2:
                links.append(Link(name, column, other, theirs.key, field_, share))
    return links


def _reference_field(what: str, target: str) -> str:
    if what in ("person", "lead") and target == "account":
        return "company_key"
    return target if KINDS[what].fields.get(target, "").startswith("->") else ""


def _input_name(name: str, at: int) -> str:
    plain = re.sub(r"[^a-z0-9]+", "_", name.lower().rpartition(".")[0] or name.lower()).strip("_")
    return plain if re.fullmatch(r"[a-z][a-z0-9_]*", plain) else f"file_{at}"
