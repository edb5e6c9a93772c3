"""A section's fields, compiled once into functions over a row, and applied to each row."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from isthmus.core.refusals import Refusal
from isthmus.imports.recipe.expressions import PLACE
from isthmus.imports.recipe.kinds import KINDS
from isthmus.imports.recipe.model import Expression, Rows
from isthmus.imports.values import BadValue, reader_of, text_of

Cells = Sequence[Any]
Value = Callable[[Cells], Any]
MAX_KEY = 110  # payments add a suffix; references hold 120


@dataclass(frozen=True)
class Reference:
    """A row's mention of another record: the word by which it is found, and what to make when it is not."""

    word: str
    extras: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Mapped:
    """What one row says: its key and the values of its fields. Empty fields are absent."""

    key: str
    values: dict[str, Any]
    custom: dict[str, dict[str, Any]]


class RowMap:
    """Makes `Mapped` rows of cells. `places` gives each column's position in the cells."""

    def __init__(self, rows: Rows, places: Mapping[str, int], zone: ZoneInfo) -> None:
        self.rows = rows
        self.zone = zone
        self.places = places
        kind = KINDS[rows.what]
        self._key = [places[name] for name in rows.key]
        self._fields = [(name, self._field(one, kind.fields[name])) for name, one in rows.fields.items()]
        self._custom = [
            (part, [(key, self._field(one, "text")) for key, one in ones.items()])
            for part, ones in rows.custom.items()
        ]
        self._required = [
            name for name in kind.required if name in rows.fields and not rows.fields[name].missing
        ]

    def read(self, cells: Cells) -> Mapped:
        """The row's values. Raises BadValue with one sentence for each cell that cannot be used."""
        problems: list[str] = []
        values: dict[str, Any] = {}
        for name, value_of in self._fields:
            value = _read(name, value_of, cells, problems)
            if value is not None:
                values[name] = value
        custom: dict[str, dict[str, Any]] = {}
        for part, ones in self._custom:
            found = {key: _read(key, value_of, cells, problems) for key, value_of in ones}
            custom[part] = {key: value for key, value in found.items() if value is not None}
        problems += [
            _("%(field)s is empty.") % {"field": name} for name in self._required if name not in values
        ]
        key = self._key_of(cells, problems)
        if problems:
            raise BadValue(" ".join(dict.fromkeys(problems)))
        return Mapped(key, values, custom)

    def custom_value(self, part: str, key: str) -> Value:
        """How one custom field is found (for the options of a new choice)."""
        return next(value for name, ones in self._custom if name == part for own, value in ones if own == key)

    def _key_of(self, cells: Cells, problems: list[str]) -> str:
        if not self._key:
            return ""
        parts = [text_of(cells[place]).strip() for place in self._key]
        if not all(parts):
            problems.append(_("The key %(columns)s is empty.") % {"columns": ", ".join(self.rows.key)})
            return ""
        key = f"{self.rows.key_namespace}:" + "/".join(parts)
        if len(key) > MAX_KEY:
            problems.append(_("The key is longer than %(limit)s characters.") % {"limit": MAX_KEY})
        return key

    def _field(self, expression: Expression, kind: str) -> Value:
        cell_of = self._source(expression)
        if kind.startswith("->"):
            return self._reference(expression, cell_of)
        if kind == "key":
            namespace = self.rows.key_namespace
            return lambda cells: f"{namespace}:{word}" if (word := text_of(cell_of(cells)).strip()) else None
        read = reader_of(kind, self.rows.format, expression.format, self.zone, expression.scale)

        def value_of(cells: Cells) -> Any:
            cell = cell_of(cells)
            return None if cell is None or cell == "" else read(cell)

        return value_of

    def _reference(self, expression: Expression, cell_of: Value) -> Value:
        prefix = f"{expression.namespace or self.rows.key_namespace}:" if expression.match == "key" else ""
        extras = {name: self._source(one) for name, one in expression.extras.items()}

        def reference_of(cells: Cells) -> Reference | None:
            word = text_of(cell_of(cells)).strip()
            if not word:
                return None
            return Reference(
                prefix + word, {name: text_of(one(cells)).strip() for name, one in extras.items()}
            )

        return reference_of

    def _source(self, expression: Expression) -> Value:
        """The cell of an expression: found, mapped, and replaced by the default when there is nothing."""
        raw = self._raw(expression)
        if expression.until:
            whole, mark = raw, expression.until
            raw = lambda cells: text_of(whole(cells)).partition(mark)[0].strip()  # noqa: E731
        if not expression.mapped and not expression.default:
            return raw
        mapped, others, default = dict(expression.mapped), expression.others, expression.default

        def cell_of(cells: Cells) -> Any:
            cell = raw(cells)
            if mapped:
                word = text_of(cell).strip()
                if word in mapped:
                    cell = mapped[word]
                elif others == "empty":
                    cell = None
                elif others == "refuse" and word:
                    raise BadValue(
                        _("“%(value)s” is not one of the values that the recipe's map names.")
                        % {"value": word}
                    )
            return default if cell in (None, "") and default else cell

        return cell_of

    def _raw(self, expression: Expression) -> Value:
        if expression.value is not None:
            constant = expression.value
            return lambda _cells: constant
        if expression.text:
            return self._template(expression.text)
        places = [self.places[name] for name in expression.columns]
        if len(places) == 1:
            (place,) = places
            return lambda cells: cells[place]
        return lambda cells: next((cells[place] for place in places if cells[place] not in (None, "")), None)

    def _template(self, text: str) -> Value:
        pieces: list[tuple[str, int, int]] = []  # literal, place (-1: literal), letters
        last = 0
        for match in PLACE.finditer(text):
            pieces.append((text[last : match.start()], -1, 0))
            pieces.append(("", self.places[match[1].strip()], int(match[2] or 0)))
            last = match.end()
        pieces.append((text[last:], -1, 0))
        has_places = any(place >= 0 for _literal, place, _letters in pieces)

        def fill(cells: Cells) -> str:
            # A template none of whose columns says anything says nothing: no "Seller " without a seller.
            words = [text_of(cells[place]).strip() for _literal, place, _letters in pieces if place >= 0]
            if has_places and not any(words):
                return ""
            found = iter(words)
            return "".join(
                literal if place < 0 else (next(found)[:letters] if letters else next(found))
                for literal, place, letters in pieces
            ).strip(" ·")  # No mark before or after what an empty cell leaves out.

        return fill


def _read(name: str, value_of: Value, cells: Cells, problems: list[str]) -> Any:
    try:
        return value_of(cells)
    except Refusal as refusal:
        problems.append(f"{name}: {refusal}")
        return None
