"""Commission plans on pages: what each says, who has which, and what one would have paid before it holds."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from isthmus.core import clock
from isthmus.core.refusals import InvalidInput, Refusal
from isthmus.money.commands.plans import rules_of
from isthmus.money.commission.previewing import Preview, preview, sellers_of
from isthmus.money.commission.reading import rules_from
from isthmus.money.commission.terms import NOTHING
from isthmus.money.models import CommissionPlan, CreditSplit, PlanAssignment, PlanVersion
from isthmus.sales.models import Deal
from isthmus.sales.targets.periods import Period
from isthmus.web import formats
from isthmus.web.access import actor_of, needs, today
from isthmus.web.acts.acting import Act, Button, act_by_form, sent
from isthmus.web.money.forms import AssignForm, PlanForm, SplitForm, initial_of
from isthmus.web.money.wording import rules_text
from isthmus.web.targets.wording import amount, period_text
from isthmus.workspace.models import Company, User

SPLIT_ROWS = 3


@needs("commission.edit")
def plans(request: HttpRequest) -> HttpResponse:
    """Every plan with what it says, and who has which."""
    currency = Company.current().base_currency
    held: dict[int, list[Any]] = {}
    for row in PlanAssignment.objects.select_related("owner").order_by("from_on", "pk"):
        held.setdefault(row.owner_id, []).append(row)
    versions: dict[int, list[PlanVersion]] = {}
    for version in PlanVersion.objects.filter(withdrawn_at=None).select_related("set_by"):
        versions.setdefault(version.plan_id, []).append(version)
    context = {
        "plans": [
            {
                "plan": plan,
                "versions": [_told(one, currency) for one in reversed(versions.get(plan.pk, []))],
                "holders": [
                    {"name": rows[-1].owner.name, "from": formats.day(rows[-1].from_on)}
                    for rows in held.values()
                    if rows[-1].plan_id == plan.pk
                ],
                "change": reverse("change-commission-plan", args=[plan.pk]),
            }
            for plan in CommissionPlan.objects.all()
        ],
        "buttons": [
            Button(_("Give to a seller…"), reverse("assign-commission-plan")),
        ],
    }
    return render(request, "money/plans.html", context)


@needs("commission.edit")
def new_plan(request: HttpRequest) -> HttpResponse:
    """Make a plan, after a look at what it would have paid."""
    act = _act("add_commission_plan", _("Add a commission plan"), _("The plan is there. Give it to sellers."))
    first = Period.containing("quarter", today()).after_last
    form = PlanForm(
        None, sent(request), initial={"valid_from": first, "period_kind": "quarter", "clawback": True}
    )
    return _by_form(request, act, form, None)


@needs("commission.edit")
def change_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what a plan pays from a day on, after a look at what that would have paid."""
    plan = get_object_or_404(CommissionPlan, pk=pk)
    act = _act("change_commission_plan", _("Change the plan"), _("The plan is changed."), plan)
    last = PlanVersion.objects.filter(plan=plan, withdrawn_at=None).order_by("valid_from", "pk").last()
    first = Period.containing(plan.period, today()).after_last  # type: ignore[arg-type]
    rules = rules_from(last.rules) if last else NOTHING
    initial = {"valid_from": first, **initial_of(rules)}
    return _by_form(request, act, PlanForm(rules, sent(request), initial=initial), plan)


@needs("commission.edit")
def assign(request: HttpRequest) -> HttpResponse:
    """Give a plan to a seller, or take it away."""
    act = _act("assign_commission_plan", _("Give a commission plan"), _("Done. It pays from that day on."))
    initial = {
        "seller_id": request.GET.get("seller"),
        "plan_id": request.GET.get("plan"),
        "from_on": Period.containing("quarter", today()).first,
    }
    return act_by_form(request, act, AssignForm(sent(request), initial=initial))


