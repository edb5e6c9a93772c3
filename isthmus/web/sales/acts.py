"""What may be done to a deal, as buttons, and the addresses behind them."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from isthmus.core import clock
from isthmus.core.actors import Actor
from isthmus.sales.models import Deal, DealState
from isthmus.sales.quoting.previewing import first_lines
from isthmus.web.access import actor_of, needs
from isthmus.web.acts import logging
from isthmus.web.acts.acting import Act, Button, act_by_form, act_now, sent
from isthmus.web.acts.reach import reaches
from isthmus.web.meetings.buttons import planning_button
from isthmus.web.messages.composing import with_writing
from isthmus.web.sales import forms
from isthmus.web.sales.working import acts as working


def buttons_for(deal: Deal, actor: Actor) -> list[Button]:
    """The acts that end a deal or begin its order."""
    buttons = end_buttons_for(deal, actor)
    if deal.state != DealState.LOST and actor.allows("orders.edit"):
        kind = "primary" if deal.state == DealState.WON else ""
        buttons.append(Button(_("Place an order"), _address(deal, "order"), icon="plus", kind=kind))
    return buttons


def end_buttons_for(deal: Deal, actor: Actor) -> list[Button]:
    """Won and lost, or open again."""
    if not reaches(actor, deal, "deals.edit"):
        return []
    if deal.state != DealState.OPEN:
        return [Button(_("Reopen"), _address(deal, "reopen"), at_once=True, values={})]
    return [
        Button(_("Won"), _address(deal, "win"), icon="check", kind="primary"),
        Button(_("Lost…"), _address(deal, "lose")),
    ]


def log_address(deal: Deal, actor: Actor) -> str:
    """Where a call, mail, meeting or note on this deal is logged; empty where the actor may not."""
    return _address(deal, "log") if actor.allows("activities.edit") else ""


def writing_buttons_for(deal: Deal, actor: Actor) -> list[Button]:
    """Writing a mail about this deal, where the actor may."""
    return with_writing(actor, "deal", deal.pk, []) + planning_button(actor, "deal", deal.pk, _page(deal))


def _address(deal: Deal, name: str) -> str:
    return reverse("deal-act", args=[deal.pk, name])


def _page(deal: Deal) -> str:
    return reverse("deal", args=[deal.pk])


@needs("deals.view")
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Do one act on a deal that the actor may see."""
    visible = Deal.objects.visible_to(actor_of(request)).select_related("person", "account", "stage")
    deal = get_object_or_404(visible, pk=pk)
    if name in _AT_ONCE:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        return _AT_ONCE[name](request, deal)
    if name not in _BY_FORM:
        raise Http404
    return _BY_FORM[name](request, deal)


def _reopen(request: HttpRequest, deal: Deal) -> HttpResponse:
    page = _page(deal)
    return act_now(
        request,
        Act("reopen_deal", _("Reopen"), _("The deal is open again."), page, {"deal_id": deal.pk}, page),
    )


def _win(request: HttpRequest, deal: Deal) -> HttpResponse:
    page = _page(deal)
    act = Act(
        "win_deal", _("The deal is won"), _("Won."), page, {"deal_id": deal.pk}, page, deal.name, _("Won")
    )
    return act_by_form(request, act, forms.WinForm(deal, sent(request)))


def _lose(request: HttpRequest, deal: Deal) -> HttpResponse:
    page = _page(deal)
    act = Act(
        "lose_deal",
        _("The deal is lost"),
        _("Lost, with its reason."),
        page,
        {"deal_id": deal.pk},
        page,
        deal.name,
        _("Lost"),
    )
    return act_by_form(request, act, forms.LoseForm(sent(request)))


def _edit(request: HttpRequest, deal: Deal) -> HttpResponse:
    page = _page(deal)
    act = Act(
        "edit_deal",
        _("Change the deal"),
        _("The deal is changed."),
        page,
        {"deal_id": deal.pk},
        page,
        deal.name,
        _("Save"),
    )
    form = forms.EditDealForm(deal, sent(request))
    return act_by_form(request, act, form)


def _log(request: HttpRequest, deal: Deal) -> HttpResponse:
    return logging.log(request, {"deal_id": deal.pk}, _page(deal), deal.name)


def _order(request: HttpRequest, deal: Deal) -> HttpResponse:
    page = _page(deal)

    def onward(result: Any) -> str:
        return f"{page}#order-{result.value.pk}"

    data = request.POST.copy() if request.method == "POST" else None
    if data is not None and "more" in data:
        # Asked for another line: the same form comes back with it, nothing is stored.
        data["lines"] = str(forms.line_count(data) + 1)
        form = forms.OrderForm(deal, data)
        form.errors.clear()
        return _order_form(request, deal, form)
    form = forms.OrderForm(deal, data)
    return act_by_form(request, _order_act(deal, onward), form, template="sales/order_form.html")


def _order_act(deal: Deal, onward: Any) -> Act:
    page = _page(deal)
    return Act(
        "place_order",
        _("Place an order"),
        _("The order is placed."),
        onward,
        {"deal_id": deal.pk},
        page,
        deal.name,
    )


def _order_form(request: HttpRequest, deal: Deal, form: forms.OrderForm) -> HttpResponse:
    part = "#dialog" if request.htmx else ""  # type: ignore[attr-defined]
    act = _order_act(deal, _page(deal))
    context = {"act": act, "form": form, "action": request.get_full_path(), "level": 2 if part else 1}
    return render(request, "sales/order_form.html" + part, context)


def _quote(request: HttpRequest, deal: Deal) -> HttpResponse:
    def onward(result: Any) -> str:
        return reverse("quote", args=[result.value.pk])

    done = _("A draft: nobody outside sees it until it is sent.")
    arguments = {"deal_id": deal.pk, "lines": first_lines(deal, clock.now())}
    return act_now(request, Act("make_quote", _("New quote"), done, onward, arguments, _page(deal)))


_AT_ONCE: Mapping[str, Callable[[HttpRequest, Deal], HttpResponse]] = {
    "reopen": _reopen,
    "quote": _quote,
    **working.AT_ONCE,
}
_BY_FORM: Mapping[str, Callable[[HttpRequest, Deal], HttpResponse]] = {
    "win": _win,
    "lose": _lose,
    "edit": _edit,
    "log": _log,
    "order": _order,
    **working.BY_FORM,
}
