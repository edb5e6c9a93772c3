"""The acts on saved views: save as, save, rename and share, delete, open the list with it."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from isthmus.core.actors import Actor, Scope
from isthmus.web.access import actor_of, needs
from isthmus.web.acts.acting import Act, act_by_form, act_now, sent
from isthmus.web.acts.forms import ActForm
from isthmus.web.lists import saved
from isthmus.web.lists.every import LISTS
from isthmus.workspace.models import SavedView, ViewReach


class ViewForm(ActForm):
    """What a view is called and who sees it."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=60, widget=forms.TextInput(attrs={"autofocus": True})
    )
    reach = forms.ChoiceField(label=gettext_lazy("Who sees it"), widget=forms.RadioSelect)
    query = forms.CharField(required=False, widget=forms.HiddenInput)

    wide = ("name", "reach")

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scope = actor.scope("views.share")
        open_to = [ViewReach.OWN]
        if scope is not None and actor.team_id is not None:
            open_to.append(ViewReach.TEAM)
        if scope is Scope.ALL:
            open_to.append(ViewReach.ALL)
        self.fields["reach"].choices = [(one.value, one.label) for one in open_to]  # type: ignore[attr-defined]


@needs("views.save")
def new(request: HttpRequest, name: str) -> HttpResponse:
    """Keep the address of a list as a new view. The address comes as the query of this one."""
    spec = LISTS.get(name)
    if spec is None:
        raise Http404
    if not actor_of(request).allows(spec.permission):
        raise PermissionDenied
    kept = saved.kept(QueryDict(request.META.get("QUERY_STRING", "")))
    act = Act(
        "save_view",
        _("Save as a view"),
        _("The view is saved."),
        lambda result: saved.page(result.value),
        {"list": name},
        f"{reverse(name)}?{kept}",
        verb=_("Save"),
    )
    form = ViewForm(actor_of(request), sent(request), initial={"query": kept, "reach": ViewReach.OWN})
    return act_by_form(request, act, form)


@needs("views.save")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename a view, or share it."""
    view = _view(request, pk)
    act = Act(
        "change_view",
        _("Change the view"),
        _("The view is changed."),
        lambda result: saved.page(result.value),
        {"view_id": pk},
        saved.page(view),
        str(view),
        _("Save"),
    )
    form = ViewForm(actor_of(request), sent(request), initial={"name": view.name, "reach": view.reach})
    del form.fields["query"]
    return act_by_form(request, act, form)


@login_required
@require_POST
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Save the address that is shown in the view, delete it, or open the list with it or no more."""
    view = _view(request, pk)
    page = saved.page(view)
    if name == "save":
        kept = saved.kept(QueryDict(request.POST.get("query", "")))
        arguments = {"view_id": pk, "query": kept}
        done = _("The view is saved.")
        return act_now(
            request, Act("change_view", "", done, lambda result: saved.page(result.value), arguments, page)
        )
    if name == "delete":
        done, back = _("The view is deleted."), reverse(view.list)
        return act_now(
            request, Act("delete_view", "", done, f"{back}?view={saved.ALL}", {"view_id": pk}, back)
        )
    if name in ("open", "close"):
        done = (
            _("The list opens with this view now.") if name == "open" else _("The list opens as it is now.")
        )
        arguments = {"list": view.list, "view_id": pk if name == "open" else None}
        return act_now(request, Act("choose_view", "", done, page, arguments, page))
    raise Http404


def _view(request: HttpRequest, pk: int) -> SavedView:
    actor = actor_of(request)
    view: SavedView = get_object_or_404(SavedView.objects.seen_by(actor), pk=pk)
    if not actor.allows(LISTS[view.list].permission):
        raise PermissionDenied
    return view
