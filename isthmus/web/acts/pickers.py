"""Choosing one record out of very many: type a few letters, choose from what is found."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from isthmus.core.actors import Actor
from isthmus.leads.models import Lead
from isthmus.people.search import find_accounts, find_people
from isthmus.sales.models import Deal
from isthmus.web.access import actor_of
from isthmus.workspace import records


def _find_deals(text: str, *, actor: Actor, limit: int) -> list[Deal]:
    return list(Deal.objects.visible_to(actor).beginning_with(text)[:limit])


def _find_leads(text: str, *, actor: Actor, limit: int) -> list[Lead]:
    people = [person.pk for person in find_people(text, actor=actor, limit=limit)]
    mine = Lead.objects.visible_to(actor).filter(person__in=people).select_related("person")
    return list(mine.order_by("-captured_at")[:limit])


_FINDERS: dict[str, Any] = {
    "account": find_accounts,
    "deal": _find_deals,
    "lead": _find_leads,
    "person": find_people,
}


class PickWidget(forms.Widget):
    """The present choice, a field to search in, and what is found as radio buttons."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind
        self.actor: Actor | None = None

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_search"

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:
        chosen = None
        if value and str(value).isdigit() and self.actor is not None:
            chosen = records.visible(self.kind, [int(value)], self.actor).get(int(value))
        context = {
            "kind": self.kind,
            "name": name,
            "id": (attrs or {}).get("id", f"id_{name}"),
            "chosen": chosen,
        }
        return render_to_string("acts/picker.html", context)


class PickField(forms.IntegerField):
    """The number of a record that the actor may see. `for_actor` must be called."""

    def __init__(self, kind: str, **more: Any) -> None:
        super().__init__(widget=PickWidget(kind), **more)
        self.kind = kind

    def for_actor(self, actor: Actor) -> None:
        """Say who chooses: nobody finds what they may not see."""
        self.widget.actor = actor
        self.actor = actor

    def clean(self, value: Any) -> Any:
        pk = super().clean(value)
        if pk is not None and pk not in records.visible(self.kind, [pk], self.actor):
            raise ValidationError(
                _("That record is not there any more, or you may not see it. Choose another.")
            )
        return pk


@login_required
def pick(request: HttpRequest, kind: str) -> HttpResponse:
    """What the letters typed so far find, as choices for the form."""
    if kind not in _FINDERS:
        raise Http404
    find = _FINDERS[kind]
    text = request.GET.get("pick", "")
    context = {
        "found": find(text, actor=actor_of(request), limit=8) if text.strip() else [],
        "name": request.GET.get("name", ""),
        "text": text,
    }
    return render(request, "acts/picker.html#found", context)
