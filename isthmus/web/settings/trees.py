"""Teams: a tree whose upper parts reach over the lower ones."""

from typing import Any

from django import forms
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.web.access import needs
from isthmus.web.acts.acting import Act, act_by_form, sent
from isthmus.web.acts.forms import ActForm, choices_with_none
from isthmus.web.settings.frame import show
from isthmus.workspace.models import Team, User


class BranchForm(ActForm):
    """A name and what stands above it, of a team or a territory."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    parent_id = forms.TypedChoiceField(
        label=gettext_lazy("Below"), required=False, coerce=int, empty_value=None
    )

    def __init__(self, model: Any, one: Any, *args: Any, **kwargs: Any) -> None:
        initial = {"name": one.name, "parent_id": one.parent_id} if one else {}
        super().__init__(*args, initial={**initial, **kwargs.pop("initial", {})}, **kwargs)
        others = model.objects.exclude(pk=one.pk) if one else model.objects.all()
        self.fields["parent_id"].choices = choices_with_none(  # type: ignore[attr-defined]
            others.values_list("pk", "name"), _("nothing: it stands at the top")
        )


@needs("settings.view")
def teams(request: HttpRequest) -> HttpResponse:
    """The teams as a tree, with how many are in each."""
    members = dict(
        User.objects.filter(is_active=True)
        .order_by()
        .values_list("team")
        .annotate(count=Count("pk"))
        .values_list("team", "count")
    )
    rows = [
        {"one": team, "indent": range(team.tree_depth), "count": members.get(team.pk, 0)}
        for team in Team.objects.with_tree_fields()
    ]
    return show(request, "settings-teams", "settings/teams.html", {"rows": rows})


@needs("settings.edit")
def new_team(request: HttpRequest) -> HttpResponse:
    """A new team."""
    page = reverse("settings-teams")
    act = Act("add_team", _("New team"), _("The team is added."), page, {}, page, verb=_("Add"))
    return act_by_form(request, act, BranchForm(Team, None, sent(request)))


@needs("settings.edit")
def edit_team(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename a team or put it below another."""
    one, page = get_object_or_404(Team, pk=pk), reverse("settings-teams")
    act = Act(
        "edit_team",
        _("Change the team"),
        _("The team is changed."),
        page,
        {"team_id": pk},
        page,
        one.name,
        _("Save"),
    )
    return act_by_form(request, act, BranchForm(Team, one, sent(request)), read=BranchForm.changed_arguments)
