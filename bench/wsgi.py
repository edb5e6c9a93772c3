"""The product's own application, which also says in each answer how long the server worked on it."""

import time
from collections.abc import Callable, Iterable
from typing import Any

from isthmus.web.wsgi import application as product


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer as the product does, with `Server-Timing: app;dur=` in milliseconds."""
    began = time.perf_counter()

    def start_timed(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
        spent = (time.perf_counter() - began) * 1000
        return start_response(status, [*headers, ("Server-Timing", f"app;dur={spent:.3f}")], *rest)

    return product(environ, start_timed)
