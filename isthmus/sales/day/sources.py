"""What sales itself offers to a seller's day: leads whose answer is due, tasks, deals that nobody moves.

Each source asks the database a fixed number of times, and for a bounded number of rows.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Case, Count, F, FloatField, Max, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from isthmus.core.actors import Actor
from isthmus.leads.models import Lead, LeadState
from isthmus.sales.board import stale_after
from isthmus.sales.day.offering import LIMIT, Act, Suggestion, names_of
from isthmus.sales.day.worth import Worth, measured_worth
from isthmus.sales.models import Activity, Deal, Stage, Task, TaskKind, TaskState

QUIET = timedelta(days=7)  # So long after somebody dealt with a deal it is left alone.
CLOSING = timedelta(days=3)  # A close expected within it is worth a look.
_DOING: dict[str, Act] = {"call": "call", "mail": "write", "meeting": "meet"}
_OF_LEAD = ("contacted_at", "due_at", "handed_over_at", "message", "form", "landing_page", "score")
_OF_TASK = ("text", "kind", "due_on", "due_at", "made_at", "lead_id")
_OF_DEAL = ("name", "amount", "currency", "stage_id", "stage_since", "expected_close_on")
_OF_ITS_DEAL = (
    "deal__state",
    "deal__amount",
    "deal__currency",
    "deal__stage__name",
    "deal__stage__probability",
)
_LOOKED_AT = 4 * LIMIT  # deals among which those that nobody deals with are looked for


def leads_waiting(actor: Actor, now: datetime) -> Sequence[Suggestion]:
    """Leads that were handed over to the seller and have no verdict yet."""
    waiting = Lead.objects.visible_to(actor).filter(owner_id=actor.id, state=LeadState.HANDED_OVER)
    related = waiting.select_related("person", "account").only(*_OF_LEAD, *names_of("person", "account"))
    leads = list(related.order_by(F("due_at").asc(nulls_last=True), "pk")[:LIMIT])
    if not leads:
        return []
    tried = _tries([lead.pk for lead in leads])
    worth = measured_worth()
    return [_lead(lead, tried.get(lead.pk, 0), worth) for lead in leads]


def _tries(leads: Sequence[int]) -> dict[int, int]:
    logged = Activity.objects.filter(lead__in=leads).exclude(kind="note").order_by()
    return dict(logged.values_list("lead_id").annotate(Count("pk")))


def _lead(lead: Lead, tries: int, worth: Worth) -> Suggestion:
    answered = lead.contacted_at is not None
    acts: Sequence[Act] = ("accept", "call", "return") if answered else ("answer", "write", "return")
    return Suggestion(
        key=f"lead:{lead.pk}",
        kind="verdict" if answered else "lead",
        record=("lead", lead.pk),
        name=str(lead.person),
        account=str(lead.account or ""),
        stage=_("Waits for your verdict") if answered else _("New lead"),
        trade="crossing",
        reason=_lead_reason(lead, tries),
        due_at=None if answered else lead.due_at,
        clock_from=lead.handed_over_at,
        value=worth.value,
        chance=worth.chance,
        worth_note=worth.note,
        subjects={"lead": lead.pk, "person": lead.person_id},
        acts=acts,
    )


def _lead_reason(lead: Lead, tries: int) -> str:
    if lead.contacted_at is not None:
        return _("You spoke with them; now accept the lead, or return it with a reason.")
    said = " ".join(lead.message.split())
    came = lead.form or lead.landing_page.partition("?")[0]
    if said:
        what = _("Asks: “%(text)s”") % {"text": said if len(said) <= 110 else said[:109] + "…"}
    elif came:
        what = _("Came by %(page)s.") % {"page": came}
    else:
        what = _("Handed over by marketing.")
    parts = [what]
    if lead.score is not None:
        parts.append(_("Score %(score)s.") % {"score": lead.score})
    if tries:
        tried = ngettext("Tried once, nobody reached.", "Tried %(count)s times, nobody reached.", tries)
        parts.append(tried % {"count": tries})
    return " ".join(parts)


def tasks_due(actor: Actor, now: datetime) -> Sequence[Suggestion]:
    """Tasks of today and of days before that do not sleep."""
    today = timezone.localdate(now)
    mine = Task.objects.visible_to(actor).filter(owner_id=actor.id, state=TaskState.OPEN, due_on__lte=today)
    awake = mine.filter(Q(snoozed_until=None) | Q(snoozed_until__lte=now))
    related = awake.select_related("person", "account", "deal__stage")
    read = related.only(*_OF_TASK, *_OF_ITS_DEAL, *names_of("person", "account"))
    tasks = list(read.order_by("due_on", "pk")[:LIMIT])
    values = _values([task.deal for task in tasks if task.deal], today)
    return [_task(task, today, values) for task in tasks]


def _task(task: Task, today: date, values: dict[int, int | None]) -> Suggestion:
    deal = task.deal if task.deal and task.deal.state == "open" else None
    about = [("deal", task.deal_id), ("lead", task.lead_id), ("person", task.person_id)]
    known = {name: pk for name, pk in [*about, ("account", task.account_id)] if pk is not None}
    party = str(task.person or task.account or "")
    can: Sequence[Act] = ("done",)
    if known.keys() - {"account"}:
        first = _DOING.get(task.kind)
        can = (first, "done") if first else ("done", "call", "write")
    return Suggestion(
        key=f"task:{task.pk}",
        kind="task",
        record=next(iter(known.items()), ("task", task.pk)),
        name=party or task.text,
        account=str(task.account or "") if task.person else "",
        stage=_task_stage(task, deal),
        reason=_task_reason(task, today, bool(party)),
        due_at=task.due_at,
        clock_from=task.made_at,
        day=task.due_on.isoformat() if task.due_on else "",
        value=values.get(deal.pk) if deal else None,
        chance=_chance(deal) if deal else None,
        subjects={"task": task.pk, **known},
        acts=can,
    )


def _task_stage(task: Task, deal: Deal | None) -> str:
    kind = str(TaskKind(task.kind).label)
    return f"{kind} · {deal.stage.name}" if deal else kind


def _task_reason(task: Task, today: date, named: bool) -> str:
    late = (today - task.due_on).days if task.due_on else 0
    words = task.text if named else ""
    if not late:
        return words or _("You planned it for today.")
    since = ngettext("You planned it for yesterday.", "You planned it for %(count)s days ago.", late)
    planned = since % {"count": late}
    return f"{words.rstrip('.')}. {planned}" if words else planned


def deals_unmoved(actor: Actor, now: datetime) -> Sequence[Suggestion]:
    """Open deals beyond their stage's limit or at their expected close, with nothing done or planned."""
    today = timezone.localdate(now)
    stages = {one.pk: one for one in Stage.objects.filter(kind="open").select_related("pipeline")}
    unmoved = _unmoved(actor, now, today, stages.values())
    if not unmoved:
        return []
    numbers = list(unmoved)
    related = Deal.objects.filter(pk__in=numbers).select_related("person", "account")
    found = related.only(*_OF_DEAL, *names_of("person", "account"))
    deals = sorted(found, key=lambda deal: numbers.index(deal.pk))
    values = _values(deals, today)
    for deal in deals:
        deal.stage = stages[deal.stage_id]
    return [_deal(deal, unmoved[deal.pk], values[deal.pk], now, today) for deal in deals]


