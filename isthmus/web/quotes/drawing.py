"""How a document stands on paper. It imports the PDF library, so `pdf` imports it only when it draws."""

from collections.abc import Callable, Sequence
from typing import Any, BinaryIO
from xml.sax.saxutils import escape

from django.utils.translation import gettext as _
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from isthmus.web.quotes.paper import Paper, Row

Fit = Callable[[str], str]
INK, SOFT, LINE = HexColor("#1c1a20"), HexColor("#69656f"), HexColor("#cfcbc6")
_MARGIN = 20 * mm
_FRAME = 6  # points that the library puts around everything
_WIDTH = A4[0] - 2 * _MARGIN
_TEXT = ParagraphStyle("text", fontName="Inter", fontSize=9, leading=13, textColor=INK, splitLongWords=1)
_SMALL = ParagraphStyle("small", _TEXT, fontSize=8, leading=11, textColor=SOFT)
_STRONG = ParagraphStyle("strong", _TEXT, fontName="Inter-SemiBold")
_TITLE = ParagraphStyle("title", _TEXT, fontName="Inter-SemiBold", fontSize=18, leading=22)
_NUMBER = ParagraphStyle("number", _TEXT, alignment=TA_RIGHT)
_NUMBER_STRONG = ParagraphStyle("number strong", _STRONG, alignment=TA_RIGHT)
_HEAD = ParagraphStyle("head", _SMALL)
_HEAD_NUMBER = ParagraphStyle("head number", _SMALL, alignment=TA_RIGHT)
_BARE: list[Any] = [("LEFTPADDING", (0, 0), (-1, -1), 0), ("RIGHTPADDING", (0, 0), (-1, -1), 0),
                    ("VALIGN", (0, 0), (-1, -1), "TOP")]  # fmt: skip


def template(to: BinaryIO, paper: Paper, fit: Fit) -> tuple[Any, type[Canvas]]:
    """The document to be built, and the canvas that numbers its pages once it knows how many they are."""
    document = SimpleDocTemplate(
        to, pagesize=A4, leftMargin=_MARGIN - _FRAME, rightMargin=_MARGIN - _FRAME, topMargin=18 * mm,
        bottomMargin=24 * mm,
        title=f"{paper.title} {paper.number}", author=paper.company, creator="Isthmus", invariant=1,
    )  # fmt: skip
    foot = fit(" · ".join(one for one in (paper.company, f"{paper.title} {paper.number}") if one))
    return document, _numbered(foot, fit)


def story(paper: Paper, fit: Fit) -> list[Flowable]:
    """Everything on the pages, from the top down."""
    return [
        _head(paper, fit),
        Spacer(1, 9 * mm),
        _parties(paper, fit),
        Spacer(1, 8 * mm),
        _lines(paper, fit),
        KeepTogether([Spacer(1, 2 * mm), _sums(paper, fit)]),
        *_words(paper, fit),
    ]


def _text(text: str, style: ParagraphStyle, fit: Fit) -> Paragraph:
    return Paragraph(escape(fit(text)).replace("\n", "<br/>"), style)


def _head(paper: Paper, fit: Fit) -> Table:
    sender = [_text(paper.company, _STRONG, fit), *(_text(line, _SMALL, fit) for line in paper.sender)]
    title = [_text(paper.title, _TITLE, fit), _text(paper.number, _TEXT, fit)]
    return Table([[title, sender]], [_WIDTH * 0.58, _WIDTH * 0.42], style=_BARE)


def _parties(paper: Paper, fit: Fit) -> Table:
    receiver: list[Flowable] = [_text(_("For"), _SMALL, fit)]
    receiver += [
        _text(line, _STRONG if place == 0 else _TEXT, fit) for place, line in enumerate(paper.receiver)
    ]
    facts = [[_text(label, _SMALL, fit), _text(value, _TEXT, fit)] for label, value in paper.facts]
    width = _WIDTH * 0.42
    style = [*_BARE, ("TOPPADDING", (0, 0), (-1, -1), 0), ("BOTTOMPADDING", (0, 0), (-1, -1), 2)]
    beside = Table(facts, [width * 0.4, width * 0.6], style=style)
    return Table([[receiver, beside]], [_WIDTH - width, width], style=_BARE)


