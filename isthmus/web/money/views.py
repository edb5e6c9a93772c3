"""The pages of commission: everybody's statements of a period, and one that opens to its orders."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from isthmus.core import clock
from isthmus.core.actors import Actor
from isthmus.core.refusals import InvalidInput
from isthmus.money.commission.statements import Statement, statement, statements
from isthmus.money.commission.walking import Line
from isthmus.money.models.commission import KINDS
from isthmus.sales.models import Order
from isthmus.sales.targets.periods import Kind, Period
from isthmus.web import formats
from isthmus.web.access import actor_of, needs, today
from isthmus.web.acts.acting import Act, act_now
from isthmus.web.money.wording import rules_text
from isthmus.web.pieces import Choice
from isthmus.web.targets.wording import amount, period_text, short


@needs("commission.view")
def commission(request: HttpRequest) -> HttpResponse:
    """The statements of a period; who sees one seller only comes to that seller's."""
    actor = actor_of(request)
    period, wrong = _asked(request)
    found = statements(actor, now=clock.now(), period=period)
    if len(found) == 1 and found[0].seller.pk == actor.id and not wrong:
        return redirect(f"{reverse('commission-statement', args=[actor.id])}?period={found[0].period}")
    zone_ended = period.after_last <= today()
    context = _frame(period, reverse("commission")) | {
        "statements": [_told(one) for one in found],
        "finding": _finding(found),
        "may_lock": actor.allows("commission.edit")
        and zone_ended
        and any(one.lock is None and one.period.after_last <= period.after_last for one in found),
        "may_change": actor.allows("commission.edit"),
        "wrong": wrong,
    }
    return render(request, "money/commission.html", context)


@needs("commission.view")
def seller_statement(request: HttpRequest, seller: int) -> HttpResponse:
    """One seller's statement: each line with its order, and how it came."""
    actor = actor_of(request)
    period, wrong = _asked(request)
    one = statement(actor, seller, period, now=clock.now())
    if one is None:
        raise Http404
    context = _frame(one.period, reverse("commission-statement", args=[seller])) | {
        "one": _told(one),
        "lines": _lines(one, actor),
        "terms": _terms(one),
        "finding": _said(one),
        "wrong": wrong,
    }
    return render(request, "money/statement.html", context)


@needs("commission.edit")
@require_POST
def lock(request: HttpRequest) -> HttpResponse:
    """Lock a period that is over."""
    period = request.POST.get("period", "")
    back = f"{reverse('commission')}?{urlencode({'period': period})}"
    done = _("Locked. What is learned of it later comes into the open period.")
    act = Act("lock_commission", _("Lock the period"), done, back, {"period": period}, back)
    return act_now(request, act)


def _asked(request: HttpRequest) -> tuple[Period, str]:
    running = Period.containing("quarter", today())
    try:
        text = request.GET.get("period", "")
        return (Period.parse(text) if text else running), ""
    except InvalidInput as refusal:
        return running, " ".join(refusal.errors.values())


def _frame(period: Period, address: str) -> dict[str, Any]:
    """The period with its neighbours."""
    inside = today() if period.holds(today()) else period.first
    kinds: dict[Kind, str] = {"month": _("Month"), "quarter": _("Quarter"), "year": _("Year")}
    return {
        "period": period,
        "period_text": period_text(period),
        "before": f"{address}?period={period.moved(-1)}",
        "after": f"{address}?period={period.moved(1)}",
        "kinds": [
            Choice(text, f"{address}?period={Period.containing(kind, inside)}", kind == period.kind)
            for kind, text in kinds.items()
        ],
    }


def _told(one: Statement) -> dict[str, Any]:
    return {
        "name": one.seller.name,
        "page": f"{reverse('commission-statement', args=[one.seller.pk])}?period={one.period}",
        "period": period_text(one.period),
        "credited": amount(one.credited, one.currency),
        "earned": amount(one.earned, one.currency),
        "taken_back": amount(one.taken_back, one.currency) if one.taken_back else "",
        "total": amount(one.total, one.currency),
        "lock": one.lock,
    }


def _finding(found: list[Statement]) -> str:
    if not found:
        return _("Nobody whom you may see has a commission plan")
    total = sum(one.total for one in found)
    words = {"total": short(total, found[0].currency), "count": len(found)}
    return ngettext("%(total)s for %(count)s seller", "%(total)s for %(count)s sellers", len(found)) % words


def _said(one: Statement) -> str:
    total = amount(one.total, one.currency)
    if one.lock is not None:
        return _("%(total)s, locked: these figures stay") % {"total": total}
    return _("%(total)s so far: it moves with what is paid and given back") % {"total": total}


def _terms(one: Statement) -> list[str]:
    """What the plan says, in sentences."""
    rules = one.terms.rules
    if not one.terms.planned:
        return [_("No plan holds in this period.")]
    said = rules_text(rules, one.currency)
    if one.terms.quota:
        said.append(_("The quota is %(quota)s.") % {"quota": amount(one.terms.quota, one.currency)})
    elif rules.accelerators:
        said.append(_("No quota is set, so no tier applies."))
    return said


def _lines(one: Statement, actor: Actor) -> list[dict[str, Any]]:
    numbers = {line.place[0].removeprefix("order:") for line in one.lines}
    wanted = [int(number) for number in numbers if number.isdigit()]
    seen = {str(order.pk): order for order in Order.objects.visible_to(actor).filter(pk__in=wanted)}
    kinds = dict(KINDS)
    return [
        {
            "at": line.at,
            "kind": kinds[line.kind],
            "order": (order := seen.get(line.place[0].removeprefix("order:"))),
            "href": reverse("order", args=[order.pk]) if order is not None else "",
            "credited": amount(line.credited, one.currency),
            "share": formats.percent(line.share),
            "how": _how(line),
            "commission": amount(line.commission, one.currency),
        }
        for line in sorted(one.lines, key=lambda line: (line.at, line.key), reverse=True)
    ]


def _how(line: Line) -> str:
    """How a line came: each tier's rate, and whether the cap cut it."""
    parts = []
    for part in line.parts:
        rate = formats.percent(part.rate)
        if part.times != 1:
            rate = _("%(rate)s × %(times)s") % {"rate": rate, "times": formats.number(part.times)}
        parts.append(rate)
    if line.capped:
        parts.append(_("cut by the cap"))
    return " + ".join(parts) if parts else _("in proportion to what was earned")
