"""Doing what the queue suggests: log, answer, accept, return, approve, sleep, skip; the next one follows."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.core import clock, commands
from isthmus.core.commands import CommandResult
from isthmus.core.refusals import Refusal
from isthmus.leads.models import Lead
from isthmus.people.models import Person
from isthmus.sales.day.offering import Suggestion
from isthmus.sales.day.queue import find
from isthmus.sales.models import SkipReason
from isthmus.sales.models.activities import IN_VAIN
from isthmus.sales.todo import SLEEPS, wakes_at
from isthmus.web.access import actor_of, needs
from isthmus.web.acts import logging
from isthmus.web.acts.acting import Act, act_by_form, go, refused, sent, went_well
from isthmus.web.acts.forms import ActForm, amount_field
from isthmus.web.day.page import queue_context
from isthmus.web.leads.forms import AcceptForm, ReturnForm
from isthmus.web.quotes.asking import ReasonForm
from isthmus.workspace.territories import local_to


class AnswerForm(logging.LogForm):
    """The first contact with a lead, and the deal that opens where it is accepted with it."""

    amount = amount_field(gettext_lazy("Value of the deal, if accepted"), min_value=0)
    accepts = True  # One of its two buttons logs only.

    def clean_outcome(self) -> str:
        outcome: str = self.cleaned_data["outcome"]
        if outcome in IN_VAIN and self.data.get("then") != "wait":
            raise forms.ValidationError(_("Nobody was reached: only log it, and decide later."))
        return outcome


class SkipForm(ActForm):
    """Why a suggestion is of no use."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Why"),
        choices=SkipReason.choices,
        widget=logging.Chips(attrs={"autofocus": True}),
        help_text=gettext_lazy("It is left out of your day for thirty days."),
    )
    wide = ("reason",)


@needs("tasks.edit")
def act(request: HttpRequest, name: str) -> HttpResponse:
    """Do one act on a suggestion of one's own day, named by its key."""
    if name not in _ACTS:
        raise Http404
    if name in _AT_ONCE and request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    one = find(request.GET.get("key", ""), actor_of(request), clock.now())
    if one is None:
        gone = Refusal(_("This is not in your queue any more: it was done, or somebody else did it."))
        return refused(request, gone, reverse("my-day"))
    return _ACTS[name](request, one)


def _log(request: HttpRequest, one: Suggestion) -> HttpResponse:
    """Log a contact. With a new lead it can be accepted in the same step."""
    kind = logging.asked_kind(request.GET)
    if one.kind == "lead" and kind != "note":
        return _answer(request, one, kind)
    target = _target(one) | ({"task_id": one.subjects["task"]} if one.kind == "task" else {})
    if not target.keys() - {"task_id"}:
        raise Http404
    act = logging.log_act(kind, target, reverse("my-day"), _about(one))
    return _by_form(request, act, logging.LogForm(kind, sent(request)), one)


def _answer(request: HttpRequest, one: Suggestion, kind: str) -> HttpResponse:
    form = AnswerForm(kind, sent(request))
    accepts = request.POST.get("then") != "wait"
    title = {"call": _("Answer by a call"), "mail": _("Answer by mail"), "meeting": _("Answer by a meeting")}
    done = _("Answered and accepted.") if accepts else logging.DONE[kind]
    command = "answer_lead" if accepts else "log_activity"
    target = {"lead_id": one.subjects["lead"]}
    act = Act(command, title[kind], done, reverse("my-day"), target, reverse("my-day"), _about(one))

    def read(form: Any) -> Mapping[str, Any]:
        given = form.arguments()
        return given if accepts else {name: value for name, value in given.items() if name != "amount"}

    return _by_form(request, act, form, one, read=read)


def _accept(request: HttpRequest, one: Suggestion) -> HttpResponse:
    act = _on_lead("accept_lead", _("Accept the lead"), _("Accepted: its deal is open."), one, _("Accept"))
    lead = Lead.objects.visible_to(actor_of(request)).filter(pk=one.subjects["lead"]).first()
    currency = local_to(lead.territory_id if lead else None).currency.value
    return _by_form(request, act, AcceptForm(currency, sent(request)), one)


def _return(request: HttpRequest, one: Suggestion) -> HttpResponse:
    done = _("Returned to marketing with its reason.")
    act = _on_lead("return_lead", _("Return the lead"), done, one, _("Return"))
    return _by_form(request, act, ReturnForm(sent(request)), one)


def _approve(request: HttpRequest, one: Suggestion) -> HttpResponse:
    done = _("Approved: the quote is ready to send.")
    return _at_once(request, "approve_discount", {"quote_id": _quote(one)}, done)


def _refuse(request: HttpRequest, one: Suggestion) -> HttpResponse:
    home = reverse("my-day")
    title, done = _("Refuse the discount"), _("Refused, with the reason.")
    quote = {"quote_id": _quote(one)}
    act = Act("refuse_discount", title, done, home, quote, home, f"{_about(one)}. {one.reason}", _("Refuse"))
    return _by_form(request, act, ReasonForm(sent(request)), one)


