"""Giving customers to others: what, to whom, what it means, and how far it is."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from isthmus.core.actors import Actor, Scope
from isthmus.core.refusals import InvalidInput
from isthmus.territories.models import Reassignment
from isthmus.web.access import actor_of, needs
from isthmus.web.acts.acting import Act, act_by_form, act_now, sent
from isthmus.web.acts.forms import ActForm
from isthmus.web.lists import keyset
from isthmus.web.lists.asked import Asked
from isthmus.web.lists.every import LISTS
from isthmus.web.territories import telling
from isthmus.web.territories.editing import choices_of_places
from isthmus.workspace.models import User
from isthmus.workspace.reassigning import MAY

WHATS = [
    ("seller", gettext_lazy("What a seller has")),
    ("territory", gettext_lazy("What lies in a territory")),
    ("rules", gettext_lazy("What the rules of territories place elsewhere")),
    ("records", gettext_lazy("Records chosen in a list")),
]
TOS = [
    ("one", gettext_lazy("One seller")),
    ("shares", gettext_lazy("Several sellers, by shares")),
    ("turn", gettext_lazy("Several sellers by turn: whoever has the fewest open accounts and leads")),
    ("rules", gettext_lazy("As the rules of territories say")),
]
KINDS = [
    ("accounts", gettext_lazy("Accounts")),
    ("people", gettext_lazy("Their people")),
    ("leads", gettext_lazy("Open leads")),
    ("deals", gettext_lazy("Open deals")),
    ("tasks", gettext_lazy("Open tasks")),
]
_ACTS = {
    "start": ("start_bulk_edit", gettext_lazy("It is under way.")),
    "stop": (
        "stop_bulk_edit",
        gettext_lazy("It stops after the records that are under way. What is done stays."),
    ),
    "go-on": ("go_on_with_bulk_edit", gettext_lazy("It goes on.")),
}


class ReassignForm(ActForm):
    """Step 1: what. Step 2: to whom."""

    what = forms.ChoiceField(label=gettext_lazy("What is given away"), choices=WHATS[:3])
    seller_id = forms.TypedChoiceField(
        label=gettext_lazy("Whose"), required=False, coerce=int, empty_value=None,
        help_text=gettext_lazy("For what a seller has: whoever left is here too"),
    )  # fmt: skip
    territory_id = forms.TypedChoiceField(
        label=gettext_lazy("Which territory"), required=False, coerce=int, empty_value=None,
        help_text=gettext_lazy("For what lies in a territory, and inside it"),
    )  # fmt: skip
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("What goes along"), choices=KINDS, widget=forms.CheckboxSelectMultiple,
        initial=[code for code, _text in KINDS],
    )  # fmt: skip
    to = forms.ChoiceField(label=gettext_lazy("Who gets it"), choices=TOS)
    to_ids = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Sellers"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    weights = forms.CharField(
        label=gettext_lazy("Shares"), required=False, max_length=200,
        help_text=gettext_lazy("In the order of the sellers, like 2, 1. Empty: equal ones"),
    )  # fmt: skip
    place_id = forms.TypedChoiceField(
        label=gettext_lazy("Into the territory"), required=False, coerce=int, empty_value=None
    )
    also_by_hand = forms.BooleanField(label=gettext_lazy("Also what was placed by hand"), required=False)
    why = forms.CharField(
        label=gettext_lazy("Why"), required=False, max_length=200,
        help_text=gettext_lazy("Stands in the history of each account and in the notices"),
    )  # fmt: skip
    automations = forms.BooleanField(
        label=gettext_lazy("Let automations and webhooks go off for each record"), required=False
    )

    first = ("what", "seller_id", "territory_id", "kinds")
    second = ("to", "to_ids", "weights", "place_id", "also_by_hand", "why", "automations")

    def __init__(self, actor: Actor, chosen: Mapping[str, Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._chosen = chosen
        users = _within_reach(actor)
        here = [(pk, name) for pk, name, active in users if active]
        nobody = ("", _("choose…"))
        leaving = [
            (pk, name if active else _("%(name)s (left)") % {"name": name}) for pk, name, active in users
        ]
        self.fields["seller_id"].choices = [nobody, *leaving]  # type: ignore[attr-defined]
        self.fields["to_ids"].choices = here  # type: ignore[attr-defined]
        places = choices_of_places()
        self.fields["territory_id"].choices = [nobody, *places]  # type: ignore[attr-defined]
        self.fields["place_id"].choices = [("", _("where each lies now")), *places]  # type: ignore[attr-defined]
        if chosen:
            self.fields["what"].choices = WHATS[3:]  # type: ignore[attr-defined]
            del self.fields["seller_id"], self.fields["territory_id"]

    def clean_weights(self) -> list[int]:
        """The shares as whole numbers; of what is given by no shares, none."""
        if self.cleaned_data.get("to") != "shares":
            return []
        parts = [part.strip() for part in self.cleaned_data["weights"].split(",") if part.strip()]
        if not all(part.isdigit() for part in parts):
            raise forms.ValidationError(_("Write whole numbers with commas between, like 2, 1."))
        return [int(part) for part in parts]

    def arguments(self) -> dict[str, Any]:
        """The arguments of the plan."""
        given = super().arguments()
        if given.get("what") != "seller":
            given.pop("seller_id", None)
        if given.get("what") != "territory":
            given.pop("territory_id", None)
        if given["to"] == "one" and len(given.get("to_ids", [])) > 1:
            raise InvalidInput({"to_ids": _("Choose one seller, or shares for several.")})
        if given["to"] != "shares":
            given.pop("weights", None)
        given["automations"] = ["all"] if given.pop("automations", False) else ["none"]
        if not given.get("also_by_hand"):
            given.pop("also_by_hand", None)
        return {**given, **self._chosen}

    def steps(self) -> list[tuple[str, list[Any]]]:
        """The fields of each step, under its heading."""
        heads = ((_("1. What"), self.first), (_("2. To whom"), self.second))
        return [(head, [self[name] for name in names if name in self.fields]) for head, names in heads]


@needs(MAY)
def new(request: HttpRequest) -> HttpResponse:
    """Say what is given away and to whom; of records chosen in a list, `list` and `ids` name them."""
    actor = actor_of(request)
    chosen = _chosen(request)
    asked = {
        name: request.GET[name] for name in ("what", "seller_id", "territory_id", "to") if name in request.GET
    }
    form = ReassignForm(actor, chosen, sent(request), initial=asked)
    back = reverse("settings-territories")
    act = Act(
        "plan_reassignment",
        _("Give customers to others"),
        _("Tried, and nothing changed yet."),
        lambda result: reverse("reassignment", args=[result.value.pk]),
        {},
        back,
        _("Nothing is changed before you have seen what it means."),
        _("See what it means"),
    )
    return act_by_form(request, act, form, template="territories/reassign.html")


@needs(MAY)
def reassignment(request: HttpRequest, pk: int) -> HttpResponse:
    """One reassignment: what it means, its exceptions, how far it is, what came of it."""
    row = _one(request, pk)
    page = request.GET.get("page", "")
    number = int(page) if page.isdigit() else 0
    context = telling.report(row, actor_of(request), number, request.GET.get("list", ""))
    if request.htmx and request.GET.get("part") == "live":  # type: ignore[attr-defined]
        return render(request, "territories/reassignment.html#live", context)
    return render(request, "territories/reassignment.html", context)


@needs(MAY)
@require_POST
def leave_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the ticked records of a page in it; those unticked stay as they are."""
    row, page = _one(request, pk), reverse("reassignment", args=[pk])
    name = request.POST.get("list", "accounts")
    shown = {int(one) for one in request.POST.getlist("shown") if one.isdigit()}
    kept = {int(one) for one in request.POST.getlist("keep") if one.isdigit()}
    said = dict(row.edit.left_out.get("said", {}))
    said[name] = sorted((set(said.get(name, ())) - shown) | (shown - kept))
    page += f"?{urlencode({'list': name})}"
    given = {"reassignment_id": pk, "records": said}
    return act_now(
        request, Act("leave_out_of_reassignment", "", _("The exceptions are kept."), page, given, page)
    )


