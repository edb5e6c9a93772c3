"""Reading the body of a call: JSON of a bounded size, an object at its top."""

import json
from datetime import datetime, timedelta
from typing import Any, NoReturn

from django.http import HttpRequest
from django.utils.translation import gettext as _

from isthmus.api.answers import BodyTooLarge, MalformedBody
from isthmus.core import clock, inputs
from isthmus.core.refusals import InvalidInput

LARGEST = 2 * 1024 * 1024
_AHEAD = timedelta(minutes=5)  # Clocks of two machines differ.


def read_object(request: HttpRequest) -> dict[str, Any]:
    """The body as an object; empty, it is an empty one. Raises MalformedBody, BodyTooLarge, InvalidInput."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
        raise BodyTooLarge
    if not request.body:
        return {}
    try:
        body = json.loads(request.body, parse_constant=_no_number)
    except RecursionError:
        raise MalformedBody(_("The body is nested too deeply to be read.")) from None
    except ValueError as problem:  # Not JSON, not UTF-8, or a number of thousands of digits.
        raise MalformedBody(_("The body is no valid JSON: %(problem)s.") % {"problem": problem}) from None
    if not isinstance(body, dict):
        raise InvalidInput({"body": _("The body must be an object of names and values.")})
    return body


def take_time(body: dict[str, Any]) -> datetime:
    """Take `at` out of the body: when the act happened, now where it does not say. Raises InvalidInput."""
    now = clock.now()
    at = body.pop("at", None)
    if at is None:
        return now
    happened = inputs.read_time(at)
    if happened > now + _AHEAD:
        raise InvalidInput({"at": _("An act cannot have happened in the future. Leave `at` out for now.")})
    return happened


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is not a number of JSON")
