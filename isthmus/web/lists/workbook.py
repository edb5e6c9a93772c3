"""Rows as an Excel workbook of one sheet, written while it is sent: memory does not grow with the rows.

Every text is a text to Excel, whatever it begins with: nothing in it can become a formula.
"""

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape

MOST_ROWS = 1_048_576  # What a sheet holds, its heads among them.
_LONGEST = 32_767  # What a cell holds.
_DAY_ZERO = date(1899, 12, 30).toordinal()
_DAY, _MOMENT, _HEAD = 1, 2, 3  # styles, by their place in cellXfs
# What XML cannot carry.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

_OPENING = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
    '<sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}">'
    '<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="1"><fill><patternFill patternType="none"/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="4"><xf/><xf numFmtId="14" applyNumberFormat="1"/>'
    '<xf numFmtId="164" applyNumberFormat="1"/><xf fontId="1" applyFont="1"/></cellXfs></styleSheet>',
}


def workbook(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """The file piece by piece. Times must be without a zone, as the reader's clock shows them."""
    sent = Sent()
    with zipfile.ZipFile(sent, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in _PARTS.items():
            archive.writestr(name, _OPENING + text)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(
                f'{_OPENING}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
                '<pane ySplit="1" topLeftCell="A2" state="frozen"/></sheetView></sheetViews>'
                f"<sheetData>{_row([_text(head, _HEAD) for head in heads])}".encode()
            )
            for row in rows:
                sheet.write(_row([_cell(value) for value in row]).encode())
                if sent.size > 65_536:
                    yield sent.taken()
            sheet.write(b"</sheetData></worksheet>")
    yield sent.taken()


class Sent:
    """What a file is written to that is sent meanwhile: bytes waiting to be handed on, never gone back in."""

    closed = False

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self.size = 0

    def close(self) -> None:
        """Nothing is to be closed."""

    def readable(self) -> bool:
        return False

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False

    def write(self, piece: bytes) -> int:
        self._pieces.append(bytes(piece))
        self.size += len(piece)
        return len(piece)

    def flush(self) -> None:
        """Nothing waits here longer than until it is taken."""

    def taken(self) -> bytes:
        """All that waits."""
        whole = b"".join(self._pieces)
        self._pieces.clear()
        self.size = 0
        return whole


def _row(cells: Sequence[str]) -> str:
    return f"<row>{''.join(cells)}</row>"


def _cell(value: Any) -> str:
    if value is None or value == "":
        return "<c/>"
    if isinstance(value, bool):
        return f'<c t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int | float | Decimal):
        return f"<c><v>{value}</v></c>"
    if isinstance(value, datetime):
        seconds = value.hour * 3600 + value.minute * 60 + value.second
        return f'<c s="{_MOMENT}"><v>{value.toordinal() - _DAY_ZERO + seconds / 86_400:.6f}</v></c>'
    if isinstance(value, date):
        return f'<c s="{_DAY}"><v>{value.toordinal() - _DAY_ZERO}</v></c>'
    return _text(str(value))


def _text(text: str, style: int = 0) -> str:
    kind = f' s="{style}"' if style else ""
    written = escape(_UNWRITABLE.sub("\ufffd", text[:_LONGEST]))
    return f'<c{kind} t="inlineStr"><is><t xml:space="preserve">{written}</t></is></c>'
