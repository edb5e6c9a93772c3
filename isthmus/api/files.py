"""The addresses of attached files: those of a record, bringing one, the bytes of one."""

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, UnreadablePostError
from django.utils.translation import gettext as _
from ninja import NinjaAPI

from isthmus.api import describing_files as describing
from isthmus.api.answers import answer, with_errors
from isthmus.api.callers import actor_of, need
from isthmus.api.filters import refuse_unknown
from isthmus.api.idempotency import answered
from isthmus.core import clock, commands
from isthmus.core.actors import Actor
from isthmus.core.refusals import InvalidInput, NotFound
from isthmus.files.queries import files_of, visible_file
from isthmus.files.storing import Incoming, drop_received, path_of
from isthmus.workspace import records

REFUSALS = (401, 403, 404, 409, 422, 503)
_BLOCK = 1 << 16
_FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")


def install(api: NinjaAPI) -> None:
    """Give attached files their addresses."""
    for path, ways in (
        ("/files", (("get", listing), ("post", bring))),
        ("/files/{int:number}", (("get", content),)),
    ):
        for method, view in ways:
            said = describing.OPERATIONS[view.__name__]
            getattr(api, method)(
                path,
                summary=said["summary"],
                description=said["description"],
                tags=["files"],
                operation_id=said["operationId"],
                response=dict.fromkeys(REFUSALS),
                openapi_extra=with_errors(said["extra"], REFUSALS),
            )(view)


def listing(request: HttpRequest) -> HttpResponse:
    """The files of one record, the newest first."""
    refuse_unknown(request.GET, {"kind": None, "record_id": None}, (), custom=False)
    kind, number = _record(request, actor_of(request))
    return answer({"data": [_shown(row) for row in files_of(kind, records.with_merged(kind, number))]})


def bring(request: HttpRequest) -> HttpResponse:
    """Attach the body of the call to a record; without one, keep it for a mail that is sent next."""
    refuse_unknown(request.GET, {"kind": None, "record_id": None, "name": None}, (), custom=False)
    by = need(request, "files.edit", _("Your role does not allow to attach files. Ask an administrator."))
    for_mail = not request.GET.get("kind") and not request.GET.get("record_id")
    kind, number = ("", 0) if for_mail else _record(request, by)
    name = request.GET.get("name", "").strip()
    if not name:
        raise InvalidInput({"name": _("Say what the file is called: name=Contract.pdf.")})
    stored = _received(request, name)
    if for_mail:
        return answer({"result": {"name": name, "stored": stored}})

    def act() -> dict[str, Any]:
        arguments = {"kind": kind, "record_id": number, "files": [{"name": name, "stored": stored}]}
        done = commands.run("attach_files", arguments, by=by, at=clock.now())
        return {
            "command": "attach_files",
            "batch": done.batch,
            "facts": done.facts,
            "undo": True,
            "result": done.value,
        }

    # The same call is one to the same record with the same name and the same bytes, whatever they lie under.
    said = {"kind": kind, "record_id": number, "name": name, "sha256": stored.rpartition("-")[2]}
    try:
        return answered(request, "files", said, act)
    finally:
        drop_received(stored)  # Refused, or here since an earlier call: what a record has stays.


def content(request: HttpRequest, number: int) -> HttpResponseBase:
    """The bytes of one file."""
    refuse_unknown(request.GET, {}, (), custom=False)
    file = visible_file(number, actor_of(request)) if number < 2**63 else None
    if file is None:
        raise NotFound(_("There is no such file, or your role does not reach it."))
    shown = FileResponse(
        path_of(file).open("rb"), as_attachment=True, filename=file.name, content_type=file.type
    )
    shown["X-Content-Type-Options"] = "nosniff"
    shown["Cache-Control"] = "no-store"
    return shown


def _record(request: HttpRequest, by: Actor) -> tuple[str, int]:
    """The record that is named, where the caller may see it. Raises InvalidInput, NotFound."""
    kind, number = request.GET.get("kind", ""), request.GET.get("record_id", "")
    if kind not in records.kinds():
        told = _("kind must be one of: %(kinds)s.") % {"kinds": ", ".join(records.kinds())}
        raise InvalidInput({"kind": told})
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise InvalidInput({"record_id": _("record_id must be the number of the record.")})
    if int(number) not in records.visible(kind, [int(number)], by):
        raise NotFound(_("There is no such record, or your role does not reach it."))
    return kind, int(number)


def _received(request: HttpRequest, name: str) -> str:
    """Write the body to the disk block by block; what does not end leaves nothing."""
    if request.content_type in _FORMS:
        raise InvalidInput({"body": _("Send the file itself as the body, not a form.")})
    awaited = int(request.META.get("CONTENT_LENGTH") or 0)
    incoming, came = Incoming(name), 0
    try:
        while block := request.read(_BLOCK):
            came += len(block)
            incoming.write(block)
        if came < awaited:
            raise _broke_off()
        return incoming.end().stored
    except UnreadablePostError as lost:
        incoming.drop()
        raise _broke_off() from lost
    except BaseException:
        incoming.drop()
        raise


def _broke_off() -> InvalidInput:
    return InvalidInput({"body": _("The file broke off on its way. Send it again.")})


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": row["pk"],
        "name": row["name"],
        "type": row["type"],
        "bytes": row["bytes"],
        "author": row["author_id"],
        "added_at": row["added_at"],
    }
