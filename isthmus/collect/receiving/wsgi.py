"""The collector alone as a WSGI application: `isthmus serve --only collector`."""

import gc
import os
from collections.abc import Callable, Iterable
from typing import Any

import django

from isthmus.core.lifeline import die_with

# Set by the supervisor alone; taken out, so that a process started from here is not tied as well.
if _parent := os.environ.pop("ISTHMUS_PARENT", None):
    die_with(int(_parent))

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "isthmus.settings")
django.setup()

from isthmus.collect.receiving.answers import NOT_HERE  # noqa: E402 (models need the settings)
from isthmus.collect.receiving.receiver import Receiver  # noqa: E402


def _nothing(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    start_response(NOT_HERE.status, NOT_HERE.headers)
    return NOT_HERE.body


application = Receiver(_nothing)
gc.collect()
gc.freeze()