def _quote(one: Suggestion) -> int:
    if one.kind != "approve":
        raise Http404
    return one.subjects["quote"]


def _skip(request: HttpRequest, one: Suggestion) -> HttpResponse:
    home = reverse("my-day")
    title, done = _("Why is this not useful?"), _("Left out for thirty days.")
    act = Act("skip_suggestion", title, done, home, {"key": one.key}, home, _about(one), _("Skip it"))
    return _by_form(request, act, SkipForm(sent(request)), one)


def _sleep(request: HttpRequest, one: Suggestion) -> HttpResponse:
    sleep = request.POST.get("sleep", "")
    if sleep not in SLEEPS:
        raise Http404
    until = wakes_at(sleep, clock.now(), timezone.get_current_timezone())
    if one.kind == "task":
        task = {"task_id": one.subjects["task"], "until": until}
        return _at_once(request, "snooze_task", task, _("Put off."))
    return _at_once(request, "snooze_suggestion", {"key": one.key, "until": until}, _("Put off."))


def _done(request: HttpRequest, one: Suggestion) -> HttpResponse:
    return _on_task(request, one, "complete_task", _("Done."))


def _cancel(request: HttpRequest, one: Suggestion) -> HttpResponse:
    return _on_task(request, one, "cancel_task", _("Called off."))


def _on_task(request: HttpRequest, one: Suggestion, command: str, done: str) -> HttpResponse:
    if one.kind != "task":
        raise Http404
    return _at_once(request, command, {"task_id": one.subjects["task"]}, done)


def _on_lead(command: str, title: str, done: str, one: Suggestion, verb: str) -> Act:
    if "lead" not in one.subjects or one.kind not in ("lead", "verdict"):
        raise Http404
    home = reverse("my-day")
    return Act(command, title, done, home, {"lead_id": one.subjects["lead"]}, home, _about(one), verb)


def _at_once(request: HttpRequest, command: str, arguments: Mapping[str, Any], done: str) -> HttpResponse:
    home = reverse("my-day")
    try:
        result = commands.run(command, arguments, by=actor_of(request), at=clock.now())
    except Refusal as refusal:
        return refused(request, refusal, home)
    return _acted(request, Act(command, "", done, home, {}, home), result)


def _by_form(request: HttpRequest, act: Act, form: ActForm, one: Suggestion, **more: Any) -> HttpResponse:
    template = "day/log.html" if isinstance(form, logging.LogForm) else "acts/form.html"
    if template == "day/log.html":
        form.who = _who(request, one)  # type: ignore[attr-defined]
    return act_by_form(
        request, act, form, template=template, answer=lambda result: _acted(request, act, result), **more
    )


def _acted(request: HttpRequest, act: Act, result: CommandResult) -> HttpResponse:
    """The queue without what was done, and a toast with its undo; for a browser without scripts the page."""
    if not request.htmx:  # type: ignore[attr-defined]
        return went_well(request, act, result)
    if request.headers.get("HX-Current-URL", "").find("of=") >= 0:
        return go(request, reverse("my-day"))
    context = {
        **queue_context(request, request.user, clock.now()),  # type: ignore[arg-type]
        "toast": str(act.done),
        "undo": reverse("undo", args=[result.batch]) if result.undo else "",
        "back": reverse("my-day"),
    }
    response = render(request, "day/acted.html", context)
    response["HX-Retarget"], response["HX-Reswap"] = "#queue", "outerHTML"
    return response


def _target(one: Suggestion) -> dict[str, int]:
    """What an activity is logged with: the narrowest that the suggestion speaks of."""
    for name in ("deal", "lead", "person"):
        if name in one.subjects:
            return {f"{name}_id": one.subjects[name]}
    return {}


def _about(one: Suggestion) -> str:
    return ", ".join(part for part in (one.name, one.account) if part)


def _who(request: HttpRequest, one: Suggestion) -> dict[str, Any]:
    """How somebody is reached, and what they wrote."""
    actor, found = actor_of(request), one.subjects.get("person")
    person = Person.objects.visible_to(actor).filter(pk=found).first() if found else None
    lead_id = one.subjects.get("lead") if one.kind == "lead" else None
    lead = Lead.objects.visible_to(actor).filter(pk=lead_id).first() if lead_id else None
    return {"person": person, "message": lead.message if lead else "", "reason": one.reason}


_ACTS: Mapping[str, Callable[[HttpRequest, Suggestion], HttpResponse]] = {
    "log": _log,
    "accept": _accept,
    "return": _return,
    "approve": _approve,
    "refuse": _refuse,
    "skip": _skip,
    "sleep": _sleep,
    "done": _done,
    "cancel": _cancel,
}
_AT_ONCE = frozenset({"approve", "sleep", "done", "cancel"})
