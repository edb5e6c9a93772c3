"""Compiled SQL kept by shape: in memory, and in the data folder so that no page waits for Ibis again."""

import hashlib
import os
import threading
from functools import cache
from pathlib import Path

from django.conf import settings

from isthmus import __version__
from isthmus.metrics.shapes import Shape

_texts: dict[str, str] = {}
_compiling = threading.Lock()


def sql_of(shape: Shape) -> str:
    """The SQL of a shape, compiled at most once for this version of the definitions and any window."""
    key = shape.key
    if key not in _texts:
        # One thread compiles; the others wait for its text rather than do the same beside it.
        with _compiling:
            if key not in _texts:
                _texts[key] = _from_disk(key) or _compiled(shape, key)
    return shape.offsets.written_in(_texts[key])


def _compiled(shape: Shape, key: str) -> str:
    from isthmus.metrics.compiling import compile_shape

    text = compile_shape(shape)
    path = _path(key)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}")
    draft.write_text(text, encoding="utf-8")
    draft.rename(path)
    return text


def _from_disk(key: str) -> str | None:
    try:
        return _path(key).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None


def _path(key: str) -> Path:
    name = hashlib.blake2b(key.encode(), digest_size=20).hexdigest()
    home: Path = settings.ISTHMUS_HOME
    return home / "cache" / "metrics" / _edition() / f"{name}.sql"


@cache
def _edition() -> str:
    """This version of the definitions: a changed source file must not find texts of the old one."""
    digest = hashlib.blake2b(__version__.encode(), digest_size=10)
    room = Path(__file__).parent
    for path in sorted([*room.rglob("*.py"), room.parent / "ledger" / "schema" / "__init__.py"]):
        digest.update(path.read_bytes())
    return digest.hexdigest()
