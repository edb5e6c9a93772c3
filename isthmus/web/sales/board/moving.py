"""Moving a deal on the board: by drag, by keys, by its button; what a stage demands is asked on the way."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.core import clock, commands
from isthmus.core.commands import CommandResult
from isthmus.core.refusals import InvalidInput, Refusal
from isthmus.sales.board import stale_after
from isthmus.sales.gates import GateClosed
from isthmus.sales.models import Deal, Stage
from isthmus.sales.playbooks import Playbooks, checklist
from isthmus.web.access import actor_of, needs
from isthmus.web.acts.acting import UNDO_TAG, Act, go, refused
from isthmus.web.acts.forms import ActForm
from isthmus.web.acts.returning import back_of
from isthmus.web.filters import filters_of
from isthmus.web.sales.board.asked import asked_of
from isthmus.web.sales.board.cards import card
from isthmus.web.sales.board.lanes import sums_of
from isthmus.web.sales.forms import EditDealForm, LoseForm, WinForm

ITEMS = "item_ids"
RELATED = ("account", "person", "owner", "stage", "pipeline")


class StageForm(ActForm):
    """Where to: any stage of the pipeline but the present one."""

    stage_id = forms.ChoiceField(label=gettext_lazy("Move to"), widget=forms.RadioSelect)
    wide = ("stage_id",)

    def __init__(self, deal: Deal, stages: Mapping[str, Stage], *args: Any) -> None:
        super().__init__(*args)
        others = [(pk, stage.name) for pk, stage in stages.items() if stage.pk != deal.stage_id]
        self.fields["stage_id"].choices = others  # type: ignore[attr-defined]


class GateForm(EditDealForm):
    """What the stage demands and the deal does not have, asked of the version of the deal that was read.

    `missing` may name ITEMS: then what of the stage's checklist is not ticked off yet is asked too.
    """

    def __init__(self, deal: Deal, missing: Sequence[str], *args: Any, target: Stage | None = None) -> None:
        super().__init__(deal, *args)
        if ITEMS in missing and target is not None:
            self.fields[ITEMS] = _items_field(deal, target)
        asked = {name: self.fields[name] for name in missing if name in self.fields and name != "version"}
        for field in asked.values():
            field.required = True
        if ITEMS in asked:
            asked[ITEMS].required = False  # What is only advised may stay open; the command judges the rest.
        self.asked = list(asked)
        self.fields = {**asked, "version": self.fields["version"]}
        self.dress()


def _items_field(deal: Deal, target: Stage) -> forms.Field:
    """What is not ticked off yet of the checklist before a stage."""
    waiting = [one.item for one in checklist(deal, target, Playbooks([target.pk])) if one.tick is None]
    advised = _("%(item)s (advised)")
    return forms.TypedMultipleChoiceField(
        label=_("Done before %(stage)s") % {"stage": target.name},
        choices=[(one.pk, one.text if one.required else advised % {"item": one.text}) for one in waiting],
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


@needs("deals.view")
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Show where the deal can go, ask what the stage demands, or move it."""
    visible = Deal.objects.visible_to(actor_of(request)).select_related(*RELATED)
    deal = get_object_or_404(visible, pk=pk)
    stages = {str(one.pk): one for one in Stage.objects.filter(pipeline=deal.pipeline_id)}
    sent = request.POST if request.method == "POST" else None
    target = stages.get((sent or request.GET).get("stage_id", ""))
    if target is None:
        return _ask(request, deal, None, StageForm(deal, stages, sent), 200 if sent is None else 422)
    if target.kind != "open":
        return _end(request, deal, target)
    return _move(request, deal, target)


def _move(request: HttpRequest, deal: Deal, target: Stage) -> HttpResponse:
    arguments: dict[str, Any] = {"deal_id": deal.pk, "stage_id": target.pk}
    seen_in = request.POST.get("from_stage_id", "")
    arguments["from_stage_id"] = int(seen_in) if seen_in.isdigit() else deal.stage_id
    asked = request.POST.getlist("asked")
    form = GateForm(deal, asked, request.POST, target=target) if asked else None
    if form is not None and not form.is_valid():
        return _ask(request, deal, target, form, 422)
    if request.method != "POST":
        return _ask(request, deal, target, GateForm(deal, []), 200)
    try:
        result = _run("move_deal", {**arguments, **(form.arguments() if form else {})}, request)
    except GateClosed as closed:
        wanted = [*closed.missing, *([ITEMS] if closed.items else [])]
        again = GateForm(deal, wanted, target=target)
        return _ask(request, deal, target, again, 422, closed)
    except InvalidInput as refusal:
        if form is None:
            return _refused(request, deal, refusal)
        form.note(refusal)
        return _ask(request, deal, target, form, 422)
    except Refusal as refusal:
        return _refused(request, deal, refusal)
    return _moved(request, deal, result, _("Moved to %(stage)s.") % {"stage": target.name})


