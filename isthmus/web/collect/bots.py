"""Bots in Settings: the programs that were seen lately, which of them are machines, and saying otherwise."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from isthmus.collect.agents.queries import Program, agents_for, programs_for
from isthmus.core import clock
from isthmus.web.access import actor_of, needs
from isthmus.web.acts.acting import Act, act_now
from isthmus.web.collect.programs import name_of, reason_of
from isthmus.web.pieces import Choice
from isthmus.web.settings.frame import show

HOME = "settings-bots"
LATELY = timedelta(days=30)
MOST = 100
# What a page may be asked for, and as what each judges.
SHOWN = ("", "machines", "people", "decided")
SAID: dict[str, bool | None] = {"machine": True, "person": False, "rules": None}


@needs("sources.edit")
def bots(request: HttpRequest) -> HttpResponse:
    """The programs with the most events lately; a search finds the others."""
    which, text = _asked(request)
    found = programs_for(actor_of(request), since=clock.now() - LATELY, which=which, text=text, most=MOST)
    context = {
        "rows": [_row(one) for one in found],
        "whole": len(found) == MOST,
        "most": MOST,
        "which": which,
        "text": text,
        "asked": _address(which, text).partition("?")[2],
        "choices": _choices(which, text),
    }
    return show(request, HOME, "collect/bots.html", context)


@needs("sources.edit")
@require_POST
def judge(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide on a program: a machine, a person's, or as the rules say."""
    row = get_object_or_404(agents_for(actor_of(request)), pk=pk)
    said = request.POST.get("as", "")
    if said not in SAID:
        raise Http404
    done = {
        "machine": _("%(program)s is a machine from now on: its events count in no figure but that of bots."),
        "person": _("%(program)s is a person's from now on: its events count."),
        "rules": _("%(program)s is judged by the rules again."),
    }[said] % {"program": name_of(row)}
    back = _address(*_asked(request))
    return act_now(request, Act("judge_agent", "", done, back, {"agent_id": pk, "machine": SAID[said]}, back))


@needs("sources.edit")
@require_POST
def rejudge(request: HttpRequest) -> HttpResponse:
    """Have all programs judged anew."""
    page = reverse(HOME)
    done = _("All programs are being judged by the rules of this version. Reload the page in a moment.")
    return act_now(request, Act("rejudge_agents", "", done, page, {}, page))


def _row(program: Program) -> dict[str, Any]:
    agent = program.agent
    said = {True: "machine", False: "person", None: "rules"}[agent.judged]
    return {
        "agent": agent,
        "name": name_of(agent),
        "reason": reason_of(agent),
        "events": program.events,
        "last_at": program.last_at,
        "options": [
            (value, words, value == said)
            for value, words in (
                ("machine", _("Machine")),
                ("person", _("Person")),
                ("rules", _("As the rules say")),
            )
        ],
    }


def _asked(request: HttpRequest) -> tuple[str, str]:
    which = request.GET.get("which", "")
    return which if which in SHOWN else "", request.GET.get("q", "").strip()[:200]


def _choices(which: str, text: str) -> Sequence[Choice]:
    named = (
        ("", _("All")),
        ("machines", _("Machines")),
        ("people", _("People")),
        ("decided", _("Decided by hand")),
    )
    return [Choice(words, _address(one, text), one == which) for one, words in named]


def _address(which: str, text: str) -> str:
    asked = urlencode({name: value for name, value in (("which", which), ("q", text)) if value})
    return f"{reverse(HOME)}?{asked}" if asked else reverse(HOME)
