"""A suggestion as a row of the queue: its clock, its worth, its acts with their keys."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from isthmus.sales.day.offering import Act, Suggestion
from isthmus.web import formats
from isthmus.web.acts.acting import Button
from isthmus.web.escaping import html
from isthmus.web.leads.words import DIALS
from isthmus.web.records import record_address


@dataclass(frozen=True)
class QueueRow:
    """One row. `acts` holds what Enter does, `menu` the others, `sleeps` how long it may sleep."""

    rank: int
    one: Suggestion
    href: str
    clock: SafeString | str
    worth: str
    value: str
    acts: Sequence[Button]
    menu: Sequence[Button]
    sleeps: Sequence[Button]
    skip: Button | None


def rows_of(suggestions: Sequence[Suggestion], now: datetime, base: str, may_act: bool) -> list[QueueRow]:
    """The rows, in the order given."""
    return [_row(rank, one, now, base, may_act) for rank, one in enumerate(suggestions, start=1)]


def _row(rank: int, one: Suggestion, now: datetime, base: str, may_act: bool) -> QueueRow:
    buttons = [_WORDS[name](one) for name in one.acts if name in _WORDS] if may_act else []
    return QueueRow(
        rank,
        one,
        record_address(*one.record),
        clock_of(one, now),
        _whole(one.worth, base),
        _whole(one.value, base),
        buttons[:1],
        buttons[1:],
        _sleeps(one) if may_act else [],
        _skip(one) if may_act else None,
    )


def _whole(micros: int | None, base: str) -> str:
    """An expectation in whole units: cents would claim what nobody knows."""
    return "" if micros is None else formats.money(round(micros, -6), base)


def clock_of(one: Suggestion, now: datetime) -> SafeString | str:
    """How its clock stands; empty where none runs."""
    if one.due_at is None:
        return ""
    left = (one.due_at - now).total_seconds() / 3600
    state = "late" if left < 0 else "soon" if left < 1 else "ok"
    if one.kind == "task" and 0 <= left < 24:
        words = _("at %(time)s") % {"time": formats.clock_time(one.due_at)}
    elif left >= 12 or left < -48:
        late = _("since %(day)s") % {"day": formats.day(one.due_at)}
        words = formats.moment(one.due_at) if left > 0 else late
    else:
        words = (_("%(time)s over") if left < 0 else _("%(time)s left")) % {"time": formats.hours(abs(left))}
    return html('<span class="clock" data-state="{}">{}{}</span>', state, DIALS[state], words)


def act_address(name: str, one: Suggestion, **more: str) -> str:
    """Where an act on a suggestion is done."""
    return f"{reverse('my-day-act', args=[name])}?{urlencode({'key': one.key, **more})}"


def _log(kind: str, text: Callable[[], str], icon: str) -> Callable[[Suggestion], Button]:
    return lambda one: Button(text(), act_address("log", one, kind=kind), icon=icon, kind="")


_WORDS: dict[Act, Callable[[Suggestion], Button]] = {
    "answer": _log("call", lambda: _("Call"), "phone"),
    "call": _log("call", lambda: _("Call"), "phone"),
    "write": _log("mail", lambda: _("Write"), "mail"),
    "meet": _log("meeting", lambda: _("Meet"), "calendar"),
    "note": _log("note", lambda: _("Note"), "note"),
    "done": lambda one: Button(_("Done"), act_address("done", one), at_once=True, icon="check", values={}),
    "accept": lambda one: Button(_("Accept"), act_address("accept", one), icon="check"),
    "return": lambda one: Button(_("Return…"), act_address("return", one)),
    "approve": lambda one: Button(
        _("Approve"), act_address("approve", one), at_once=True, icon="check", values={}
    ),
    "refuse": lambda one: Button(_("Refuse…"), act_address("refuse", one)),
    "reply": lambda one: Button(_("Answer"), f"{reverse('new-mail')}?reply={one.record[1]}", icon="mail"),
    "move": lambda one: Button(
        _("Move…"),
        f"{reverse('move-on-board', args=[one.subjects['deal']])}?{urlencode({'back': reverse('my-day')})}",
    ),
}


def _sleeps(one: Suggestion) -> Sequence[Button]:
    words = {
        "hour": _("In an hour"),
        "afternoon": _("This afternoon"),
        "tomorrow": _("Tomorrow"),
        "next_week": _("Next week"),
    }
    href = act_address("sleep", one)
    return [Button(text, href, at_once=True, values={"sleep": name}) for name, text in words.items()]


def _skip(one: Suggestion) -> Button:
    if one.kind == "task":
        return Button(_("Call it off"), act_address("cancel", one), at_once=True, values={})
    return Button(_("Not useful, and why…"), act_address("skip", one))
