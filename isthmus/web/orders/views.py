"""One order with its money, and one invoice."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from isthmus.core.actors import Actor
from isthmus.people.models import Account, Person
from isthmus.sales.models import Deal, Invoice, Order, Quote
from isthmus.web.access import actor_of, needs, today
from isthmus.web.acts.acting import Button
from isthmus.web.acts.reach import reaches
from isthmus.web.orders import acts
from isthmus.web.orders.standing import order_badge, order_finding


@needs("orders.view")
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """One order: its lines, what was paid and given back, its invoices, what is owed."""
    actor = actor_of(request)
    visible = Order.objects.visible_to(actor).select_related("deal", "account", "person", "owner")
    one = get_object_or_404(visible.prefetch_related("lines__product", "payments", "invoices"), pk=pk)
    invoices = sorted(one.invoices.all(), key=lambda invoice: invoice.pk)
    invoice = next((found for found in invoices if found.kind == "invoice"), None)
    lines = list(one.lines.all())
    net, tax = sum(line.amount for line in lines), sum(line.tax for line in lines)
    context = {
        "order": one,
        "badge": order_badge(one),
        "finding": order_finding(one, invoice, today()),
        "lines": lines,
        "net": net,
        "tax": tax,
        "payments": list(one.payments.all()),
        "invoices": invoices,
        "buttons": _buttons(one, invoice, actor),
        "quote": Quote.objects.visible_to(actor).filter(order=one).first(),
        "seen": _seen(one, actor),
    }
    return render(request, "orders/order.html", context)


@needs("orders.view")
def invoice(request: HttpRequest, pk: int) -> HttpResponse:
    """One invoice or credit note, as it went out."""
    actor = actor_of(request)
    visible = Invoice.objects.visible_to(actor).select_related(
        "order__deal", "order__account", "order__person", "corrects"
    )
    one = get_object_or_404(visible.prefetch_related("lines__product"), pk=pk)
    whole = one.order
    sees_order = Order.objects.visible_to(actor).filter(pk=whole.pk).exists()
    buttons: list[Button] = []
    if one.kind == "invoice" and sees_order and reaches(actor, whole, "orders.edit"):
        buttons = acts.order_buttons(whole)[:1] if whole.open > 0 else []
        buttons += [acts.credit_button(one)] if whole.open > 0 else []
    context = {
        "invoice": one,
        "order": whole,
        "sees_order": sees_order,
        "badge": order_badge(whole) if one.kind == "invoice" else "",
        "finding": order_finding(whole, one, today()) if one.kind == "invoice" else "",
        "lines": list(one.lines.all()),
        "credits": list(Invoice.objects.visible_to(actor).filter(corrects=one).order_by("pk")),
        "buttons": buttons,
    }
    return render(request, "orders/invoice.html", context)


def _buttons(one: Order, invoice: Invoice | None, actor: Actor) -> list[Button]:
    if not reaches(actor, one, "orders.edit"):
        return []
    buttons = acts.order_buttons(one)
    if invoice is None and one.total:
        buttons.append(acts.invoice_button(one))
    elif invoice is not None and one.open > 0:
        buttons.append(acts.credit_button(invoice))
    return buttons


def _seen(one: Order, actor: Actor) -> dict[str, Any]:
    """Which of the records beside it the actor may open."""
    return {
        "deal": Deal.objects.visible_to(actor).filter(pk=one.deal_id).exists(),
        "account": Account.objects.visible_to(actor).filter(pk=one.account_id).exists(),
        "person": Person.objects.visible_to(actor).filter(pk=one.person_id).exists(),
    }
