"""What subscriptions offer to a seller's day: renewals that come due, to talk before they do."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from isthmus.core.actors import Actor
from isthmus.sales.day.offering import LIMIT, Suggestion, names_of
from isthmus.sales.day.sources import QUIET
from isthmus.sales.day.worth import ENOUGH
from isthmus.sales.models import Activity, Subscription
from isthmus.sales.quoting.rules import line_money
from isthmus.workspace.queries import Converter, NoRate

# So long before. What renews itself each month needs nobody's word.
_AHEAD = {"month": timedelta(), "quarter": timedelta(days=14), "year": timedelta(days=30)}
_READ = (
    *("renews_on", "renew_by_hand", "deal_id", "description"),
    *("quantity", "unit_price", "discount", "currency"),
)
_BY_HAND = {"month": timedelta(days=7), "quarter": timedelta(days=14), "year": timedelta(days=30)}


def renewals_coming(actor: Actor, now: datetime) -> Sequence[Suggestion]:
    """Subscriptions of the seller's whose next period begins soon; those of one deal and day together.

    Each asks for a word before it renews itself, or for the renewal where somebody has to say it.
    """
    today = timezone.localdate(now)
    mine = Subscription.objects.visible_to(actor).filter(_due(today), owner_id=actor.id, ended_on=None)
    related = mine.select_related("person", "account", "product")
    read = related.only(*_READ, *names_of("person", "account", "product"))
    found = list(read.order_by("renews_on", "pk")[:LIMIT])
    if not found:
        return []
    spoken = _spoken(found, now)
    together: dict[tuple[int | None, date, bool], list[Subscription]] = {}
    for one in found:
        if one.deal_id not in spoken or one.renews_on <= today:
            together.setdefault((one.deal_id, one.renews_on, one.renew_by_hand), []).append(one)
    chance, note = _chance()
    converter = Converter()
    return [_suggestion(group, today, chance, note, converter) for group in together.values()]


def _due(today: date) -> Q:
    due = Q()
    for interval, ahead in _AHEAD.items():
        if ahead:
            due |= Q(interval=interval, renew_by_hand=False, renews_on__lte=today + ahead)
        due |= Q(interval=interval, renew_by_hand=True, renews_on__lte=today + _BY_HAND[interval])
    return due


def _spoken(found: Iterable[Subscription], now: datetime) -> set[int | None]:
    """The deals with which somebody dealt a few days ago: there was a word."""
    deals = {one.deal_id for one in found if one.deal_id is not None}
    rows = Activity.objects.filter(deal__in=deals, at__gt=now - QUIET).exclude(kind="note")
    return set(rows.values_list("deal_id", flat=True))


def _chance() -> tuple[float | None, str]:
    """How many of the periods that came to their end were renewed, of all subscriptions of the company."""
    ended = Count("pk", filter=Q(ended_on__isnull=False))
    told = Subscription.objects.aggregate(renewed=Sum("renewals"), ended=ended)
    renewed, gone = told["renewed"] or 0, told["ended"] or 0
    if renewed + gone < ENOUGH:
        return None, _("Not measured yet: too few subscriptions were renewed or ended.")
    share = renewed / (renewed + gone)
    text = _("Of %(count)s periods that came to their end, %(share)s %% were renewed.")
    return share, text % {"count": renewed + gone, "share": round(100 * share)}


def _suggestion(
    group: Sequence[Subscription], today: date, chance: float | None, note: str, converter: Converter
) -> Suggestion:
    one = group[0]
    known = [("deal", one.deal_id), ("person", one.person_id), ("account", one.account_id)]
    subjects = {name: pk for name, pk in known if pk is not None}
    return Suggestion(
        key=f"renewal:{one.pk}:{one.renews_on.isoformat()}",
        kind="renewal",
        record=next(iter(subjects.items())),
        name=str(one.person or one.account or one),
        account=str(one.account or "") if one.person else "",
        stage=_("Renewal by hand") if one.renew_by_hand else _("Renewal"),
        trade="money",
        reason=_reason(group, today),
        day=one.renews_on.isoformat(),
        value=_value(group, today, converter),
        chance=chance,
        worth_note=note,
        subjects=subjects,
        acts=("call", "write", "meet", "note"),
    )


def _reason(group: Sequence[Subscription], today: date) -> str:
    one = group[0]
    names = ", ".join(dict.fromkeys(str(each) for each in group))
    days = (one.renews_on - today).days
    if days < 0:
        text = ngettext("was to be renewed yesterday", "was to be renewed %(count)s days ago", -days)
    elif not days:
        text = _("is to be renewed today") if one.renew_by_hand else _("renews itself today")
    elif one.renew_by_hand:
        text = ngettext("is to be renewed tomorrow", "is to be renewed in %(count)s days", days)
    else:
        text = ngettext("renews itself tomorrow", "renews itself in %(count)s days", days)
    end = _("Somebody has to renew it.") if one.renew_by_hand else _("A word before it does keeps it.")
    return f"{names} {text % {'count': abs(days)}}. {end}"


def _value(group: Sequence[Subscription], today: date, converter: Converter) -> int | None:
    """What the next period brings before tax, in the base currency; None without a rate."""
    try:
        return sum(converter.to_base(_period(one), one.currency, today) for one in group)
    except NoRate:
        return None


def _period(one: Subscription) -> int:
    return line_money(one.quantity, one.unit_price, one.discount, 0, one.currency).net  # type: ignore[arg-type]