def _end(request: HttpRequest, deal: Deal, target: Stage) -> HttpResponse:
    """Won asks for the final value, lost for the reason: dropping the card there only asks."""
    won, answered = target.kind == "won", "answered" in request.POST
    data = request.POST if answered else None
    form = WinForm(deal, data) if won else LoseForm(data)
    if not answered:
        return _ask(request, deal, target, form, 200 if request.method != "POST" else 422)
    if not form.is_valid():
        return _ask(request, deal, target, form, 422)
    arguments = {"deal_id": deal.pk, **form.arguments()}
    try:
        result = _run("win_deal" if won else "lose_deal", arguments, request)
    except Refusal as refusal:
        return _refused(request, deal, refusal)
    return _moved(request, deal, result, _("Won.") if won else _("Lost, with its reason."))


def _run(name: str, arguments: Mapping[str, Any], request: HttpRequest) -> CommandResult:
    return commands.run(name, arguments, by=actor_of(request), at=clock.now())


def _back(request: HttpRequest) -> str:
    """The board as it was left: it goes along in the form."""
    return back_of(request, reverse("deals-board"))


def _wants_parts(request: HttpRequest) -> bool:
    """Whether the board's own script asks, which puts the parts into the page itself."""
    return request.headers.get("Accept", "") == "application/json"


def _ask(
    request: HttpRequest,
    deal: Deal,
    target: Stage | None,
    form: ActForm,
    status: int,
    closed: GateClosed | None = None,
    refusal: Refusal | None = None,
) -> HttpResponse:
    if target is None:
        title, verb = _("Where to?"), _("Move")
    elif target.kind == "open":
        title = _("Before %(stage)s") % {"stage": target.name}
        verb = _("Move to %(stage)s") % {"stage": target.name}
    else:
        title = _("The deal is won") if target.kind == "won" else _("The deal is lost")
        verb = target.name
    act = Act("move_deal", title, "", "", {}, _back(request), deal.name, verb)
    alone = bool(request.htmx)  # type: ignore[attr-defined]
    part = alone or _wants_parts(request)
    context = {
        "alone": alone,
        "refusal": refusal,
        "act": act,
        "form": form,
        "target": target,
        "deal": deal,
        "closed": closed,
        "playbook": Playbooks([target.pk]).text(target, deal) if target else "",
        "asked": form.asked if isinstance(form, GateForm) else [],
        "action": request.get_full_path(),
        "level": 2 if part else 1,
    }
    if _wants_parts(request):
        text = render_to_string("sales/move_form.html#dialog", context, request)
        return JsonResponse({"form": text}, status=status)
    return render(request, "sales/move_form.html" + ("#dialog" if part else ""), context, status=status)


def _refused(request: HttpRequest, deal: Deal, refusal: Refusal) -> HttpResponse:
    if _wants_parts(request):
        deal.refresh_from_db()
        return JsonResponse({"refusal": str(refusal), **_parts(request, deal)}, status=409)
    if "in_dialog" in request.POST and request.htmx:  # type: ignore[attr-defined]
        target = Stage.objects.filter(pk=request.POST.get("stage_id") or 0, pipeline=deal.pipeline_id).first()
        return _ask(request, deal, target, ActForm(), 409, refusal=refusal)
    answer = refused(request, refusal, _back(request))
    if request.htmx:  # type: ignore[attr-defined]
        answer["HX-Retarget"] = "#answer"  # The dialog, which a form would have come into, stays shut.
    return answer


def _moved(request: HttpRequest, deal: Deal, result: CommandResult, text: str) -> HttpResponse:
    back = _back(request)
    if not _wants_parts(request):
        messages.success(request, text, extra_tags=f"{UNDO_TAG}{result.batch}")
        return go(request, back)
    toast = {
        "text": f"{deal.name}: {text}",
        "tone": "success",
        "undo": reverse("undo", args=[result.batch]),
        "back": back,
    }
    deal.refresh_from_db()
    said = {"toast": render_to_string("ui/toast.html", toast, request), "text": toast["text"]}
    return JsonResponse({**said, **_parts(request, deal)})


def _parts(request: HttpRequest, deal: Deal) -> dict[str, Any]:
    """The board as it is now: the deal's card with its column, and what stands over every column."""
    board, now = asked_of(request, deal.pipeline_id), clock.now()
    sums = sums_of(board, filters_of(request, now, request.company.zone), now)  # type: ignore[attr-defined]
    limit = stale_after(deal.stage, deal.pipeline.stale_days)
    return {
        "stage": deal.stage_id,
        "card": str(card(deal, limit, True, now)) if deal.state == "open" else "",
        "sentence": sums.sentence,
        "heads": {
            pk: render_to_string("sales/board.html#head", {"head": head}, request)
            for pk, head in sums.heads.items()
        },
    }
