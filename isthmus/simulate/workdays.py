"""What sellers note of their calls, and what stands in their days when the sample company is opened."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from isthmus.sales.commands import add_tasks, complete_tasks
from isthmus.simulate import catalogue as c
from isthmus.simulate.stories import Story

if TYPE_CHECKING:
    from isthmus.simulate.writing import Writer

_KINDS = ("call", "mail", "call", "meeting")
_OBJECTIONS = {
    "Price": "price",
    "Network security": "trust",
    "Wait for the audit": "timing",
    "Happy with sampling": "no_need",
}
_HELD = {"call": "reached", "mail": "answered", "meeting": "held"}
_IN_VAIN = {"call": "no_answer", "mail": "sent", "meeting": "moved"}
_STEPS = (
    ("call", "Call about the calibration certificates"),
    ("mail", "Send the numbers of a similar plant"),
    ("call", "Ask what quality said of the trial"),
    ("meeting", "Walk line 2 with the plant director"),
    ("todo", "Prepare the price for three sites"),
    ("call", "Ask whether the service window holds"),
)
_AFTER = (
    ("call", "Ask how the first weeks went"),
    ("mail", "Send the certificates for the audit"),
    ("meeting", "Look at the readings together"),
    ("call", "Ask who else has such lines"),
)
_MOST = 14  # tasks of one seller
_HOURS = (9, 11, 13, 15)


def told_contact(number: int) -> dict[str, Any]:
    """The first contact with a lead: somebody was spoken with or written to."""
    kind = _KINDS[number % 4]
    return {**_said(number, kind), "outcome": "sent" if kind == "mail" else _HELD[kind]}


def told_call(one: Story, position: int) -> dict[str, Any]:
    """A contact about a deal. One in four was in vain; of the others the first has the objection."""
    number = one.number + position
    kind = _KINDS[number % 4]
    if (one.number // 4 + position) % 4 == 3:
        return {"kind": kind, "outcome": _IN_VAIN[kind]}
    objection = _OBJECTIONS.get(one.terms.objection, "") if position < 2 else ""
    return {**_said(number, kind), "outcome": _HELD[kind], "objection": objection or None}


def _said(number: int, kind: str) -> dict[str, Any]:
    minutes = None if kind == "mail" else 5 + number % 40
    return {"kind": kind, "text": c.NOTES[number % len(c.NOTES)], "minutes": minutes}


def plan_days(writer: "Writer", told: Sequence[Story]) -> None:
    """The next steps on open deals and with customers: some for today, some late, some done this morning."""
    own: dict[int, list[Story]] = {}
    for one in told:
        if one.number in writer.deals and _goes_on(one, writer.until):
            own.setdefault(one.seller, []).append(one)
    for seller, stories in sorted(own.items()):
        by = writer.actors[seller]
        rows = [_step(writer, one, place) for place, one in enumerate(stories[-_MOST:])]
        tasks = add_tasks(rows=rows, by=by)
        done = [
            {"task_id": one.pk, "at": one.made_at + (writer.until - one.made_at) / 2} for one in tasks[::6]
        ]
        complete_tasks(rows=done, by=by)
        writer.progress("tasks", len(rows))


def _goes_on(one: Story, until: datetime) -> bool:
    """Two of three open deals have a next step; of the others nobody thinks. New customers are asked."""
    if one.dealing is None or one.dealing.opened_at >= until:
        return False
    if one.dealing.ended_at >= until:
        return one.number % 3 != 0
    return one.dealing.won and until - one.dealing.ended_at < timedelta(days=75)


def _step(writer: "Writer", one: Story, place: int) -> dict[str, Any]:
    assert one.dealing is not None, "only stories with a deal go on"
    is_open = one.dealing.ended_at >= writer.until
    kind, text = (_STEPS if is_open else _AFTER)[one.number % (len(_STEPS) if is_open else len(_AFTER))]
    today = timezone.localtime(writer.until)
    day = today.date() + timedelta(days=(0, 1, 0, -2, 4, 0, 9)[place % 7])
    made = max(one.dealing.opened_at, writer.until - timedelta(days=3 + place % 5))
    hour = datetime.combine(day, time(_HOURS[place % 4]), tzinfo=today.tzinfo) if kind == "meeting" else None
    due = {"due_at": hour} if hour else {"due_on": day}
    return {"text": text, "kind": kind, "deal_id": writer.deals[one.number], "at": made, **due}
