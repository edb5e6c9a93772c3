"""Texts as the PDF's typeface can write them. Nothing becomes a box: it is written otherwise, or refused.

The typeface has Latin letters with all their marks. What it lacks is written by its plain form where there is
one (a full-width letter, an odd hyphen), a symbol by its name in brackets; a letter of another script has no
form that its owner would know, so the document is refused with a sentence.
"""

import unicodedata
from collections.abc import Container

from django.utils.translation import gettext as _

from isthmus.core.refusals import Refusal

_INSTEAD = {
    "\u2010": "-", "\u2011": "-", "\u2012": "–", "\u2015": "—", "\u202f": "\u00a0", "\u2009": "\u00a0",
    "\u2007": "\u00a0", "\u2008": " ", "\u3000": " ", "\u2212": "−", "\u2032": "'", "\u2033": '"',
    "\t": " ",
}  # fmt: skip
_UNSEEN = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
_SHOWN = 6  # letters that a refusal names


class LettersMissing(Refusal):
    """A document has letters that the typeface does not have."""


def fitting(text: str, known: Container[int]) -> str:
    """The text in letters that the typeface has; line ends stay. Raises LettersMissing."""
    written: list[str] = []
    missing: dict[str, None] = {}
    for letter in unicodedata.normalize("NFC", text.replace("\r\n", "\n")):
        found = letter if letter == "\n" or ord(letter) in known else _otherwise(letter, known)
        if found is None:
            missing[letter] = None
        else:
            written.append(found)
    if missing:
        raise LettersMissing(
            _("A PDF cannot be written with these letters yet: %(letters)s. Print the page itself instead.")
            % {"letters": " ".join(list(missing)[:_SHOWN])}
        )
    return "".join(written)


def _otherwise(letter: str, known: Container[int]) -> str | None:
    if unicodedata.category(letter) in _UNSEEN:
        return " " if letter == "\t" else ""
    plain = _INSTEAD.get(letter) or unicodedata.normalize("NFKC", letter)
    if plain != letter and all(ord(one) in known for one in plain):
        return plain
    if (digit := unicodedata.decimal(letter, None)) is not None:
        return str(digit)
    if unicodedata.category(letter).startswith("S") and (name := unicodedata.name(letter, "")):
        return f"[{name.lower()}]"
    return None
