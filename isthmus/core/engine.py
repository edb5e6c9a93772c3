"""The analytical engine: one DuckDB per process, locked down, with a cursor for each use."""

import ctypes
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext as _

from isthmus.core.refusals import Refusal

if TYPE_CHECKING:
    import duckdb

_opening = threading.Lock()
_open: "tuple[str, duckdb.DuckDBPyConnection] | None" = None


class QueryTookTooLong(Refusal):
    """An analytical query was stopped at its time limit."""


def cursor() -> "duckdb.DuckDBPyConnection":
    """A new cursor on this process's engine. Cursors share nothing but memory; one thread uses one at a time.

    The engine is opened on first use, and again in a forked process: threads do not survive a fork.
    """
    global _open
    place = str(settings.LEDGER_DIR)
    with _opening:
        if _open is None or _open[0] != place:
            _open = (place, _connect(Path(place)))
        return _open[1].cursor()


def scratch() -> Path:
    """This process's folder for what does not fit its memory; swept once the process is gone."""
    folder = Path(settings.LEDGER_DIR) / "scratch" / str(os.getpid())
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def abandon(parents: object) -> None:
    """In a forked child: never let go of an object of the parent's engine.

    Its end would wait for threads that only the parent has.
    """
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(parents))


def _start_anew() -> None:
    global _open, _opening
    abandon(_open)
    _open, _opening = None, threading.Lock()


os.register_at_fork(after_in_child=_start_anew)


@contextmanager
def time_limit(used: "duckdb.DuckDBPyConnection", seconds: float) -> Iterator[None]:
    """Interrupt the cursor's query after `seconds`; raises QueryTookTooLong then."""
    import duckdb

    late = threading.Event()

    def stop() -> None:
        late.set()
        used.interrupt()

    timer = threading.Timer(seconds, stop)
    timer.daemon = True
    timer.start()
    try:
        yield
    except duckdb.InterruptException:
        if not late.is_set():
            raise
        raise QueryTookTooLong(
            _("This question took too long and was stopped. Ask for a shorter time window or fewer groups.")
        ) from None
    finally:
        timer.cancel()


def _connect(ledger: Path) -> "duckdb.DuckDBPyConnection":
    import duckdb

    config: dict[str, Any] = {
        "threads": settings.ENGINE_THREADS,
        "memory_limit": f"{settings.ENGINE_MEMORY_MB}MB",
        "temp_directory": str(scratch()),
        "preserve_insertion_order": "false",
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "python_enable_replacements": "false",
    }
    connection = duckdb.connect(":memory:", config=config)
    # GLOBAL, or cursors go without: a plain SET is the connection's own. The files' footers, parsed anew by
    # each query, cost more than many a query does.
    connection.execute("SET GLOBAL TimeZone = 'UTC'")
    connection.execute("SET GLOBAL parquet_metadata_cache = true")
    connection.execute(f"SET allowed_directories = ['{_quoted(ledger)}/']")
    # From here on nothing outside the ledger's folder can be read or written, whatever a query says.
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
