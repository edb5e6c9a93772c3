"""Reading one table of a recipe strictly: every key is known, every mistake becomes one sentence."""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from isthmus.core.refusals import InvalidInput


class RecipeWrong(InvalidInput):
    """The recipe cannot be used; `errors` has one sentence for each mistake."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__({str(number): sentence for number, sentence in enumerate(sentences, start=1)})


def nearest(word: str, known: Iterable[str]) -> str:
    """ " Did you mean “owner”?" for a word close to a known one; empty otherwise."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return " " + _("Did you mean “%(word)s”?") % {"word": close[0]} if close else ""


class Table:
    """A TOML table, the place where it stands, and the list that its mistakes are added to."""

    def __init__(self, data: Any, where: str, mistakes: list[str]) -> None:
        self.where = where
        self.mistakes = mistakes
        self.data: dict[str, Any] = {}
        if isinstance(data, Mapping):
            self.data = dict(data)
        else:
            self.wrong(_("must be a table of names and values."))

    def wrong(self, sentence: str) -> None:
        """Note a mistake made at this place."""
        self.mistakes.append(f"{self.where}: {sentence}")

    def only(self, *known: str) -> "Table":
        """Note every key that means nothing here, with the nearest one that does."""
        for key in self.data:
            if key not in known:
                self.wrong(
                    _("“%(key)s” means nothing here.") % {"key": key}
                    + (nearest(key, known) or self._list(known))
                )
        return self

    def text(self, key: str, default: str = "", *, required: bool = False) -> str:
        """A text; anything else is a mistake."""
        value = self.data.get(key)
        if value is None:
            if required:
                self.wrong(_("“%(key)s” is missing.") % {"key": key})
            return default
        if not isinstance(value, str):
            self.wrong(_("“%(key)s” must be text in quotation marks.") % {"key": key})
            return default
        return value

    def choice(self, key: str, options: Sequence[str], default: str = "", *, required: bool = False) -> str:
        """A text that is one of the options."""
        value = self.text(key, default, required=required)
        if value and value not in options:
            self.wrong(
                _("“%(key)s” cannot be “%(value)s”.") % {"key": key, "value": value}
                + (nearest(value, options) or self._list(options))
            )
            return default
        return value

    def flag(self, key: str, default: bool = False) -> bool:
        """true or false."""
        value = self.data.get(key, default)
        if not isinstance(value, bool):
            self.wrong(_("“%(key)s” must be true or false.") % {"key": key})
            return default
        return value

    def number(self, key: str) -> Decimal | None:
        """A number, exact."""
        value = self.data.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.wrong(_("“%(key)s” must be a number.") % {"key": key})
            return None
        return Decimal(repr(value))

    def texts(self, key: str) -> tuple[str, ...]:
        """A text, or a list of texts."""
        value = self.data.get(key)
        if value is None:
            return ()
        if isinstance(value, str):
            return (value,)
        if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
            return tuple(value)
        self.wrong(_("“%(key)s” must be a text or a list of texts.") % {"key": key})
        return ()

    def tables(self, key: str) -> "list[Table]":
        """A list of tables; a single table is taken as a list of one."""
        value = self.data.get(key, [])
        if isinstance(value, Mapping):
            value = [value]
        if not isinstance(value, list):
            self.wrong(_("“%(key)s” must be a list of tables.") % {"key": key})
            return []
        return [Table(one, f"{self.where} {key}", self.mistakes) for one in value]

    def below(self, key: str) -> "Table":
        """The table under a key; an absent one is empty."""
        return Table(self.data.get(key, {}), f"{self.where} {key}", self.mistakes)

    def _list(self, known: Iterable[str]) -> str:
        return " " + _("Known here: %(words)s.") % {"words": ", ".join(known)}
