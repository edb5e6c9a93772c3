"""What becomes of a task: when it comes back, how long it sleeps. Pure rules over values."""

from calendar import monthrange
from datetime import date, datetime, time, timedelta, tzinfo

from isthmus.sales.models.tasks import Repeat

_DAYS = {Repeat.DAY: 1, Repeat.WEEK: 7, Repeat.TWO_WEEKS: 14}
_MONTHS = {Repeat.MONTH: 1, Repeat.QUARTER: 3, Repeat.YEAR: 12}


def next_day(repeat: str, due_on: date, done_on: date) -> date:
    """The day on which a repeated task is due again: of its rhythm, the first one after both days.

    A task of the 31st comes on the last day of a shorter month.
    """
    step, day = 1, due_on
    while day <= max(due_on, done_on):
        day = _stepped(Repeat(repeat), due_on, step)
        step += 1
    return day


def _stepped(repeat: Repeat, start: date, steps: int) -> date:
    if repeat in _DAYS:
        return start + timedelta(days=_DAYS[repeat] * steps)
    months = start.month - 1 + _MONTHS[repeat] * steps
    year, month = start.year + months // 12, months % 12 + 1
    return date(year, month, min(start.day, monthrange(year, month)[1]))


SLEEPS = ("hour", "afternoon", "tomorrow", "next_week")


def wakes_at(sleep: str, now: datetime, zone: tzinfo) -> datetime:
    """Until when something put aside sleeps: an hour, this afternoon, tomorrow's or Monday's morning.

    "Afternoon" is 14:00, or two hours from now where that is past; mornings begin at 8.
    """
    here = now.astimezone(zone)
    if sleep == "hour":
        return now + timedelta(hours=1)
    if sleep == "afternoon":
        return max(_at(here.date(), 14, zone), now + timedelta(hours=2))
    if sleep == "next_week":
        return _at(here.date() + timedelta(days=7 - here.weekday()), 8, zone)
    return _at(here.date() + timedelta(days=1), 8, zone)


def _at(day: date, hour: int, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=zone)
