"""Every answer that is an error, in one shape, and the plain JSON of all others."""

import json
import logging
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import RequestDataTooBig
from django.core.signals import got_request_exception
from django.db import IntegrityError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError
from pydantic import BaseModel, Field

from isthmus.core.commands import conflict
from isthmus.core.refusals import InvalidInput, NotFound, NotPermitted, Refusal

log = logging.getLogger(__name__)


class Error(BaseModel):
    """What every answer of 400 and above says."""

    code: str = Field(description="The kind of refusal, for programs: lead_already_decided.")
    message: str = Field(description="What happened and what to do next, for people.")
    errors: dict[str, str] | None = Field(
        default=None, description="With 422: one sentence for each argument that cannot be used."
    )


def with_errors(said: Mapping[str, Any], statuses: Iterable[int]) -> dict[str, Any]:
    """What the API's document says of an operation, with the errors it may answer.

    Said there alone: given to ninja as models, each operation makes one of its own for each status, which
    was a third of a web process's start.
    """
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    errors = {status: {"content": content} for status in statuses}
    return {**said, "responses": {**errors, **said["responses"]}}


class MalformedBody(Exception):  # noqa: N818  (an answer, not an error of ours)
    """The body is no JSON that can be read. Its text says where."""


class BodyTooLarge(Exception):  # noqa: N818
    """The body is larger than is read."""


def answer(value: Any, status: int = 200, **headers: str) -> HttpResponse:
    """A JSON answer that no cache keeps."""
    text = json.dumps(value, default=_plain, ensure_ascii=False, separators=(",", ":"))
    response = HttpResponse(text, status=status, content_type="application/json")
    response["Cache-Control"] = "no-store"
    for name, content in headers.items():
        response[name.replace("_", "-")] = content
    return response


def plain(value: Any) -> Any:
    """The value as JSON would read it back."""
    return json.loads(json.dumps(value, default=_plain))


def error(status: int, code: str, message: str, errors: Mapping[str, str] | None = None) -> HttpResponse:
    """An error in the one shape."""
    body: dict[str, Any] = {"code": code, "message": message}
    if errors is not None:
        body["errors"] = dict(errors)
    return answer(body, status)


def refused(refusal: Refusal) -> HttpResponse:
    """A refusal as HTTP says it: 403, 404, 422, or 409 for everything that the company's rules refuse."""
    if isinstance(refusal, NotPermitted):
        return error(403, refusal.code, str(refusal))
    if isinstance(refusal, NotFound):
        return error(404, refusal.code, str(refusal))
    if isinstance(refusal, InvalidInput):
        return error(422, refusal.code, str(refusal), refusal.errors)
    return error(409, refusal.code, str(refusal))


def refusal_row(refusal: Refusal) -> dict[str, Any]:
    """A refusal inside an answer about many rows."""
    row: dict[str, Any] = {"code": refusal.code, "message": str(refusal)}
    if isinstance(refusal, InvalidInput):
        row["errors"] = refusal.errors
    return row


def not_found(request: HttpRequest, *_arguments: Any, **_names: Any) -> HttpResponse:
    """An address that does not exist."""
    return error(404, "not_found", _("There is nothing at this address. See the list at /api/v1/docs."))


def install(api: NinjaAPI) -> None:
    """Make the API answer every exception in the one shape."""
    handlers: dict[type[Exception], Any] = {
        Refusal: lambda request, refusal: refused(refusal),
        Http404: not_found,
        HttpError: _http_error,
        MalformedBody: lambda request, problem: error(400, "malformed_json", str(problem)),
        BodyTooLarge: lambda request, problem: _too_large(),
        RequestDataTooBig: lambda request, problem: _too_large(),
        OperationalError: _database_busy,
        IntegrityError: lambda request, problem: refused(conflict()),
        Exception: _failed,
    }
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, handler)


def _http_error(request: HttpRequest, problem: HttpError) -> HttpResponse:
    if problem.status_code == 401:
        message = _("Send a valid key as “Authorization: Bearer ism_…”. Make one with `isthmus keys create`.")
        response = error(401, "not_signed_in", message)
        response["WWW-Authenticate"] = "Bearer"
        return response
    if problem.status_code == 403:
        return error(403, "csrf_failed", _("Acts from a page need its CSRF token in the header X-CSRFToken."))
    return error(problem.status_code, "http_error", str(problem))


def _too_large() -> HttpResponse:
    return error(413, "body_too_large", _("The body is larger than 2 MB. Send it in smaller parts."))


def _database_busy(request: HttpRequest, problem: OperationalError) -> HttpResponse:
    log.warning("The database did not answer: %s", problem)
    response = error(503, "busy", _("The database is busy. Nothing was changed; try again in a moment."))
    response["Retry-After"] = "1"
    return response


def _failed(request: HttpRequest, problem: Exception) -> HttpResponse:
    log.error("%s %s failed", request.method, request.path, exc_info=problem)
    got_request_exception.send(sender=None, request=request)
    return error(500, "failed", _("Isthmus failed here; nothing was changed. Its log says more."))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, UUID | Promise):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form.")