def _unmoved(actor: Actor, now: datetime, today: date, stages: Iterable[Stage]) -> dict[int, datetime | None]:
    """The best of them by what they are expected to bring, and when each was last dealt with."""
    waits = Q(expected_close_on__lte=today + CLOSING)
    for stage in stages:
        if limit := stale_after(stage, stage.pipeline.stale_days):
            waits |= Q(stage=stage.pk, stage_since__lt=now - timedelta(days=limit))
    mine = Deal.objects.visible_to(actor).filter(waits, owner_id=actor.id, state="open")
    expected = F("amount") * _by_stage(stages)
    best = mine.order_by(expected.desc(nulls_last=True), "pk").values_list("pk", flat=True)
    numbers = list(best[:_LOOKED_AT])
    if not numbers:
        return {}
    planned = Task.objects.filter(deal__in=numbers, state=TaskState.OPEN).values_list("deal_id", flat=True)
    with_plan, last = set(planned), _last_dealt_with(numbers)
    quiet = [pk for pk in numbers if pk not in with_plan and not _is_recent(last.get(pk), now)]
    return {pk: last.get(pk) for pk in quiet[:LIMIT]}


def _is_recent(dealt_with: datetime | None, now: datetime) -> bool:
    return dealt_with is not None and dealt_with > now - QUIET