@needs("commission.split")
def split(request: HttpRequest, pk: int) -> HttpResponse:
    """Split a deal's credit between sellers: what was paid of it too."""
    actor = actor_of(request)
    deal = get_object_or_404(Deal.objects.visible_to(actor, "commission.split"), pk=pk)
    back = reverse("deal", args=[pk])
    done = _("The credit is split. What was paid before moves in the open period.")
    act = Act("split_credit", _("Split the credit"), done, back, {"deal_id": pk}, back, deal.name, _("Split"))
    shares = list(shares_of(deal).items())
    initial: dict[str, Any] = {}
    for at, (seller, share) in enumerate(shares, 1):
        initial |= {f"seller_{at}": seller, f"share_{at}": f"{(share * 100).normalize():f}"}
    return act_by_form(
        request, act, SplitForm(max(SPLIT_ROWS, len(shares) + 1), sent(request), initial=initial)
    )


def shares_of(deal: Deal) -> dict[int, Decimal]:
    """To whom a deal's money is credited as it stands."""
    row = CreditSplit.objects.filter(deal=deal).order_by("pk").last()
    if row is not None and row.shares:
        return {int(seller): Decimal(share) for seller, share in row.shares.items()}
    return {deal.owner_id: Decimal(1)} if deal.owner_id is not None else {}


def _act(command: str, title: str, done: str, plan: CommissionPlan | None = None) -> Act:
    back = reverse("commission-plans")
    given = {"plan_id": plan.pk} if plan is not None else {}
    return Act(command, title, done, back, given, back, plan.name if plan is not None else "")


def _by_form(request: HttpRequest, act: Act, form: PlanForm, plan: CommissionPlan | None) -> HttpResponse:
    """Do the act, or show the form: with what the plan would have paid where that was asked."""
    template = "money/plan_form.html"
    if "preview" not in request.POST:
        return act_by_form(request, act, form, template=template)
    context: dict[str, Any] = {"act": act, "form": form, "action": request.get_full_path(), "level": 1}
    if form.is_valid():
        try:
            context["preview"] = _previewed(form.arguments(), plan)
        except InvalidInput as refusal:
            form.note(refusal)
        except Refusal as refusal:
            context["refusal"] = refusal
    return render(request, template, context, status=200 if "preview" in context else 422)


def _previewed(given: Mapping[str, Any], plan: CommissionPlan | None) -> dict[str, Any]:
    rules = rules_of(
        given["rate"], given["accelerators"], given["product_rates"], given["family_rates"],
        given.get("cap"), given["clawback"],
    )  # fmt: skip
    kind: Any = plan.period if plan is not None else given["period_kind"]
    sellers = sellers_of(plan.pk if plan is not None else None, today())
    return _shown(preview(rules, kind, sellers, now=clock.now()))


def _shown(found: Preview) -> dict[str, Any]:
    """A preview in words, and by seller."""
    names = dict(User.objects.filter(pk__in=found.would).values_list("pk", "name"))
    would, holds = sum(found.would.values()), sum(found.holds.values())
    words = {
        "period": period_text(found.quarter),
        "would": amount(would, found.currency),
        "holds": amount(holds, found.currency),
        "money": amount(found.credited, found.currency),
    }
    of = ngettext("%(count)s seller", "%(count)s sellers", len(names)) % {"count": len(names)}
    said = _("On the money paid in %(period)s this plan would have paid %(would)s") % words
    return {
        "finding": said,
        "note": _("To %(of)s, on %(money)s; what holds now pays %(holds)s on it.") % {**words, "of": of},
        "lines": [
            {
                "name": names[seller],
                "would": amount(micros, found.currency),
                "holds": amount(found.holds[seller], found.currency),
            }
            for seller, micros in sorted(found.would.items(), key=lambda one: (-one[1], one[0]))
            if seller in names and (micros or found.holds[seller])
        ],
    }


def _told(version: PlanVersion, currency: str) -> dict[str, Any]:
    return {
        "from": formats.day(version.valid_from),
        "said": " ".join(rules_text(rules_from(version.rules), currency)),
        "by": str(version.set_by or _("the system")),
        "at": version.set_at,
    }
