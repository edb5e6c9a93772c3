"""`POST /commands/<name>`, its bulk form and undo: from the registry alone."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI

from isthmus.api import describing, versions
from isthmus.api.answers import refusal_row, with_errors
from isthmus.api.bodies import read_object, take_time
from isthmus.api.callers import actor_of
from isthmus.api.idempotency import answered
from isthmus.api.shapes import public
from isthmus.core import clock, commands
from isthmus.core.actors import Actor
from isthmus.core.commands import Command, CommandResult
from isthmus.core.refusals import InvalidInput, NotPermitted, Refusal

UNDO = "undo"
REFUSALS = (400, 401, 403, 404, 409, 413, 422, 503)


def install(api: NinjaAPI) -> None:
    """Give every command of the registry its address."""
    for entry in commands.registry().values():
        _add(api, f"/commands/{entry.name}", partial(run, entry.name), describing.act(entry), entry)
        if entry.bulk is not None:
            _add(
                api,
                f"/commands/{entry.name}/bulk",
                partial(run_bulk, entry.name),
                describing.bulk(entry),
                entry,
            )
    api.post(
        "/undo/{uuid:batch}",
        summary="Undo an act by its batch",
        tags=["undo"],
        operation_id="undo",
        response=dict.fromkeys(REFUSALS),
        openapi_extra=with_errors(describing.undo(), REFUSALS),
    )(undo)
    api.post("/commands/{name}", include_in_schema=False)(no_such_command)
    api.post("/commands/{name}/bulk", include_in_schema=False)(no_such_command)


def run(name: str, request: HttpRequest) -> HttpResponse:
    """Do one act with the body as its arguments."""
    body = read_object(request)
    by = actor_of(request)
    _refuse_key_from_key(request, name)
    version = versions.expected(request)

    def act(arguments: dict[str, Any]) -> dict[str, Any]:
        at = take_time(arguments)
        if version is None:
            return _shown(name, commands.run(name, arguments, by=by, at=at), by)
        with transaction.atomic():
            versions.check(version, arguments, by)
            return _shown(name, commands.run(name, arguments, by=by, at=at), by)

    return answered(request, name, body, lambda: act(dict(body)))


def run_bulk(name: str, request: HttpRequest) -> HttpResponse:
    """Do one act for each row of the body; a row that is refused stops no other."""
    body = read_object(request)
    by = actor_of(request)

    def act(arguments: dict[str, Any]) -> dict[str, Any]:
        at = take_time(arguments)
        rows = _rows(arguments)
        return _shown_rows(name, commands.run_bulk(name, rows, by=by, at=at), by)

    return answered(request, f"{name}/bulk", body, lambda: act(dict(body)))


def undo(request: HttpRequest, batch: UUID) -> HttpResponse:
    """Take an act back by a compensating one; each act once."""
    body = read_object(request)
    by = actor_of(request)

    def act(arguments: dict[str, Any]) -> dict[str, Any]:
        if arguments:
            raise InvalidInput({name: _("Undo takes no arguments.") for name in arguments})
        return _shown(UNDO, commands.undo(str(batch), by=by, at=clock.now()), by)

    return answered(request, f"{UNDO}/{batch}", body, lambda: act(dict(body)))


def no_such_command(request: HttpRequest, name: str) -> HttpResponse:
    """Say which commands were meant, perhaps."""
    entry = commands.find(name)
    raise commands.NoBulkForm(_("%(act)s is done one at a time.") % {"act": entry.label})


def _add(
    api: NinjaAPI, path: str, view: Callable[..., HttpResponse], extra: Mapping[str, Any], entry: Command
) -> None:
    api.post(
        path,
        summary=entry.summary,
        description=extra["description"],
        tags=[entry.room],
        operation_id=extra["operationId"],
        response=dict.fromkeys(REFUSALS),
        openapi_extra=with_errors(
            {key: value for key, value in extra.items() if key not in ("description", "operationId")},
            REFUSALS,
        ),
    )(_plain_view(view))


def _plain_view(view: Callable[..., HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def act(request: HttpRequest) -> HttpResponse:
        return view(request)

    return act


def _shown(name: str, result: CommandResult, by: Actor) -> dict[str, Any]:
    return {
        "command": name,
        "batch": result.batch,
        "facts": result.facts,
        "undo": result.undo is not None,
        "result": public(result.value, by),
    }


def _shown_rows(name: str, result: CommandResult, by: Actor) -> dict[str, Any]:
    rows = [
        {"refusal": refusal_row(one)} if isinstance(one, Refusal) else {"result": public(one, by)}
        for one in result.value
    ]
    return {
        "command": name,
        "batch": result.batch or None,
        "facts": result.facts,
        "undo": False,
        "done": sum("result" in row for row in rows),
        "refused": sum("refusal" in row for row in rows),
        "rows": rows,
    }


def _rows(body: dict[str, Any]) -> list[dict[str, Any]]:
    rows = body.pop("rows", None)
    if body:
        raise InvalidInput(
            {name: _("%(name)s is not part of a bulk call.") % {"name": name} for name in body}
        )
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise InvalidInput(
            {"rows": _("Send “rows”: a list of 1 to 1,000 objects, each the input of one act.")}
        )
    return rows


def _refuse_key_from_key(request: HttpRequest, name: str) -> None:
    # A key may be narrower than its user; one that makes keys could make itself a wider one.
    if name == "create_api_key" and request.caller.startswith("key:"):  # type: ignore[attr-defined]
        raise NotPermitted(_("A key cannot make keys. Sign in, or use `isthmus keys create` on the machine."))
