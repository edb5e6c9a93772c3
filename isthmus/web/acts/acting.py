"""Doing an act from a page: the form, the command, the refusal in words, the toast with its undo."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise

from isthmus.core import clock, commands
from isthmus.core.commands import CommandResult
from isthmus.core.editing import VersionMoved
from isthmus.core.refusals import InvalidInput, Refusal
from isthmus.web.access import actor_of
from isthmus.web.acts.forms import ActForm, EditForm

UNDO_TAG = "undo:"
Text = str | Promise
# Takes the result of the command; gives a sentence, or an address.
FromResult = Callable[[CommandResult], str]


@dataclass(frozen=True)
class Button:
    """An act as a page offers it: done at once, or opening its form."""

    text: Text
    href: str
    at_once: bool = False
    icon: str = ""
    kind: str = ""
    values: Mapping[str, Any] | None = None  # what a button that acts at once sends along


@dataclass(frozen=True)
class Act:
    """One act on one page. `arguments` come with the form's; `onward` is where one goes afterwards.

    `watch`: an address that is asked, as the form is filled in, what else there is to say of it.
    """

    command: str
    title: Text
    done: Text | FromResult
    onward: str | FromResult
    arguments: Mapping[str, Any]
    back: str
    note: str = ""
    verb: Text = ""
    danger: bool = False
    watch: str = ""


def sent(request: HttpRequest) -> Any:
    """What a form is filled with: all that was posted, perhaps nothing; None where it is only shown."""
    return request.POST if request.method == "POST" else None


def act_now(request: HttpRequest, act: Act) -> HttpResponse:
    """Do an act that needs no form: POST only. A refusal is a sentence in the page's answer place, 409."""
    try:
        result = commands.run(act.command, act.arguments, by=actor_of(request), at=clock.now())
    except Refusal as refusal:
        return refused(request, refusal, act.back)
    return went_well(request, act, result)


def act_by_form(
    request: HttpRequest,
    act: Act,
    form: ActForm,
    *,
    read: Callable[[Any], Mapping[str, Any]] | None = None,
    template: str = "acts/form.html",
    answer: Callable[[CommandResult], HttpResponse] | None = None,
) -> HttpResponse:
    """Show the form of an act, or do the act: what is wrong with a field comes back beside it, 422.

    `read` makes arguments of the form where its own are not meant; `answer` replaces going on afterwards.
    """
    if request.method != "POST":
        return _form(request, act, form, template, 200)
    if not form.is_valid():
        return _form(request, act, form, template, 422)
    try:
        given = dict(read(form) if read else form.arguments())
        at = given.pop("at", None) or clock.now()
        result = commands.run(act.command, {**act.arguments, **given}, by=actor_of(request), at=at)
    except InvalidInput as refusal:
        form.note(refusal)
        return _form(request, act, form, template, 422)
    except Refusal as refusal:
        if isinstance(refusal, VersionMoved) and isinstance(form, EditForm):
            form.show_moved()
        return _form(request, act, form, template, 409, refusal)
    return answer(result) if answer else went_well(request, act, result)


def went_well(request: HttpRequest, act: Act, result: CommandResult) -> HttpResponse:
    """Say what was done, with its undo where there is one, and go on."""
    text = act.done(result) if callable(act.done) else str(act.done)
    tags = f"{UNDO_TAG}{result.batch}" if result.undo else ""
    messages.success(request, text, extra_tags=tags)
    return go(request, act.onward(result) if callable(act.onward) else act.onward)


def go(request: HttpRequest, address: str) -> HttpResponse:
    """On to an address, for a browser with scripts and for one without."""
    if request.htmx:  # type: ignore[attr-defined]
        # A place on the same page alone would only scroll: the page must be read anew.
        return HttpResponse(headers={"HX-Redirect": address.partition("#")[0]})
    return HttpResponseRedirect(address)


def refused(request: HttpRequest, refusal: Refusal, back: str) -> HttpResponse:
    """The sentence of a refusal: a fragment for the page that asked, a page of its own without scripts."""
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "ui/refusal.html", {"refusal": refusal}, status=409)
    return render(request, "acts/refused.html", {"refusal": refusal, "back": back}, status=409)


def undo_address(message: Any) -> str:
    """The address that takes back what a message tells of; empty when it cannot be taken back."""
    tags = str(message.extra_tags or "")
    return reverse("undo", args=[tags.removeprefix(UNDO_TAG)]) if tags.startswith(UNDO_TAG) else ""


def _form(
    request: HttpRequest, act: Act, form: ActForm, template: str, status: int, refusal: Refusal | None = None
) -> HttpResponse:
    part = "#dialog" if request.htmx else ""  # type: ignore[attr-defined]
    context = {
        "act": act,
        "form": form,
        "refusal": refusal,
        "action": request.get_full_path(),
        "level": 2 if part else 1,
    }
    return render(request, template + part, context, status=status)
