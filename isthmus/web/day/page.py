"""My day: one ranked queue of what to do next, live; and a colleague's, for whoever's role reaches them."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from isthmus.core import clock
from isthmus.core.actors import Actor, Scope
from isthmus.leads.models import Lead
from isthmus.sales.day.offering import Suggestion, names_of
from isthmus.sales.day.queue import SHOWN, Queue, queue_of
from isthmus.sales.day.ranking import VERSION
from isthmus.sales.day.worth import measured_worth
from isthmus.sales.models import Activity, Deal, Task, TaskState
from isthmus.sales.models.activities import IN_VAIN
from isthmus.web import formats
from isthmus.web.access import actor_of, needs
from isthmus.web.day.answered import leads_a_team
from isthmus.web.day.rows import rows_of
from isthmus.workspace.actors import actor_for
from isthmus.workspace.models import Company, User

_MODELS: dict[str, Any] = {"deal": Deal, "lead": Lead, "task": Task}


@needs("tasks.view")
def my_day(request: HttpRequest) -> HttpResponse:
    """The page: the queue, what is left of the goal, today's tasks, what was done today."""
    now, seller = clock.now(), seller_of(request)
    context = {
        **queue_context(request, seller, now),
        "colleagues": _colleagues(actor_of(request)),
        "today": _today(seller, actor_of(request), now),
        "done": _done(seller, now),
        "closing": _closing(seller, actor_of(request), now),
        "worth_note": measured_worth().note,
        "leads_a_team": seller.pk == actor_of(request).id and leads_a_team(actor_of(request)),
        "may_see_quota": actor_of(request).allows("quotas.view"),
    }
    return render(request, "day/my_day.html", context)


@needs("tasks.view")
def queue(request: HttpRequest) -> HttpResponse:
    """The queue alone; no content while it is as it was seen last."""
    context = queue_context(request, seller_of(request), clock.now())
    if request.GET.get("seen") == context["fingerprint"]:
        return HttpResponse(status=204)
    return render(request, "day/queue.html", context)


def queue_context(request: HttpRequest, seller: User, now: datetime) -> dict[str, Any]:
    """What the queue's part of the page needs."""
    actor = actor_of(request)
    mine = seller.pk == actor.id
    found = queue_of(actor if mine else actor_for(seller), now)
    if not mine:
        found = Queue(_seen_by(actor, found.all), found.asleep, found.at_least)
    may_act = mine and actor.allows("tasks.edit")
    shown = found.all if "all" in request.GET else found.shown
    return {
        "seller": seller,
        "mine": mine,
        "may_act": may_act,
        "rows": rows_of(shown, now, Company.current().base_currency, may_act),
        "count": len(found.all),
        "at_least": found.at_least,
        "asleep": found.asleep,
        "rest": len(found.all) - len(shown),
        "sentence": _sentence(found),
        "now": now,
        "version": VERSION,
        "fingerprint": _fingerprint(found.all[: max(SHOWN, len(shown))], found),
    }


def _sentence(found: Queue) -> str:
    count = len(found.all)
    if not count:
        return _("Nothing waits for you now. New leads and tasks appear here by themselves.")
    many = f"{count}+" if found.at_least else formats.number(count)
    things = ngettext("One thing worth doing.", "%(count)s things worth doing.", count) % {"count": many}
    return f"{things} {_('Clocks about to run out come first, then what is worth most.')}"


def _fingerprint(shown: Any, found: Queue) -> str:
    told = "|".join(f"{one.key};{one.reason};{one.worth}" for one in shown)
    told += f"#{len(found.all)}#{found.asleep}"
    return hashlib.blake2b(told.encode(), digest_size=8).hexdigest()


def seller_of(request: HttpRequest) -> User:
    """Whose day is asked for: one's own, or that of somebody whom the role reaches."""
    actor, asked = actor_of(request), request.GET.get("of", "")
    if not asked or asked == str(actor.id):
        user: User = request.user  # type: ignore[assignment]
        return user
    found = _reached(actor).filter(pk=int(asked)).first() if asked.isdigit() and len(asked) < 10 else None
    if not isinstance(found, User):
        raise Http404
    return found


