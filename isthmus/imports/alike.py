"""Names that two files spell in two ways: found by letters and digits alone, joined only on somebody's word.

A name that a file refers to and no file or record has is refused with its row. Where one that is here differs
in nothing but capitals, blanks and marks it is *suggested*; the recipe says `map = { "GTXPro" = "GTX Pro" }`
once somebody agrees.
"""

import copy
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from isthmus.core.refusals import Refusal
from isthmus.imports.editing import column_of, columns_of, flat, nested
from isthmus.imports.planning import Plan
from isthmus.imports.recipe.model import Expression, Rows
from isthmus.imports.remembering import ROWS_WALKED, cells
from isthmus.people.models import AccountIdentifier
from isthmus.sales.models import Product

# What is referred to by names that people spell, and by which kind of row it comes.
TARGETS = ("product", "account", "owner")
_BROUGHT_AS = {"product": "product", "account": "account", "owner": "user"}


class NoSuchName(Refusal):
    """Two names were said to be the same, and the files have no such names."""


@dataclass(frozen=True)
class Alike:
    """A name in a column that nothing is called, in how many rows, and what is called nearly so."""

    field: str  # product, account, owner
    column: str
    word: str
    rows: int
    like: str

    @property
    def sentence(self) -> str:
        """It as a question."""
        return _("“%(word)s” in %(count)s rows: is it “%(like)s”?") % {
            "word": self.word,
            "count": f"{self.rows:,}",
            "like": self.like,
        }


def spelling(name: str) -> str:
    """What stays of a name without capitals, accents, blanks and marks."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return re.sub(r"[^0-9a-z]+", "", plain) or name.casefold()


def alike(plan: Plan) -> list[Alike]:
    """The names of a plan's files that are nearly those of something that comes with them or is here."""
    known = {field: _known(plan, field) for field in TARGETS}
    found: dict[tuple[str, str], Alike] = {}
    for rows, field, expression in _references(plan.recipe.rows):
        names = known[field]
        by_spelling: dict[str, set[str]] = {}
        for name in names:
            by_spelling.setdefault(spelling(name), set()).add(name)
        column = expression.columns[0]
        for word, count in _words(plan, rows.input, column).items():
            like = by_spelling.get(spelling(word), set())
            if word not in names and word not in expression.mapped and len(like) == 1:
                found.setdefault((field, word), Alike(field, column, word, count, next(iter(like))))
    return sorted(found.values(), key=lambda one: (TARGETS.index(one.field), one.word))


def joined(data: Mapping[str, Any], same: Mapping[str, str]) -> dict[str, Any]:
    """A recipe's data in which names are taken for others, wherever it refers: {"GTXPro": "GTX Pro"}."""
    changed = copy.deepcopy(dict(data))
    for section in changed["rows"]:
        fields = flat(section.get("fields", {}))
        for field in TARGETS:
            if field not in fields or not columns_of(fields[field]):
                continue
            how = fields[field]
            rest: dict[str, Any] = dict(how) if isinstance(how, dict) else {"column": column_of(how)}
            fields[field] = {**rest, "map": {**(rest.get("map") or {}), **same}}
        section["fields"] = nested(fields)
    return changed


def taken(data: Mapping[str, Any]) -> dict[str, str]:
    """The names of products and accounts that a recipe takes for others."""
    found: dict[str, str] = {}
    for section in data["rows"]:
        fields = flat(section.get("fields", {}))
        for field in ("product", "account"):
            how = fields.get(field)
            if isinstance(how, dict):
                found |= {str(word): str(like) for word, like in how.get("map", {}).items()}
    return found


def said(texts: Iterable[str], plan: Plan) -> dict[str, str]:
    """What “GTXPro = GTX Pro” says. Raises NoSuchName where the files have the first nowhere."""
    same: dict[str, str] = {}
    words = {
        word
        for rows, _field, expression in _references(plan.recipe.rows)
        for word in _words(plan, rows.input, expression.columns[0])
    }
    for text in texts:
        word, mark, like = (part.strip() for part in text.partition("="))
        if not mark or not word or not like:
            raise NoSuchName(_("Write “name in the file = name of the record”, not “%s”.") % text[:80])
        if word not in words:
            raise NoSuchName(
                _("No row names a product, an account or a seller “%s”: look at the spelling.") % word
            )
        same[word] = like
    return same


def _references(sections: Sequence[Rows]) -> list[tuple[Rows, str, Expression]]:
    """Where a recipe refers by a name that stands in a column."""
    return [
        (rows, field, rows.fields[field])
        for rows in sections
        for field in TARGETS
        if field in rows.fields
        and rows.fields[field].columns
        and rows.fields[field].match in ("key", "name")
        and rows.what not in ("user", "product", "account")
    ]


def _known(plan: Plan, field: str) -> set[str]:
    """Names that come with the files, and those that are here under the recipe's namespace."""
    names: set[str] = set()
    for rows in plan.recipe.rows:
        if rows.what == _BROUGHT_AS[field] and len(rows.key) == 1:
            names |= set(_words(plan, rows.input, rows.key[0]))
    prefix = f"{plan.recipe.namespace}:"
    here: list[str] = []
    if field == "product":
        products = Product.objects.filter(sku__startswith=prefix)
        here = list(products.values_list("sku", flat=True)[:ROWS_WALKED])
    elif field == "account":
        accounts = AccountIdentifier.objects.filter(kind="external", value__startswith=prefix)
        here = list(accounts.values_list("value", flat=True)[:ROWS_WALKED])
    return names | {one.removeprefix(prefix) for one in here}


def _words(plan: Plan, given: str, column: str) -> Counter[str]:
    source = plan.sources.get(given)
    if source is None or column not in source.columns:
        return Counter()
    return Counter(word for cell in islice(cells(source, column), ROWS_WALKED) if (word := cell.strip()))
