"""The script for a company's own web site: `isthmus.js` says what it sends, docs/script.md how to use it."""

from functools import cache
from pathlib import Path

from isthmus.collect.script.shortening import shortened

FILE = Path(__file__).parent / "isthmus.js"


@cache
def source() -> bytes:
    """The script as it is served: under three thousand bytes when gzipped."""
    return shortened(FILE.read_text(encoding="utf-8")).encode()
