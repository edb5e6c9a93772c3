"""Handing over everything about somebody, and erasing them."""

import json
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from isthmus.core import clock, commands
from isthmus.core.personal_stores import files_of, stores
from isthmus.core.refusals import NotFound, NotPermitted, Refusal
from isthmus.people.disclosing import as_text, files_about, not_looked_for
from isthmus.people.models import ErasureReason, Person
from isthmus.people.whom import person_wholly, whom_of
from isthmus.web.access import actor_of, needs
from isthmus.web.acts.acting import Act, act_by_form, refused, sent
from isthmus.web.acts.forms import ActForm

FORMS = {"txt": "text/plain; charset=utf-8", "json": "application/json", "zip": "application/zip"}


@needs("people.disclose")
@require_safe
def everything(request: HttpRequest, pk: int) -> HttpResponse:
    """What would be handed over, in which forms."""
    return _page(request, "people/everything.html", _person(request, pk, "people.disclose"))


@needs("people.disclose")
@require_POST
def handed_over(request: HttpRequest, pk: int, form: str) -> HttpResponseBase:
    """Everything as a file; that it was given is recorded."""
    if form not in FORMS:
        raise Http404
    one = _person(request, pk, "people.disclose")
    try:
        given = commands.run("disclose_person", {"person_id": pk}, by=actor_of(request), at=clock.now()).value
    except Refusal as refusal:
        return refused(request, refusal, reverse("person", args=[pk]))
    texts = {"txt": as_text(given), "json": json.dumps(given, ensure_ascii=False, indent=2)}
    response: HttpResponseBase
    if form == "zip":
        packed = _packed(pk, texts, files_about(pk, by=actor_of(request)))
        response = FileResponse(packed, content_type=FORMS[form])
    else:
        response = HttpResponse(texts[form], content_type=FORMS[form])
    response["Content-Disposition"] = f'attachment; filename="person-{one.pk}.{form}"'
    response["Cache-Control"] = "no-store"
    return response


@needs("people.erase")
@require_safe
def erase(request: HttpRequest, pk: int) -> HttpResponse:
    """The first step: what goes and what stays."""
    return _page(request, "people/erase.html", _person(request, pk, "people.erase"))


@needs("people.erase")
def erase_for_ever(request: HttpRequest, pk: int) -> HttpResponse:
    """The second step: why, and the act itself."""
    one = _person(request, pk, "people.erase")
    act = Act(
        "erase_person",
        _("Erase %(person)s for ever") % {"person": one},
        _("Erased. Remains in files are overwritten within minutes, in large databases during the night."),
        reverse("people"),
        {"person_id": pk},
        reverse("erase-person", args=[pk]),
        _("This cannot be undone."),
        _("Erase for ever"),
        danger=True,
    )
    return act_by_form(request, act, EraseForm(sent(request)))


def _packed(pk: int, texts: Mapping[str, str], files: Iterable[tuple[str, Path]]) -> IO[bytes]:
    """Both texts and the files, in a file without a name that is gone when it was sent."""
    packed = TemporaryFile()  # noqa: SIM115 (the answer closes it)
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for form, text in texts.items():
            archive.writestr(f"person-{pk}.{form}", text)
        for name, path in files:
            archive.write(path, name)
    packed.seek(0)
    return packed


class EraseForm(ActForm):
    """Why somebody is erased."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Why"), choices=ErasureReason.choices, widget=forms.RadioSelect
    )


def _page(request: HttpRequest, template: str, one: Person) -> HttpResponse:
    whom = whom_of(one)
    listed: list[Any] = sorted(stores(), key=lambda store: str(store.sentence))
    counted = ((store, sum(1 for _row in store.handler.export(whom))) for store in listed)
    context = {
        "person": one,
        "found": [{"store": store, "count": count} for store, count in counted if count],
        "staying": [store for store in listed if store.stays],
        "has_files": any(True for _file in files_of(whom)),
        "shared": not_looked_for(whom.shared),
    }
    return render(request, template, context)


def _person(request: HttpRequest, pk: int, permission: str) -> Person:
    try:
        return person_wholly(pk, by=actor_of(request), permission=permission)
    except NotPermitted as error:
        raise PermissionDenied(str(error)) from error
    except NotFound as error:
        raise Http404 from error
