"""What may be done with the money of an order, an invoice and a subscription, and the addresses behind it."""

from datetime import date
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from isthmus.core.actors import Actor
from isthmus.sales.models import Invoice, Order, Subscription
from isthmus.web import formats
from isthmus.web.access import actor_of, needs
from isthmus.web.acts.acting import Act, Button, act_by_form, act_now, sent
from isthmus.web.acts.reach import reaches
from isthmus.web.acts.returning import back_of
from isthmus.web.orders import forms


def order_buttons_for(order: Order, actor: Actor) -> list[Button]:
    """What may be done about an order's money."""
    return order_buttons(order) if reaches(actor, order, "orders.edit") else []


def order_buttons(order: Order) -> list[Button]:
    """The same for somebody who may."""
    buttons = []
    if order.open > 0:
        buttons.append(
            Button(_("Record a payment"), reverse("order-act", args=[order.pk, "pay"]), icon="check")
        )
    if order.paid > 0:
        buttons.append(Button(_("Refund…"), reverse("order-act", args=[order.pk, "refund"])))
    return buttons


def invoice_button(order: Order) -> Button:
    """Issuing the invoice of an order that has none."""
    address = reverse("order-act", args=[order.pk, "invoice"])
    return Button(_("Issue the invoice"), address, at_once=True, values={})


def credit_button(invoice: Invoice) -> Button:
    """Crediting what of an invoice is not paid."""
    return Button(_("Credit…"), reverse("invoice-act", args=[invoice.pk, "credit"]))


def subscription_buttons(one: Subscription, back: str, on: date) -> list[Button]:
    """What may be done with a subscription on a day; `back` is the page that one returns to."""

    def address(name: str) -> str:
        page = reverse("subscription-act", args=[one.pk, name])
        return f"{page}?{urlencode({'back': back})}" if back else page

    if one.ended_on is not None:
        return [Button(_("Resume"), address("resume"), at_once=True, values={"back": back})]
    buttons = [Button(_("Change…"), address("change")), Button(_("End…"), address("end"))]
    if one.renews_on <= on:
        values = {"back": back}
        buttons.insert(0, Button(_("Renew"), address("renew"), at_once=True, values=values, icon="check"))
    return buttons


@needs("orders.view")
def act_on_order(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Record money for an order that the actor may see, or issue its invoice."""
    visible = Order.objects.visible_to(actor_of(request)).select_related("deal", "account", "person")
    order = get_object_or_404(visible, pk=pk)
    page = reverse("order", args=[order.pk])
    about = _("Order %(number)s") % {"number": order.number}
    arguments = {"order_id": order.pk}
    if name == "invoice":
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])

        def onward(result: object) -> str:
            return reverse("invoice", args=[result.value.pk])  # type: ignore[attr-defined]

        done = _("The invoice is issued.")
        return act_now(request, Act("issue_invoice", _("Issue the invoice"), done, onward, arguments, page))
    if name == "pay":
        title, done = _("Record a payment"), _("The payment is recorded.")
        act = Act("pay_order", title, done, page, arguments, page, about)
        return act_by_form(request, act, forms.MoneyForm(order, order.open, sent(request)))
    if name == "refund":
        done = _("The refund is recorded; revenue falls by it.")
        act = Act("refund_order", _("Refund"), done, page, arguments, page, about, danger=True)
        return act_by_form(request, act, forms.MoneyForm(order, order.paid, sent(request)))
    raise Http404


@needs("orders.view")
def act_on_invoice(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Credit what of an invoice is not to be paid."""
    visible = Invoice.objects.visible_to(actor_of(request)).select_related("order")
    invoice = get_object_or_404(visible, pk=pk, kind="invoice")
    if name != "credit":
        raise Http404
    page = reverse("invoice", args=[invoice.pk])

    def onward(result: object) -> str:
        return reverse("invoice", args=[result.value.pk])  # type: ignore[attr-defined]

    owed = formats.exact_money(invoice.order.open, invoice.currency)
    about = _("Invoice %(number)s, %(owed)s of it is owed") % {"number": invoice.number, "owed": owed}
    title, done = _("Credit the invoice"), _("The credit note is issued.")
    act = Act(
        "credit_invoice",
        title,
        done,
        onward,
        {"invoice_id": invoice.pk},
        page,
        about,
        _("Credit"),
        danger=True,
    )
    return act_by_form(request, act, forms.CreditForm(invoice.order, sent(request)))


@needs("orders.view")
def act_on_subscription(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Renew, change, end or resume a subscription that the actor may see."""
    visible = Subscription.objects.visible_to(actor_of(request)).select_related("product")
    one = get_object_or_404(visible, pk=pk)
    page = back_of(request, home_of(one))
    arguments = {"subscription_id": one.pk}
    if name in ("renew", "resume"):
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        done = {
            "renew": _("Renewed: its order and its invoice are made."),
            "resume": _("It goes on as if it had not ended."),
        }[name]
        return act_now(request, Act(f"{name}_subscription", str(one), done, page, arguments, page))
    if name == "change":
        title, done = _("Change the subscription"), _("It holds from the next renewal on.")
        act = Act("change_subscription", title, done, page, arguments, page, str(one), _("Save"))
        return act_by_form(request, act, forms.ChangeForm(one, sent(request)))
    if name == "end":
        title, done = _("End the subscription"), _("It ends; nothing more is renewed.")
        act = Act("end_subscription", title, done, page, arguments, page, str(one), _("End"), danger=True)
        return act_by_form(request, act, forms.EndForm(sent(request)))
    raise Http404


def home_of(one: Subscription) -> str:
    """The page on which a subscription stands: its account's, else its deal's or person's."""
    if one.account_id:
        return reverse("account", args=[one.account_id])
    return reverse("deal", args=[one.deal_id]) if one.deal_id else reverse("person", args=[one.person_id])
