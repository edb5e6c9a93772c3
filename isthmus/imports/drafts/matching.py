"""Which kind of record a file's rows are, and which column makes which field. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from isthmus.imports.drafts.words import CALLED, KEYS, VOCABULARY, likeness, plain
from isthmus.imports.looking import Look, LookedColumn
from isthmus.imports.recipe.kinds import KINDS

LEAST = 0.45  # of likeness, for a column to be taken for a field
_FITTING = {
    "moment": {"day", "time"},
    "day": {"day", "time"},
    "amount": {"number", "money"},
    "whole": {"number"},
    "code": {"text", "flag"},
    "country": {"text", "flag"},
    "currency": {"text"},
}
_FITTING_FIELD = {"email": {"email"}, "phone": {"phone", "number", "text"}, "full_name": {"text"}}
_DOMAINS = {"domain", "company_domain"}


@dataclass(frozen=True)
class Match:
    """A column taken for a field, how surely, and by what."""

    field: str
    column: str
    score: float
    by_content: bool = False


@dataclass(frozen=True)
class Guess:
    """What the rows of a file are taken for."""

    what: str
    score: float
    matches: tuple[Match, ...]
    key: str  # the column that tells rows apart; empty when none does


def guess(look: Look, what: str | None = None) -> Guess:
    """The likeliest kind of record, or the given one, with its columns."""
    names = [what] if what in VOCABULARY else list(VOCABULARY)
    guesses = [_as(look, name) for name in names if name]
    return max(guesses, key=lambda one: one.score)


def _as(look: Look, what: str) -> Guess:
    key = key_column(look, what)
    matches = match_columns(look, what, {key} if key else set())
    found = {match.field for match in matches}
    score = sum(match.score for match in matches)
    title = set(plain(f"{look.name.rpartition('.')[0]} {look.sheet}").split())
    if title & set(CALLED[what]):
        score += 2
    if key and plain(key) in {f"{word} id" for word in CALLED[what]}:
        score += 1
    if what == "lead":
        score += 0.3 * len(found & {"utm_source", "message", "score", "landing_page"}) - 0.4
    return Guess(what, score if _is_possible(what, found, title) else score - 5, tuple(matches), key)


def _is_possible(what: str, found: set[str], title: set[str]) -> bool:
    """Whether a file has what a kind of record cannot be without."""
    has_name = bool(found & {"full_name", "first_name", "last_name"})
    if what == "person":
        return has_name or bool(found & {"email", "phone"})
    if what == "lead":
        return "captured_at" in found and (has_name or "email" in found)
    if what == "account":
        return bool(found & {"name", "domain"}) and bool(found - {"name", "created_at", "owner"} or title)
    if what == "deal":
        return "name" in found and bool(found & {"amount", "stage"})
    if what == "media_day":
        return {"campaign", "on"} <= found and bool(found & {"spend", "clicks", "impressions"})
    if what == "order":
        return {"placed_at", "amount"} <= found and "stage" not in found
    return bool(title & set(CALLED[what]))


def match_columns(look: Look, what: str, taken: Iterable[str]) -> list[Match]:
    """Each field's best column, each column once: the surest pairs first."""
    left = [column for column in look.columns if column.name not in set(taken) and column.kind != "empty"]
    pairs = [
        Match(field, column.name, score)
        for column in left
        for field, words in VOCABULARY[what].items()
        if (score := likeness(plain(column.name), words)) >= LEAST and _fits(what, field, column)
    ]
    pairs += [
        Match(field, column.name, 0.4, by_content=True)
        for column in left
        for field in ("email", "phone", "domain", "company_domain")
        if field in VOCABULARY[what] and column.kind == ("url" if field in _DOMAINS else field)
    ]
    matches: list[Match] = []
    for pair in sorted(pairs, key=lambda one: -one.score):
        if all(pair.field != one.field and pair.column != one.column for one in matches):
            matches.append(pair)
    return matches


def _fits(what: str, field: str, column: LookedColumn) -> bool:
    kind = KINDS[what].fields.get(field, "text")
    if field in _FITTING_FIELD:
        return column.kind in _FITTING_FIELD[field]
    if kind.startswith("->") and kind != "->user":
        return column.kind in ("text", "number", "phone", "email")
    if field in _DOMAINS:
        return column.kind == "url"
    if kind == "->user":
        return column.kind in ("text", "email", "number")
    return column.kind in _FITTING.get(kind, {"text", "number", "flag", "phone", "url"})


def key_column(look: Look, what: str) -> str:
    """The column that tells one record from all others: by its name, and no value twice."""
    own = [f"{word} id" for word in CALLED[what]] + [f"id {word}" for word in CALLED[what]]
    own += [f"{word} number" for word in CALLED[what]] + (
        ["sku", "product code"] if what == "product" else []
    )
    ranked: list[tuple[int, int, str]] = []
    for place, column in enumerate(look.columns):
        header = plain(column.name)
        if not column.is_unique or column.filled < 0.98 or column.kind in ("email", "day", "time", "money"):
            continue
        if header in own:
            ranked.append((0, place, column.name))
        elif header in KEYS:
            ranked.append((1 + KEYS.index(header), place, column.name))
        elif header.split()[-1:] == ["id"] or header.split()[:1] == ["id"] or header.endswith(" nr"):
            # “Contact ID” in a file of deals is somebody else's.
            others = {word for kind, words in CALLED.items() if kind != what for word in words}
            if not others & set(header.split()):
                ranked.append((50, place, column.name))
    return min(ranked)[2] if ranked else ""


def unique_column(columns: Sequence[LookedColumn]) -> str:
    """For files without ids: an address, otherwise anything that no two rows share; else the first column."""
    unique = [column for column in columns if column.is_unique and column.filled > 0.98]
    by_kind = sorted(
        unique,
        key=lambda column: (
            ("email", "url", "text").index(column.kind) if column.kind in ("email", "url", "text") else 9
        ),
    )
    return by_kind[0].name if by_kind else ""
