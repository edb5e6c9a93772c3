"""What may be done to a lead in its state, as buttons, and the addresses behind them."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from isthmus.core.actors import Actor
from isthmus.leads.models import Lead, LeadState
from isthmus.sales.models import Deal
from isthmus.web.access import actor_of, needs
from isthmus.web.acts import logging
from isthmus.web.acts.acting import Act, Button, act_by_form, act_now, sent
from isthmus.web.acts.reach import reaches
from isthmus.web.leads import forms
from isthmus.web.messages.composing import with_writing
from isthmus.workspace.territories import local_to

S = LeadState
_OVER = (S.MERGED, S.ERASED)


def buttons_for(lead: Lead, actor: Actor) -> list[Button]:
    """The acts that move a lead on, the likeliest first."""
    state = lead.state
    buttons: list[Button] = []
    if state in (S.HANDED_OVER, S.ACCEPTED, S.RETURNED) and reaches(actor, lead, "leads.decide"):
        if state == S.HANDED_OVER:
            buttons.append(Button(_("Accept"), _address(lead, "accept"), icon="check", kind="primary"))
            buttons.append(Button(_("Return…"), _address(lead, "return")))
        else:
            buttons.append(Button(_("Reopen the verdict"), _address(lead, "reopen"), at_once=True, values={}))
    if state == S.QUALIFIED and reaches(actor, lead, "leads.hand_over"):
        buttons.append(Button(_("Hand over…"), _address(lead, "hand-over"), icon="right", kind="primary"))
    if state == S.HANDED_OVER and reaches(actor, lead, "leads.hand_over"):
        buttons.append(Button(_("Take back"), _address(lead, "take-back"), at_once=True, values={}))
    if reaches(actor, lead, "leads.qualify"):
        buttons += _marketing_buttons(lead)
    return buttons


def _marketing_buttons(lead: Lead) -> list[Button]:
    state = lead.state
    buttons = []
    if state in (S.CAPTURED, S.NURTURING, S.RETURNED, S.EXPIRED):
        buttons.append(
            Button(
                _("Qualify"), _address(lead, "qualify"), at_once=True, icon="check", kind="primary", values={}
            )
        )
    if state in (S.RETURNED, S.DISQUALIFIED, S.EXPIRED, S.QUALIFIED):
        buttons.append(Button(_("To nurturing"), _address(lead, "recycle"), at_once=True, values={}))
    if state in (S.CAPTURED, S.NURTURING, S.QUALIFIED, S.RETURNED, S.EXPIRED):
        buttons.append(Button(_("Disqualify…"), _address(lead, "disqualify")))
    return buttons


def log_address(lead: Lead, actor: Actor) -> str:
    """Where a call, mail, meeting or note with this lead is logged; empty where the actor may not."""
    may_log = lead.state not in _OVER and actor.allows("activities.edit")
    may = may_log and reaches(actor, lead, "leads.contact")
    return _address(lead, "log") if may else ""


def writing_buttons_for(lead: Lead, actor: Actor) -> list[Button]:
    """Writing a mail to this lead, where the actor may."""
    return with_writing(actor, "lead", lead.pk, []) if log_address(lead, actor) else []


def may_edit(lead: Lead, actor: Actor) -> bool:
    """Whether the actor may change what is known of the lead."""
    return lead.state not in _OVER and reaches(actor, lead, "leads.edit")


def _address(lead: Lead, name: str) -> str:
    return reverse("lead-act", args=[lead.pk, name])


@needs("leads.view")
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Do one act on a lead that the actor may see."""
    visible = Lead.objects.visible_to(actor_of(request)).select_related("person", "account")
    lead = get_object_or_404(visible, pk=pk)
    if name in AT_ONCE:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        command, done = AT_ONCE[name]
        page = _page(lead)
        return act_now(request, Act(command, name, str(done()), page, {"lead_id": lead.pk}, page))
    if name not in _BY_FORM:
        raise Http404
    return _BY_FORM[name](request, lead)


def _page(lead: Lead) -> str:
    return reverse("lead", args=[lead.pk])


AT_ONCE: Mapping[str, tuple[str, Callable[[], str]]] = {
    "qualify": ("qualify_lead", lambda: _("Qualified: the lead is an MQL now.")),
    "recycle": ("recycle_lead", lambda: _("Back to nurturing.")),
    "reopen": ("reopen_lead", lambda: _("The verdict is taken back; the lead waits for one again.")),
    "take-back": ("take_back_lead", lambda: _("Taken back from sales; the lead is qualified again.")),
}


def _hand_over(request: HttpRequest, lead: Lead) -> HttpResponse:
    page = _page(lead)
    done = _("Handed over to sales.")
    act = Act(
        "hand_over_lead",
        _("Hand over to sales"),
        done,
        page,
        {"lead_id": lead.pk},
        page,
        str(lead),
        _("Hand over"),
    )
    return act_by_form(request, act, forms.HandOverForm(sent(request)))


def _accept(request: HttpRequest, lead: Lead) -> HttpResponse:
    page = _page(lead)

    def onward(result: Any) -> str:
        return reverse("deal", args=[result.value.pk]) if isinstance(result.value, Deal) else page

    done = _("Accepted: this is its deal.")
    act = Act(
        "accept_lead",
        _("Accept the lead"),
        done,
        onward,
        {"lead_id": lead.pk},
        page,
        str(lead),
        _("Accept and open the deal"),
    )
    form = forms.AcceptForm(local_to(lead.territory_id).currency.value, sent(request))
    return act_by_form(request, act, form)


def _return(request: HttpRequest, lead: Lead) -> HttpResponse:
    page = _page(lead)
    done = _("Returned to marketing with its reason.")
    act = Act(
        "return_lead", _("Return the lead"), done, page, {"lead_id": lead.pk}, page, str(lead), _("Return")
    )
    return act_by_form(request, act, forms.ReturnForm(sent(request)))


def _disqualify(request: HttpRequest, lead: Lead) -> HttpResponse:
    page = _page(lead)
    title, done = _("Disqualify the lead"), _("Disqualified.")
    act = Act("disqualify_lead", title, done, page, {"lead_id": lead.pk}, page, str(lead), _("Disqualify"))
    return act_by_form(request, act, forms.DisqualifyForm(sent(request)))


def _log(request: HttpRequest, lead: Lead) -> HttpResponse:
    return logging.log(request, {"lead_id": lead.pk}, _page(lead), str(lead))


def _edit(request: HttpRequest, lead: Lead) -> HttpResponse:
    page = _page(lead)
    title, done = _("Change the lead"), _("The lead is changed.")
    act = Act("edit_lead", title, done, page, {"lead_id": lead.pk}, page, str(lead), _("Save"))
    form = forms.EditLeadForm(lead, sent(request))
    return act_by_form(request, act, form)


_BY_FORM: Mapping[str, Callable[[HttpRequest, Lead], HttpResponse]] = {
    "hand-over": _hand_over,
    "accept": _accept,
    "return": _return,
    "disqualify": _disqualify,
    "log": _log,
    "edit": _edit,
}