def _reached(actor: Actor) -> Any:
    users = User.objects.filter(is_active=True, role__in=("seller", "manager"))
    scope = actor.scope("tasks.view")
    if scope is Scope.ALL:
        return users
    condition = Q(pk=actor.id or 0)
    if scope is Scope.TEAM:
        condition |= Q(team__in=actor.team_ids)
    return users.filter(condition)


def _colleagues(actor: Actor) -> list[tuple[int, str]]:
    """Whose days one may look at besides one's own."""
    if actor.scope("tasks.view") is Scope.OWN:
        return []
    return list(_reached(actor).exclude(pk=actor.id).order_by("name").values_list("pk", "name")[:200])


def _seen_by(actor: Actor, suggestions: Any) -> list[Suggestion]:
    """Those of a colleague's whose records the reader may see."""
    seen: dict[str, set[int]] = {}
    for name, model in _MODELS.items():
        wanted = {one.subjects[name] for one in suggestions if name in one.subjects}
        if actor.scope(model.view_permission) is Scope.ALL:
            seen[name] = wanted  # Nothing is hidden: the database need not say so.
            continue
        visible = model.objects.visible_to(actor).filter(pk__in=wanted)
        seen[name] = set(visible.values_list("pk", flat=True)) if wanted else set()
    return [
        one
        for one in suggestions
        if all(pk in seen[name] for name, pk in one.subjects.items() if name in _MODELS)
    ]


def _today(seller: User, actor: Actor, now: datetime) -> list[Task]:
    """Tasks of today, done or not, those with an hour first."""
    today = timezone.localdate(now)
    tasks = Task.objects.visible_to(actor).filter(owner=seller, due_on=today)
    named = tasks.select_related("person", "account").only(
        "text", "kind", "state", "due_at", *names_of("person", "account")
    )
    shown = named.exclude(state=TaskState.CANCELLED)
    return sorted(shown[:12], key=lambda one: (one.due_at is None, one.due_at or now, one.pk))


def _done(seller: User, now: datetime) -> dict[str, Any]:
    """What was done today, by kind, and how many leads were answered in time."""
    start = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = Activity.objects.filter(owner=seller, at__gte=start).exclude(kind="note")
    logged = list(rows.values_list("kind", "outcome")[:500])
    reached = sum(kind == "call" and outcome not in IN_VAIN and outcome != "" for kind, outcome in logged)
    answered = Lead.objects.filter(owner=seller, contacted_at__gte=start).exclude(due_at=None)
    times = list(answered.values_list("contacted_at", "due_at")[:500])
    return {
        "calls": sum(kind == "call" for kind, _outcome in logged),
        "reached": reached,
        "mails": sum(kind == "mail" for kind, _outcome in logged),
        "meetings": sum(kind == "meeting" for kind, _outcome in logged),
        "answered": len(times),
        "in_time": sum(at is not None and due is not None and at <= due for at, due in times),
        "all": len(logged),
    }


def _closing(seller: User, actor: Actor, now: datetime) -> dict[str, Any]:
    """What the seller expects to close by the end of the month: how many, and what they are worth."""
    from isthmus.workspace.queries import Converter, NoRate

    today = timezone.localdate(now)
    last = (today.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    deals = Deal.objects.visible_to(actor).filter(
        owner=seller, state="open", expected_close_on__range=(today, last)
    )
    converter, total, weighted, count = Converter(), 0, 0, 0
    for amount, currency, chance in deals.values_list("amount", "currency", "stage__probability")[:500]:
        count += 1
        try:
            value = converter.to_base(amount or 0, currency, today)
        except NoRate:
            continue
        total, weighted = total + value, weighted + round(value * float(chance or 0))
    base = converter.base
    return {
        "count": count,
        "total": formats.money(total, base),
        "weighted": formats.money(weighted, base),
        "until": last,
    }
