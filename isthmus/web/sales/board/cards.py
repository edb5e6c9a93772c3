"""The cards of a board as HTML, joined here: a template's loop costs four times as much (measured)."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from isthmus.core.actors import Actor, Scope
from isthmus.sales.board import is_stale
from isthmus.sales.models import Deal
from isthmus.web import formats, markup
from isthmus.web.escaping import html
from isthmus.web.records import record_address


def cards(deals: Iterable[Deal], *, limit: int | None, movable: set[int] | None, now: datetime) -> SafeString:
    """The cards of one column. `movable` are the deals that the reader may move; None means all."""
    return mark_safe(  # noqa: S308
        "".join(card(one, limit, movable is None or one.pk in movable, now) for one in deals)
    )


def card(deal: Deal, limit: int | None, may_move: bool, now: datetime) -> SafeString:
    """One deal: what it is called, with whom, its value, whose it is, how long it has stood here."""
    days = max((now - deal.stage_since).days, 0)
    stale = is_stale(deal, days, limit)
    amount = formats.money(deal.amount, deal.currency) if deal.amount is not None else ""
    return html(
        '<li class="deal" id="deal-{}" data-deal="{}"{}{}>'
        '<p class="deal-top"><a class="deal-name" href="{}" draggable="false">{}</a>'
        '<span class="deal-sum">{}</span></p>{}'
        '<p class="deal-foot">{}{}<span class="deal-age">{}</span>{}</p></li>\n',
        deal.pk,
        deal.pk,
        mark_safe(' data-state="stale"') if stale else "",
        mark_safe(' draggable="true"') if may_move else "",
        record_address("deal", deal.pk),
        deal.name or _("(no name)"),
        amount,
        _lines(deal, now),
        markup.avatar(deal.owner.name, spoken=True) if deal.owner else "",
        markup.icon("clock") if stale else "",
        _age(days, limit, stale),
        _move_link(deal) if may_move else "",
    )


def movable_among(deals: Iterable[Deal], actor: Actor) -> set[int] | None:
    """Which of these deals the actor may move; None when it is all of them."""
    scope = actor.scope("deals.edit")
    if scope is Scope.ALL:
        return None
    if scope is None:
        return set()
    ids = [deal.pk for deal in deals]
    return set(Deal.objects.visible_to(actor, "deals.edit").filter(pk__in=ids).values_list("pk", flat=True))


def _lines(deal: Deal, now: datetime) -> SafeString:
    whose = str(deal.account or deal.person or "")
    lines = [whose] if whose and whose != deal.name else []
    if deal.expected_close_on:
        late = deal.expected_close_on < now.date()
        text = _("expected %(day)s, now late") if late else _("closes %(day)s")
        lines.append(text % {"day": formats.day(deal.expected_close_on)})
    return mark_safe("".join(html('<p class="deal-line">{}</p>', line) for line in lines))  # noqa: S308


def _age(days: int, limit: int | None, stale: bool) -> str:
    if stale:
        return _("%(days)s, stale after %(limit)s") % {
            "days": formats.days(days),
            "limit": formats.number(limit),
        }
    return formats.days(days) if days else _("today")


def _move_link(deal: Deal) -> SafeString:
    return html(
        '<a class="button" data-kind="quiet" data-size="small" draggable="false" data-board-opens '
        'href="{}">{}<span class="visually-hidden"> {}</span></a>',
        record_address("move-on-board", deal.pk),
        _("Move"),
        deal.name,
    )
