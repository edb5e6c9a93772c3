"""Characters that nobody sees: they turn the direction of text, steer terminals, or are no text at all."""

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

from isthmus.imports.source.limits import MAX_NAME

# A NUL, or a byte that meant nothing in the file's encoding.
BROKEN = re.compile("[\0\udc80-\udcff\ufffd]")
_BREAKS = "\x0b\x0c\x85\u2028\u2029"
# Controls, direction marks, overrides and isolates, zero-width spaces; joiners (200C, 200D) belong to words.
_UNSEEN = "\x01-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff"
UNUSUAL = re.compile(f"[\0\udc80-\udcff\ufffd{_BREAKS}{_UNSEEN}]")
_LINE_BREAK, _NOTHING = re.compile(f"[{_BREAKS}]"), re.compile(f"[{_UNSEEN}]")


def clean(text: str) -> str:
    """The text without characters that nobody sees; what is broken in it stays visible as �."""
    return _NOTHING.sub("", _LINE_BREAK.sub("\n", BROKEN.sub("\ufffd", text)))


def clean_row(cells: Iterable[str]) -> list[str]:
    """Each cell cleaned."""
    return [clean(cell) for cell in cells]


def clean_name(name: str) -> str:
    """A column's name on one line, of a length that a page can show."""
    return " ".join(clean(name).split())[:MAX_NAME].strip()


def clean_file_name(name: str) -> str:
    """The name of a file that somebody sent: without folders, without what nobody sees, not hidden."""
    last = PurePosixPath(" ".join(clean(name).split()).replace("\\", "/")).name
    kept = re.sub(r'[<>:"|?*\n]', "_", last).lstrip(".")
    stem, dot, suffix = kept.rpartition(".")
    return (f"{stem[:100]}.{suffix[:20]}" if dot else kept[:100]) or "file"
