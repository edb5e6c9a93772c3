"""A WSGI application that reads the ledger, for a server that a test starts."""

from collections.abc import Callable, Iterable
from typing import Any

import django

django.setup()

from isthmus.ledger.reading import snapshot  # noqa: E402


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answers how many facts there are."""
    with snapshot() as view:
        (count,) = view.execute("SELECT count(*) FROM facts").fetchone() or (None,)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(count).encode()]
