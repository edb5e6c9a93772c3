"""Quotes, invoices and credit notes as PDF: the same bytes whenever the same document is asked for."""

import io
import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from isthmus.core.file_names import shown_name
from isthmus.web.quotes.glyphs import LettersMissing, fitting
from isthmus.web.quotes.paper import Paper

_FONTS = {"Inter": "inter-regular.ttf", "Inter-SemiBold": "inter-semibold.ttf"}
_one_at_a_time = threading.Lock()  # The library's fonts note what each document uses of them.


def pdf_of(make: Callable[[], Paper]) -> tuple[bytes, Paper]:
    """A document as PDF. Raises LettersMissing.

    Where its language writes days and amounts in letters that the typeface lacks, it is made in English.
    """
    paper = make()
    try:
        return _drawn(paper), paper
    except LettersMissing:
        with translation.override("en"):
            paper = make()
            return _drawn(paper), paper


def pdf_answer(make: Callable[[], Paper]) -> HttpResponse:
    """The answer of a page that gives out a PDF. Raises LettersMissing."""
    content, paper = pdf_of(make)
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{file_name(paper)}"'
    answer["Content-Security-Policy"] = "default-src 'none'; object-src 'self'; frame-ancestors 'none'"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


def file_name(paper: Paper) -> str:
    """What a saved document is called: `Q-2026-0001.pdf`."""
    return shown_name(f"{paper.number}.pdf")


def _drawn(paper: Paper) -> bytes:
    from isthmus.web.quotes.drawing import story, template

    fit = _fitting()
    with _one_at_a_time:
        written = io.BytesIO()
        document, canvas = template(written, paper, fit)
        document.build(story(paper, fit), canvasmaker=canvas)
    return written.getvalue()


@cache
def _fitting() -> Callable[[str], str]:
    """Registers the fonts, once, and says how texts are fitted to them."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    folder, known = Path(__file__).with_name("fonts"), None
    for name, file in _FONTS.items():
        font: Any = TTFont(name, str(folder / file))
        pdfmetrics.registerFont(font)
        letters = frozenset(font.face.charToGlyph)
        known = letters if known is None else known & letters
    letters_of_both = known or frozenset()
    return lambda text: fitting(text, letters_of_both)


def refused_words(refusal: LettersMissing) -> dict[str, str]:
    """What a page says where a document cannot be made."""
    return {"title": _("There is no PDF of this document"), "text": str(refusal)}
