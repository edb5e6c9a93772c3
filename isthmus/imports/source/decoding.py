"""How a text file is written: its encoding, its separator, and the hash of its bytes."""

import codecs
import csv
import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from isthmus.core.refusals import Refusal
from isthmus.imports.recipe.model import Format

_BLOCK = 1 << 20
_SAMPLE = 1 << 16
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1a\x1b"))
# Letters of two bytes and more that texts in Western European do not form by chance.
_UTF8_LETTER = re.compile(rb"[\xc3-\xd4][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HALVES = bytes(range(0x80, 0x100))
_MARKS: tuple[tuple[bytes, str | Callable[[], str]], ...] = (
    (b"PK\x03\x04", "xlsx"),
    (b"PK\x05\x06", "xlsx"),
    (b"PAR1", "parquet"),
    (b"\xd0\xcf\x11\xe0", lambda: _("an old Excel file (.xls) or one with a password")),
    (b"%PDF", lambda: _("a PDF")),
    (b"\x1f\x8b", lambda: _("a packed file (.gz)")),
    (b"\x89PNG", lambda: _("a picture")),
    (b"\xff\xd8\xff", lambda: _("a picture")),
    (b"GIF8", lambda: _("a picture")),
    (b"\x7fELF", lambda: _("a program")),
    (b"SQLite format 3", lambda: _("a database")),
    (b"<!DOCTYPE", lambda: _("a web page")),
    (b"<html", lambda: _("a web page")),
    (b"{\\rtf", lambda: _("a text document")),
)
_KINDS = {
    ".parquet": "parquet", ".pq": "parquet", ".tsv": "tsv", ".tab": "tsv", ".xlsx": "xlsx", ".xlsm": "xlsx",
}  # fmt: skip
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
    mixed: bool = False  # UTF-8 in some places, something else in others


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
    _refuse_what_is_no_text(path, first)
    if not is_utf8 and _is_mixed(path):
        return Look(digest.hexdigest(), size, "utf-8", False, mixed=True)
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


def look_at_sample(path: Path, start: bytes, blocks: Sequence[bytes]) -> tuple[str, bool, bool]:
    """The encoding by a part of a file: its name, whether it was guessed, whether two are mixed."""
    encoding = next((name for mark, name in _BOMS if start.startswith(mark)), "") or _unmarked_utf16(start)
    if encoding:
        return encoding, False, False
    _refuse_what_is_no_text(path, start[:_SAMPLE])
    # Blocks are cut anywhere, also within a letter: up to three bytes at each end may be half of one.
    parts = [start[:-3].rstrip(_HALVES) if blocks else start]
    parts += [block[3:-3].strip(_HALVES) for block in blocks]
    if all(_is_utf8(part) for part in parts):
        return "utf-8", False, False
    is_mixed = _has_both(parts)
    return ("utf-8" if is_mixed else "cp1252"), not is_mixed, is_mixed


def _is_utf8(part: bytes) -> bool:
    try:
        part.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_mixed(path: Path) -> bool:
    with path.open("rb") as file:
        return _has_both(iter(lambda: file.read(_BLOCK), b""))


def _has_both(parts: Iterable[bytes]) -> bool:
    """Whether a text that is not UTF-8 as a whole has letters in UTF-8 all the same, and not by chance."""
    whole = lost = 0
    for part in parts:
        whole += sum(1 for _one in _UTF8_LETTER.finditer(part))
        lost += part.decode("utf-8", "replace").count("\ufffd")
    return 0 < lost <= whole * 20


def _refuse_what_is_no_text(path: Path, first: bytes) -> None:
    what = content_of(first)
    if what == "xlsx":
        raise FileUnreadable(
            _("%(file)s is a workbook or another archive, not text. If it is from Excel, name it .xlsx.")
            % {"file": path.name}
        )
    if what == "parquet":
        raise FileUnreadable(_("%(file)s is a Parquet file. Name it .parquet.") % {"file": path.name})
    if what:
        raise FileUnreadable(
            _("%(file)s is no table but %(what)s. Export the table as CSV or XLSX and bring that in.")
            % {"file": path.name, "what": what}
        )


def check_workbook(path: Path) -> None:
    """Refuse a file that is called a workbook and is none."""
    with path.open("rb") as file:
        first = file.read(4096)
    what = content_of(first)
    if what == "xlsx":
        return
    if not first:
        raise FileUnreadable(_("%(file)s is empty.") % {"file": path.name})
    raise FileUnreadable(
        _("%(file)s is no workbook (.xlsx) but %(what)s. Save it as a workbook, or name it for what it is.")
        % {"file": path.name, "what": _("a Parquet file") if what == "parquet" else what or _("text")}
    )


def content_of(first: bytes) -> str:
    """What the first bytes of a file say that it is: xlsx, parquet, words for no table, "" for text."""
    for mark, what in _MARKS:
        if first.startswith(mark):
            return what() if callable(what) else what
    controls = len(first) - len(first.translate(None, _CONTROLS))
    return _("a program's own file") if controls >= 16 and controls * 33 > len(first) else ""


def kind_of(path: Path, given: Format) -> str:
    """csv, tsv, xlsx or parquet: as the recipe says, otherwise by the file's name."""
    if given.kind:
        return given.kind
    suffix = path.suffix.lower()
    return _KINDS.get(suffix, "csv")


def separator_of(path: Path, encoding: str, kind: str, given: Format) -> str:
    """The separator: as the recipe says, a tab for tsv, otherwise the one that cuts the first rows alike."""
    if given.separator:
        return given.separator
    if kind == "tsv":
        return "\t"
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        text = file.read(_SAMPLE)
    lines = re.split("(?<=\n)|(?<=\r)(?!\n)", text)
    is_cut = len(text) == _SAMPLE or len(lines) > 200
    return max(SEPARATORS, key=lambda mark: _agreement(lines[:200], mark, is_cut))


def _agreement(lines: list[str], mark: str, is_cut: bool) -> tuple[bool, float, int]:
    """Whether a mark cuts the first row like most others, how many it cuts so, and into how many cells."""
    try:
        widths = [len(row) for row in csv.reader(lines, delimiter=mark) if row]
    except csv.Error:
        return False, 0, 0
    if is_cut and len(widths) > 1:
        widths.pop()
    if not widths:
        return False, 0, 0
    width, rows = Counter(widths).most_common(1)[0]
    return (widths[0] == width, rows / len(widths), width) if width > 1 else (False, 0, 0)


def error_handler(encoding: str) -> str:
    """How bytes that mean nothing in the encoding are kept visible for the row's check."""
    return "replace" if encoding.startswith(("utf-16", "utf-32")) else "surrogateescape"


def no_such_file(path: Path) -> FileUnreadable:
    """The refusal for a file that is not there, or is none."""
    if path.is_dir():
        return FileUnreadable(_("%(path)s is a folder. Give the files in it.") % {"path": path})
    if path.exists():
        return FileUnreadable(_("%(path)s is no file that can be read twice.") % {"path": path})
    return FileUnreadable(_("There is no file %(path)s. Check its name and folder.") % {"path": path})