def _lines(paper: Paper, fit: Fit) -> Table:
    columns: list[tuple[str, float, Callable[[Row], str]]] = [
        (_("Quantity"), 24 * mm, lambda row: row.quantity)
    ]
    if paper.has_prices:
        columns.append((_("Price"), 25 * mm, lambda row: row.price))
    if paper.has_discounts:
        columns.append((_("Discount"), 18 * mm, lambda row: row.discount))
    if paper.has_taxes:
        columns.append((_("Tax"), 15 * mm, lambda row: row.tax))
    columns.append((_("Amount"), 29 * mm, lambda row: row.net))
    widths = [_WIDTH - sum(width for _name, width, _of in columns), *(width for _name, width, _of in columns)]
    head = [_text(_("Item"), _HEAD, fit), *(_text(name, _HEAD_NUMBER, fit) for name, _width, _of in columns)]
    body = [
        [_item(row, fit), *(_text(of(row), _NUMBER, fit) for _name, _width, of in columns)]
        for row in paper.rows
    ]
    style = TableStyle([
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (0, -1), 0),
        ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 4),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 5),
        ("LINEBELOW", (0, 0), (-1, 0), 0.75, INK),
        ("LINEBELOW", (0, 1), (-1, -1), 0.4, LINE),
    ])  # fmt: skip
    return Table([head, *body], widths, style=style, repeatRows=1)


def _item(row: Row, fit: Fit) -> Sequence[Flowable]:
    name = _text(row.what, _TEXT, fit)
    return [name, _text(row.detail, _SMALL, fit)] if row.detail else [name]


def _sums(paper: Paper, fit: Fit) -> Table:
    rows, style = [], [*_BARE, ("TOPPADDING", (0, 0), (-1, -1), 2), ("BOTTOMPADDING", (0, 0), (-1, -1), 2)]
    for place, one in enumerate(paper.sums):
        label, amount = (_STRONG, _NUMBER_STRONG) if one.strong else (_TEXT, _NUMBER)
        rows.append(["", _text(one.label, label, fit), _text(one.amount, amount, fit)])
        if one.strong:
            style += [("LINEABOVE", (1, place), (-1, place), 0.75, INK)]
            style += [("TOPPADDING", (0, place), (-1, place), 4)]
    label_width, amount_width = 48 * mm, 37 * mm
    return Table(rows, [_WIDTH - label_width - amount_width, label_width, amount_width], style=style)


def _words(paper: Paper, fit: Fit) -> list[Flowable]:
    found: list[Flowable] = []
    for heading, text in paper.words:
        first, *rest = text.split("\n")
        # A heading never stands alone at the foot of a page; long texts break where they must.
        found.append(Spacer(1, 6 * mm))
        found.append(KeepTogether([_text(heading, _STRONG, fit), _text(first, _TEXT, fit)]))
        found += [_text(line, _TEXT, fit) if line.strip() else Spacer(1, 2 * mm) for line in rest]
    return found


def _numbered(foot: str, fit: Fit) -> type[Canvas]:
    class Numbered(Canvas):  # type: ignore[misc]  # The library has no types.
        """Keeps each page until the last is there."""

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self._kept: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802  (the library's name)
            self._kept.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for number, page in enumerate(self._kept, start=1):
                self.__dict__.update(page)
                self._foot(number, len(self._kept))
                super().showPage()
            super().save()

        def _foot(self, number: int, pages: int) -> None:
            self.setStrokeColor(LINE)
            self.setLineWidth(0.4)
            self.line(_MARGIN, 16 * mm, A4[0] - _MARGIN, 16 * mm)
            self.setFont("Inter", 8)
            self.setFillColor(SOFT)
            self.drawString(_MARGIN, 11 * mm, simpleSplit(foot, "Inter", 8, _WIDTH * 0.75)[0])
            counted = _("Page %(number)s of %(pages)s") % {"number": number, "pages": pages}
            self.drawRightString(A4[0] - _MARGIN, 11 * mm, fit(counted))

    return Numbered
