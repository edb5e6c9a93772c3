"""Bringing files to a record, looking at one, calling it something else, taking it away."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from isthmus.core import clock, commands
from isthmus.core.commands import CommandResult
from isthmus.core.file_names import LONGEST_NAME
from isthmus.core.refusals import InvalidInput, Refusal
from isthmus.files.models import AttachedFile
from isthmus.files.queries import visible_file
from isthmus.files.recognising import SHOWN
from isthmus.files.storing import Incoming, drop_received, path_of
from isthmus.web.access import actor_of, needs
from isthmus.web.acts.acting import Act, act_by_form, act_now, refused, sent, went_well
from isthmus.web.acts.forms import ActForm
from isthmus.web.receiving import received, receives
from isthmus.web.records import record_address
from isthmus.workspace import records

# A picture that is opened by itself runs nothing. A sandbox would keep browsers from showing a PDF at all:
# their viewers run apart from the page, and no script is let in.
_ALONE = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
_POLICIES = {"application/pdf": f"{_ALONE}; object-src 'self'"}
_PICTURE = f"{_ALONE}; sandbox"


class NameForm(ActForm):
    """What a file is called."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=LONGEST_NAME)


@needs("files.edit")
@csrf_exempt  # Asked for by `_attach`: nothing may be read before one knows that the record is seen.
@require_POST
def attach(request: HttpRequest, kind: str, pk: int) -> HttpResponseBase:
    """Attach the files of the request to a record that the reader sees."""
    if pk not in records.visible(kind, [pk], actor_of(request)):
        raise Http404
    return _attach(request, kind, pk)


@receives(Incoming, lambda: int(settings.ATTACHED_FILES_AT_ONCE))
def _attach(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    page = record_address(kind, pk)
    files, refusals = received(request)
    try:
        if not files:
            raise _all_of(refusals)
        arguments = {"kind": kind, "record_id": pk, "files": files}
        result = commands.run("attach_files", arguments, by=actor_of(request), at=clock.now())
    except Refusal as refusal:
        for file in files:
            drop_received(file["stored"])
        return refused(request, refusal, page)
    for one in refusals:
        messages.warning(request, str(one))
    return went_well(request, Act("attach_files", _("Attach files"), _attached, page, {}, page), result)


def _all_of(refusals: list[Refusal]) -> Refusal:
    told = {str(place): str(one) for place, one in enumerate(refusals)}
    return InvalidInput(told or {"files": _("Choose at least one file.")})


def _attached(result: CommandResult) -> str:
    count = len(result.value["file_ids"])
    return ngettext("The file is attached.", "%(count)s files are attached.", count) % {"count": count}


@login_required
@require_safe
def file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A file: shown by the browser where that is harmless, else to be kept."""
    found, page = _found(request, pk)
    try:
        path = path_of(found)
    except Refusal as refusal:
        return refused(request, refusal, page)
    is_shown = found.type in SHOWN and "keep" not in request.GET
    answer = FileResponse(
        path.open("rb"), as_attachment=not is_shown, filename=found.name, content_type=found.type
    )
    answer["Content-Security-Policy"] = _POLICIES.get(found.type, _PICTURE)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    answer["Cache-Control"] = "private, no-store"
    return answer


@needs("files.edit")
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    """Call a file something else."""
    found, page = _found(request, pk)
    act = Act(
        "rename_file", _("Rename a file"), _("The file is renamed."), page, {"file_id": pk}, page,
        found.name, _("Rename"),
    )  # fmt: skip
    return act_by_form(request, act, NameForm(sent(request), initial={"name": found.name}))


@needs("files.edit")
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a file away."""
    _file, page = _found(request, pk)
    given: dict[str, Any] = {"file_ids": [pk]}
    return act_now(request, Act("remove_files", _("Remove"), _("The file is removed."), page, given, page))


def _found(request: HttpRequest, pk: int) -> tuple[AttachedFile, str]:
    """A file that the reader may see, and the page of its record."""
    found = visible_file(pk, actor_of(request))
    if found is None:
        raise Http404
    return found, record_address(found.kind, records.standing(found.kind, found.record_id))
