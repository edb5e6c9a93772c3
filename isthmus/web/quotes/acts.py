"""What may be done with a quote, as buttons, and the addresses behind them."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from isthmus.core.actors import Actor
from isthmus.sales.models import IN_MAKING, WITH_CUSTOMER, Quote, QuoteState
from isthmus.web import formats
from isthmus.web.access import actor_of, needs
from isthmus.web.acts.acting import Act, Button, act_by_form, act_now, sent
from isthmus.web.acts.forms import ActForm
from isthmus.web.acts.reach import reaches
from isthmus.web.quotes import asking


def buttons_for(quote: Quote, actor: Actor) -> list[Button]:
    """What the actor may do with it where it stands, the likeliest first."""
    state = QuoteState(quote.state)
    buttons = []
    if state is QuoteState.AWAITING and reaches(actor, quote, "discounts.approve"):
        buttons.append(_now(quote, "approve", _("Approve"), "primary", "check"))
        buttons.append(Button(_("Refuse…"), _address(quote, "refuse")))
    if not reaches(actor, quote, "deals.edit"):
        return buttons
    if state in WITH_CUSTOMER and not _mailed(quote) and actor.allows("mail.send"):
        mailing = reverse("mail_quote", args=[quote.pk])
        buttons.append(Button(_("Mail it…"), mailing, icon="mail", kind="primary"))
    if state is QuoteState.READY:
        buttons.append(Button(_("Send…"), _address(quote, "send"), icon="mail", kind="primary"))
    if state in (QuoteState.AWAITING, QuoteState.READY):
        buttons.append(_now(quote, "reopen", _("Back to a draft")))
    if state in WITH_CUSTOMER:
        buttons.append(_now(quote, "revise", _("Revise")))
        buttons.append(Button(_("They accept…"), _address(quote, "accept"), icon="check"))
        buttons.append(Button(_("They decline…"), _address(quote, "decline")))
        buttons.append(Button(_("Withdraw…"), _address(quote, "withdraw")))
    if state in (QuoteState.DECLINED, QuoteState.EXPIRED):
        buttons.append(_now(quote, "revise", _("Revise"), "primary"))
    if state in IN_MAKING:
        buttons.append(Button(_("Give it up…"), _address(quote, "drop")))
    return buttons


def _mailed(quote: Quote) -> bool:
    """Whether a mail took it there that nobody took back."""
    return quote.mail is not None and quote.mail.taken_back_at is None


def _now(quote: Quote, name: str, text: str, kind: str = "", icon: str = "") -> Button:
    return Button(text, _address(quote, name), at_once=True, values={}, kind=kind, icon=icon)


def _address(quote: Quote, name: str) -> str:
    return reverse("quote-act", args=[quote.pk, name])


@needs("deals.view")
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Do one act on a quote that the actor may see."""
    visible = Quote.objects.visible_to(actor_of(request)).select_related("deal", "account", "person")
    quote = get_object_or_404(visible, pk=pk)
    if name in _AT_ONCE:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        return act_now(request, _AT_ONCE[name](quote))
    if name not in _BY_FORM:
        raise Http404
    its, form = _BY_FORM[name]
    return act_by_form(request, its(quote), form(sent(request)))


def _act(quote: Quote, command: str, title: str, done: str, verb: str = "", **more: Any) -> Act:
    page = reverse("quote", args=[quote.pk])
    total = formats.exact_money(quote.total, quote.currency)
    told = {"quote": quote, "total": total, "whom": quote.account or quote.person or quote.deal}
    note = _("%(quote)s: %(total)s for %(whom)s") % told
    return Act(
        command, title, done, more.pop("onward", page), {"quote_id": quote.pk}, page, note, verb, **more
    )


def _approve(quote: Quote) -> Act:
    return _act(quote, "approve_discount", _("Approve"), _("Approved: the quote is ready to send."))


def _reopen(quote: Quote) -> Act:
    return _act(quote, "reopen_quote", _("Back to a draft"), _("The quote is a draft again."))


def _revise(quote: Quote) -> Act:
    def onward(result: Any) -> str:
        return reverse("quote", args=[result.value.pk])

    done = _("This is the next version. The one before can no longer be accepted.")
    return _act(quote, "revise_quote", _("Revise"), done, onward=onward)


def _send(quote: Quote) -> Act:
    day = formats.day(quote.valid_until)
    title = _("Send it, valid until %(day)s?") % {"day": day}
    return _act(quote, "send_quote", title, _("Sent: the customer can accept it now."), _("Send"))


def _ask(quote: Quote) -> Act:
    done = _("Asked. You are told as soon as it is decided.")
    return _act(quote, "ask_approval", _("Ask for approval"), done, _("Ask"))


def _refuse(quote: Quote) -> Act:
    return _act(
        quote, "refuse_discount", _("Refuse the discount"), _("Refused, with the reason."), _("Refuse")
    )


def _accept(quote: Quote) -> Act:
    done = _("Accepted: the order is placed.")
    return _act(quote, "accept_quote", _("The customer accepts"), done, _("Accepted"))


def _decline(quote: Quote) -> Act:
    return _act(quote, "decline_quote", _("The customer declines"), _("Noted as declined."), _("Declined"))


def _withdraw(quote: Quote) -> Act:
    title, done = _("Withdraw the quote?"), _("Withdrawn: it can no longer be accepted.")
    return _act(quote, "withdraw_quote", title, done, _("Withdraw"), danger=True)


def _drop(quote: Quote) -> Act:
    done = _("Given up. Its number stays with it.")
    return _act(quote, "drop_quote", _("Give the quote up?"), done, _("Give it up"), danger=True)


class _Nothing(ActForm):
    """Nothing more is asked: whether it is meant."""


_AT_ONCE: Mapping[str, Callable[[Quote], Act]] = {
    "approve": _approve,
    "reopen": _reopen,
    "revise": _revise,
}
_BY_FORM: Mapping[str, tuple[Callable[[Quote], Act], type[ActForm]]] = {
    "send": (_send, _Nothing),
    "ask": (_ask, asking.AskForm),
    "refuse": (_refuse, asking.ReasonForm),
    "accept": (_accept, asking.AcceptForm),
    "decline": (_decline, asking.DeclineForm),
    "withdraw": (_withdraw, _Nothing),
    "drop": (_drop, _Nothing),
}
