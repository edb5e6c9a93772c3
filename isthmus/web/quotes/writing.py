"""Writing a quote: a draft as a form, worked out by the server while it is typed."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from isthmus.core import clock, commands
from isthmus.core.actors import Actor
from isthmus.core.refusals import InvalidInput, Refusal
from isthmus.sales.models import Quote, QuoteLine
from isthmus.sales.quoting.approving import approvers
from isthmus.sales.quoting.previewing import Worked, work_out, worked
from isthmus.sales.quoting.tables import Policy
from isthmus.web import formats
from isthmus.web.access import actor_of
from isthmus.web.acts.acting import UNDO_TAG, go
from isthmus.web.quotes import standing
from isthmus.web.quotes.forms import QuoteForm, rearranged
from isthmus.workspace.changing import NothingChanged

_LINES = ("add", "drop", "up", "down")
_ONWARD = {"send": "send", "ask": "ask"}  # what is asked next, once it is saved


def write(request: HttpRequest, quote: Quote) -> HttpResponse:
    """The draft as a form; sent, it is saved, or comes back with its lines in another order."""
    now, actor = clock.now(), actor_of(request)
    if request.method != "POST":
        return _shown(request, quote, QuoteForm(quote, now, actor))
    do = request.POST.get("do", "save")
    if do.partition(":")[0] in _LINES:
        return _shown(request, quote, QuoteForm(quote, now, actor, rearranged(request.POST, do)), anew=True)
    form = QuoteForm(quote, now, actor, request.POST)
    if not form.is_valid():
        return _shown(request, quote, form, status=422)
    page = reverse("quote", args=[quote.pk])
    onward = reverse("quote-act", args=[quote.pk, _ONWARD[do]]) if do in _ONWARD else page
    try:
        given = {"quote_id": quote.pk, **form.arguments()}
        result = commands.run("edit_quote", given, by=actor, at=now)
    except NothingChanged:
        return go(request, onward)
    except InvalidInput as refusal:
        form.note(refusal)
        return _shown(request, quote, form, status=422)
    except Refusal as refusal:
        return _shown(request, quote, form, status=409, refusal=refusal)
    if onward == page:
        tags = f"{UNDO_TAG}{result.batch}" if result.undo else ""
        messages.success(request, _("The quote is saved."), extra_tags=tags)
    return go(request, onward)


def sums(request: HttpRequest, quote: Quote) -> HttpResponse:
    """What the form comes to as it is typed: the figures of each line, the totals, what needs approval."""
    actor = actor_of(request)
    form = QuoteForm(quote, clock.now(), actor, request.POST)
    return render(request, "quotes/sums.html", {**_figures(quote, form, actor), "live": True})


def _shown(
    request: HttpRequest,
    quote: Quote,
    form: QuoteForm,
    *,
    anew: bool = False,
    status: int = 200,
    refusal: Refusal | None = None,
) -> HttpResponse:
    """The page, or the form alone; `anew`: what is not filled in yet is not held against anybody."""
    actor = actor_of(request)
    figures = _figures(quote, form, actor)
    if anew:
        form.errors.clear()
        figures["trouble"] = []
    context = {**figures, "form": form, "refusal": refusal, "action": reverse("quote", args=[quote.pk])}
    context["free"] = free_alone(quote, actor)
    context["sums_href"] = reverse("quote-sums", args=[quote.pk])
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "quotes/write.html#form", context, status=status)
    return render(request, "quotes/write.html", context | standing.around(quote, actor), status=status)


def _figures(quote: Quote, form: QuoteForm, actor: Actor) -> dict[str, Any]:
    """The draft worked out as far as it can be, line by line as the form has them."""
    found, trouble = _worked(quote, form, actor)
    lines = {line.position: line for line in found.lines} if found else {}
    places = form.positions() if form.is_bound and found else {at: at + 1 for at in range(form.count)}
    rows = [
        {
            "fields": fields,
            "place": at,
            "number": at + 1,
            "told": _told(lines.get(places.get(at, 0)), quote.currency),
        }
        for at, fields in enumerate(form.rows())
    ]
    return {
        "quote": quote,
        "rows": rows,
        "worked": found,
        "trouble": trouble,
        "needs": needs_approval(quote, found, actor) if found else None,
    }


def _told(line: QuoteLine | None, currency: str) -> dict[str, str]:
    """The figures of a line that nobody types."""
    if line is None:
        return dict.fromkeys(("list", "rate", "net"), formats.NOTHING)
    return {
        "list": formats.unit_price(line.list_price, currency),
        "rate": formats.rate(line.tax_rate),
        "net": formats.exact_money(line.net, currency),
    }


def _worked(quote: Quote, form: QuoteForm, actor: Actor) -> tuple[Worked | None, list[str]]:
    if not form.is_bound:
        return worked(quote, list(quote.lines.select_related("product")), Policy(actor)), []
    if not form.is_valid():
        return None, [str(sentence) for errors in form.errors.values() for sentence in errors]
    quote.region = form.cleaned_data["region"].strip().upper()
    try:
        return work_out(quote, form.lines(), by=actor, at=clock.now()), []
    except InvalidInput as refusal:
        return None, list(refusal.errors.values())


def needs_approval(quote: Quote, found: Worked, actor: Actor | None) -> dict[str, Any] | None:
    """Which lines give more than is free, in words, and who decides. With an `actor` it is "your limit"."""
    if not found.above:
        return None
    said = []
    for one in found.above:
        told = {
            "line": one.line.description or str(one.line.product or ""),
            "given": formats.rate(one.given),
            "limit": formats.rate(one.limit),
        }
        if actor is not None:
            said.append(_("%(line)s: %(given)s below the list, your limit is %(limit)s.") % told)
        else:
            said.append(_("%(line)s: %(given)s below the list, the limit is %(limit)s.") % told)
    return {"said": said, "whose": whose_approval(quote)}


def free_alone(quote: Quote, actor: Actor) -> str:
    """How much somebody may give alone, and whom more asks: “You may give up to 10% alone.”"""
    policy = Policy(actor)
    usual = policy.limit_on("")
    parts = [_("up to %(limit)s") % {"limit": formats.rate(usual)}] if usual < 1 else [_("any discount")]
    for family in policy.families():
        limit = policy.limit_on(family)
        if limit != usual:
            told = {"limit": formats.rate(limit), "family": family}
            parts.append(_("up to %(limit)s on %(family)s") % told)
    free = _("You may give %(parts)s alone.") % {"parts": ", ".join(parts)}
    if len(parts) == 1 and usual == 1:
        return free
    names = [user.name for user in approvers(quote) if user.pk != actor.id]
    if not names or len(names) > 3:
        return f"{free} {_('More needs approval.')}"
    return f"{free} {_('More asks %(names)s.') % {'names': _(' or ').join(names)}}"


def whose_approval(quote: Quote) -> str:
    """Who has to approve, in a sentence."""
    names = [user.name for user in approvers(quote)]
    if not names:
        return _("Nobody here may approve it: ask an administrator.")
    if len(names) > 3:
        return ngettext(
            "%(count)s person may approve it.", "%(count)s people may approve it.", len(names)
        ) % {"count": len(names)}
    return _("Needs the approval of %(names)s.") % {"names": _(" or ").join(names)}
