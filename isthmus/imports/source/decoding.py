"""How a text file is written: its encoding, its separator, and the hash of its bytes."""

import codecs
import csv
import hashlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from isthmus.core.refusals import Refusal
from isthmus.imports.recipe.model import Format

_BLOCK = 1 << 20
_SAMPLE = 1 << 16
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
SEPARATORS = (",", ";", "\t", "|")


class FileUnreadable(Refusal):
    """A file cannot be read as what the recipe says it is."""


@dataclass(frozen=True)
class Look:
    """What one pass over a file's bytes shows."""

    sha256: str
    size: int
    encoding: str  # empty for files that are not text
    guessed: bool  # not UTF-8 and without a mark: taken for cp1252


def look_at(path: Path, *, is_text: bool) -> Look:
    """Hash a file and find its encoding in one pass, block by block."""
    digest, size = hashlib.sha256(), 0
    decoder = codecs.getincrementaldecoder("utf-8")()
    first, is_utf8 = b"", True
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            first = first or block[:_SAMPLE]
            digest.update(block)
            size += len(block)
            if is_text and is_utf8:
                try:
                    decoder.decode(block)
                except UnicodeDecodeError:
                    is_utf8 = False
    if not is_text:
        return Look(digest.hexdigest(), size, "", False)
    encoding = next((name for mark, name in _BOMS if first.startswith(mark)), "") or _unmarked_utf16(first)
    if encoding:
        return Look(digest.hexdigest(), size, encoding, False)
    return Look(digest.hexdigest(), size, "utf-8" if is_utf8 else "cp1252", not is_utf8)


def _unmarked_utf16(first: bytes) -> str:
    # Latin text in UTF-16 has a zero in nearly every second byte; a stray NUL in UTF-8 does not.
    pairs = len(first) // 2
    if pairs < 2:
        return ""
    even, odd = first[0 : pairs * 2 : 2].count(0), first[1 : pairs * 2 : 2].count(0)
    if odd > pairs * 0.4 and even < pairs * 0.1:
        return "utf-16-le"
    return "utf-16-be" if even > pairs * 0.4 and odd < pairs * 0.1 else ""


def kind_of(path: Path, given: Format) -> str:
    """csv, tsv or parquet: as the recipe says, otherwise by the file's name."""
    if given.kind:
        return given.kind
    suffix = path.suffix.lower()
    return {".parquet": "parquet", ".pq": "parquet", ".tsv": "tsv", ".tab": "tsv"}.get(suffix, "csv")


def separator_of(path: Path, encoding: str, kind: str, given: Format) -> str:
    """The separator: as the recipe says, a tab for tsv, otherwise the one that cuts the first rows alike."""
    if given.separator:
        return given.separator
    if kind == "tsv":
        return "\t"
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        lines = file.read(_SAMPLE).splitlines(keepends=True)[:50]
    if len(lines) > 2:
        lines.pop()  # May be cut off in the middle.
    return max(SEPARATORS, key=lambda mark: _agreement(lines, mark))


def _agreement(lines: list[str], mark: str) -> tuple[int, int]:
    try:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=mark) if row)
    except csv.Error:
        return 0, 0
    if not widths:
        return 0, 0
    width, rows = widths.most_common(1)[0]
    return (rows, width) if width > 1 else (0, 0)


def error_handler(encoding: str) -> str:
    """How bytes that mean nothing in the encoding are kept visible for the row's check."""
    return "replace" if encoding.startswith(("utf-16", "utf-32")) else "surrogateescape"


def no_such_file(path: Path) -> FileUnreadable:
    """The refusal for a file that is not there."""
    return FileUnreadable(_("There is no file %(path)s. Check its name and folder.") % {"path": path})
