"""Who needs help with what, and one seller: matrix through time, plans, scored calls, objections, notes."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from isthmus.core import clock
from isthmus.core.actors import Actor
from isthmus.files.models import AttachedFile
from isthmus.sales.models import LearningDone, LearningItem
from isthmus.sales.skills.matrix import matrix
from isthmus.sales.skills.objections import lost_deals, lost_on, offered
from isthmus.sales.skills.ramp import NEW, ramp
from isthmus.sales.skills.reach import coached_by
from isthmus.sales.skills.waiting import waiting
from isthmus.web.access import actor_of, needs
from isthmus.web.acts.acting import Button
from isthmus.web.coaching import showing
from isthmus.web.coaching.parts import leads_others, tabs
from isthmus.web.coaching.ramp import shown
from isthmus.web.pieces import Choice


@needs("coaching.view")
def coaching_page(request: HttpRequest) -> HttpResponse:
    """The team's skill matrix and who waits for what; a seller comes to their own page."""
    actor = actor_of(request)
    if not leads_others(actor):
        return redirect("coached", actor.id)
    now = clock.now()
    role = "manager" if request.GET.get("role") == "manager" else "seller"
    found = matrix(actor, now=now, role=role)
    roles = [("seller", _("Sellers")), ("manager", _("Managers"))]
    here = reverse("coaching")
    context = {
        "tabs": tabs(actor, "coaching"),
        "roles": [Choice(text, f"{here}?role={key}", key == role) for key, text in roles],
        "matrix": found,
        "rows": showing.rows(found),
        "finding": showing.finding(found),
        "waits": [showing.wait(one) for one in waiting(actor, found, now=now)],
        "may_set": actor.allows("skills.edit"),
    }
    return render(request, "coaching/coaching.html", context)


@needs("coaching.view")
def seller_page(request: HttpRequest, user: int) -> HttpResponse:
    """One seller, for themself and for who leads them."""
    actor = actor_of(request)
    seller = coached_by(actor).filter(pk=user).select_related("team").first()
    if seller is None:
        raise Http404
    now = clock.now()
    found = matrix(actor, now=now, role=seller.role, only=seller.pk)
    losing = lost_on(seller, now=now)
    done = set(LearningDone.objects.filter(owner=seller).values_list("item", flat=True))
    standings = found.people[0].standings if found.people else ()
    may_note = coached_by(actor, "coaching.notes").filter(pk=user).exists()
    context = {
        "seller": seller,
        "own": seller.pk == actor.id,
        "tabs": tabs(actor, ""),
        "buttons": _buttons(seller, actor, bool(standings), may_note),
        "finding": showing.seller_finding(standings),
        "standings": [showing.standing(one, seller) for one in standings],
        "plans": showing.plans(actor, seller, now),
        "cards": showing.cards(actor, seller),
        "notes": showing.notes(actor, seller) if may_note else None,
        "losing_finding": showing.losing_finding(losing),
        "losing": showing.losing(losing, lost_deals(actor, seller, now=now), offered(actor, losing), done),
        "may_give": actor.allows("coaching.give"),
        "ramp": _ramp(seller, actor, now),
    }
    return render(request, "coaching/seller.html", context)


@needs("coaching.view")
def learning_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One learning item: its text, its link, its files; and whether one worked through it."""
    actor = actor_of(request)
    item = LearningItem.objects.visible_to(actor).select_related("skill").filter(pk=pk).first()
    if item is None:
        raise Http404
    may_edit = actor.allows("skills.edit")
    mine = LearningDone.objects.filter(owner=actor.id, item=item).first()
    coached = coached_by(actor, "coaching.give").filter(pk=actor.id or 0).exists()
    context = {
        "item": item,
        "done": mine,
        "tabs": tabs(actor, ""),
        "may_edit": may_edit,
        "may_learn": coached,
        "has_file": AttachedFile.objects.filter(kind="learning", record_id=pk, removed_at=None).exists(),
    }
    return render(request, "coaching/learning.html", context)


def _ramp(seller: Any, actor: Actor, now: datetime) -> dict[str, Any] | None:
    """The first months of who started within a year, beside those who started before; None for others."""
    if seller.role != "seller" or now - seller.joined_at > NEW:
        return None
    found = ramp(actor, now=now, only=seller.pk)
    return shown(found, found.new[0]) if found.new else None


def _buttons(seller: Any, actor: Actor, has_skills: bool, may_note: bool) -> list[Button]:
    buttons = []
    if actor.allows("coaching.give") and has_skills:
        address = reverse("coach", args=[seller.pk, "assess"])
        buttons.append(Button(_("Assess"), address, icon="check", kind="primary"))
    if may_note:
        buttons.append(Button(_("Write a note"), reverse("coach", args=[seller.pk, "note"]), icon="note"))
    if actor.allows("coaching.give"):
        buttons.append(Button(_("Make a plan"), reverse("coach", args=[seller.pk, "plan"])))
    return buttons