def _by_stage(stages: Iterable[Stage]) -> Any:
    chances = [When(stage=one.pk, then=Value(float(one.probability))) for one in stages if one.probability]
    return Case(*chances, default=Value(0.0), output_field=FloatField())


def _last_dealt_with(deals: Sequence[int]) -> dict[int, datetime]:
    logged = Activity.objects.filter(deal__in=deals).order_by()
    return dict(logged.values_list("deal_id").annotate(Max("at")))


def _deal(deal: Deal, last: datetime | None, value: int | None, now: datetime, today: date) -> Suggestion:
    limit = stale_after(deal.stage, deal.stage.pipeline.stale_days)
    stale = limit is not None and (now - deal.stage_since).days > limit
    closes = deal.expected_close_on
    return Suggestion(
        key=f"deal:{deal.pk}:{'stale' if stale else 'close'}",
        kind="stale" if stale else "close",
        record=("deal", deal.pk),
        name=str(deal.person or deal.account or deal.name),
        account=str(deal.account or "") if deal.person else "",
        stage=deal.stage.name,
        reason=_deal_reason(deal, limit if stale else None, last, now, today),
        day=closes.isoformat() if closes else "",
        value=value,
        chance=_chance(deal),
        subjects={"deal": deal.pk, **({"person": deal.person_id} if deal.person_id else {})},
        acts=("call", "write", "note", "move"),
    )


def _deal_reason(deal: Deal, passed: int | None, last: datetime | None, now: datetime, today: date) -> str:
    closes, days = deal.expected_close_on, (now - deal.stage_since).days
    parts = [_close_words(closes, today)] if closes and closes <= today + CLOSING else []
    if passed is not None:
        stayed = ngettext("%(count)s day in %(stage)s", "%(count)s days in %(stage)s", days)
        more = _(", %(limit)s is the limit.") % {"limit": passed}
        parts.append(stayed % {"count": days, "stage": deal.stage.name} + more)
    parts.append(_quiet_words(last, now))
    return " ".join(parts)


def _close_words(closes: date, today: date) -> str:
    days = (today - closes).days
    if days > 0:
        past = ngettext("Was to close yesterday.", "Was to close %(count)s days ago.", days)
        return past % {"count": days}
    if days == 0:
        return _("Is to close today.")
    return ngettext("Is to close tomorrow.", "Is to close in %(count)s days.", -days) % {"count": -days}


def _quiet_words(last: datetime | None, now: datetime) -> str:
    if last is None:
        return _("Nothing was done with it yet.")
    days = max((now - last).days, 1)
    return ngettext("Last dealt with yesterday.", "Last dealt with %(count)s days ago.", days) % {
        "count": days
    }


def _chance(deal: Deal) -> float | None:
    return float(deal.stage.probability) if deal.stage.probability is not None else None


def _values(deals: Iterable[Deal], on: date) -> dict[int, int | None]:
    """What deals are worth in the base currency; None without an amount or a rate."""
    from isthmus.workspace.queries import Converter, NoRate

    converter, found = Converter(), dict[int, int | None]()
    for deal in deals:
        try:
            found[deal.pk] = (
                None if deal.amount is None else converter.to_base(deal.amount, deal.currency, on)
            )
        except NoRate:
            found[deal.pk] = None
    return found
