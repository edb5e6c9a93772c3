"""Files that mean harm, or look as if they did: each as a function that writes one and returns its path."""

import io
import random
import re
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl

MILLION = 1_000_000
LAUGHS = (
    '<!DOCTYPE lolz [<!ENTITY a "laugh">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True))
    + "]>"
)
QUADRATIC = f'<!DOCTYPE q [<!ENTITY a "{"x" * 100_000}">]>'
OUTSIDE = '<!DOCTYPE o [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def workbook(rows: list[list[object]]) -> bytes:
    """A workbook with these rows."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def changed(book: bytes, change: Callable[[str, bytes], bytes], **added: bytes) -> bytes:
    """A workbook whose parts were changed, or that has more of them."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, content in added.items():
            new.writestr(name, content)
    return out.getvalue()


def with_entity(part: str, prologue: str) -> bytes:
    """A workbook one part of which defines an entity and uses it much."""

    def change(name: str, xml: bytes) -> bytes:
        if not name.endswith(part):
            return xml
        text = xml.decode()
        head = re.match(r"<\?xml[^>]*\?>", text)
        text = (head[0] if head else "") + prologue + text[head.end() if head else 0 :]
        last = "j" if prologue is LAUGHS else "a"
        return re.sub(r"(<(?:t|v|dc:creator|vt:lpwstr)>)[^<]*", rf"\g<1>{f'&{last};' * 50}", text).encode()

    return changed(workbook([["a", "b"], ["x", "y"]]), change)


def with_part(name: str) -> bytes:
    """A workbook with one part more."""
    return changed(workbook([["a"]]), lambda _name, xml: xml, **{name: b"x"})


def with_declared_size(book: bytes, part: bytes, size: int) -> bytes:
    """A workbook whose directory lies about the size of a part."""
    at = book.rindex(part) - 46
    assert book[at : at + 4] == b"PK\x01\x02"
    return book[: at + 24] + struct.pack("<I", size) + book[at + 28 :]


def sheet_xml(rows: str) -> bytes:
    """A workbook whose sheet has these rows as XML."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    xml = f'<?xml version="1.0"?><worksheet xmlns="{space}"><sheetData>{rows}</sheetData></worksheet>'
    return changed(workbook([["a"]]), lambda name, old: xml.encode() if name.endswith("sheet1.xml") else old)


def noise(count: int) -> bytes:
    """Bytes of no meaning, the same each time."""
    return random.Random(3).randbytes(count)


def written(path: Path, *parts: bytes, times: int = 1) -> Path:
    """A file of the parts, the last of them many times."""
    with path.open("wb") as file:
        for part in parts[:-1]:
            file.write(part)
        for _again in range(times):
            file.write(parts[-1])
    return path