@needs(MAY)
@require_POST
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Start it, stop it, or go on where it was stopped."""
    if name not in _ACTS:
        raise Http404
    row, page = _one(request, pk), reverse("reassignment", args=[pk])
    command, done = _ACTS[name]
    return act_now(request, Act(command, "", str(done), page, {"edit_id": row.pk}, page))


def _one(request: HttpRequest, pk: int) -> Reassignment:
    rows = Reassignment.objects.visible_to(actor_of(request)).select_related("edit")
    return get_object_or_404(rows, pk=pk)


def _chosen(request: HttpRequest) -> dict[str, Any]:
    """The records chosen in a list, or all that the rest of the address holds."""
    name = request.GET.get("list", "")
    if name not in ("accounts", "leads", "deals"):
        return {}
    ids = [int(one) for one in request.GET.get("ids", "").split(",") if one.isdecimal()]
    if not ids and request.method == "POST":
        asked = Asked(LISTS[name], request.GET, actor_of(request))
        ids = list(keyset.ids(asked.rows(), asked.order)) if not asked.problems else []
    return {"what": "records", "list": name, "ids": ids}


def _within_reach(actor: Actor) -> Sequence[tuple[int, str, bool]]:
    """Those whom the right reaches: everybody, or one's team."""
    users = User.objects.filter(role__in=("seller", "manager", "admin")).order_by("-is_active", "name")
    if actor.scope(MAY) is not Scope.ALL:
        users = users.filter(team__in=actor.team_ids)
    return list(users.values_list("pk", "name", "is_active"))
