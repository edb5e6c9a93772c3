"""Kill -9 of the worker while a calendar is synced both ways with a bad server, and guests book.

`python -m prove.calendar --meetings 400 --kills 40`: meetings are made, moved and called off here, entries
are put, changed and taken away there, guests book what is free. The server is slow, down, breaks off after
it did what was asked, or answers 412 and 507; the worker is killed. At the end, the server well again, both
sides are compared entry by entry: nothing twice, nothing lost.
"""

import argparse
import os
import random
import threading
import time
from collections import Counter
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any

from prove.calendar_audit import audit
from prove.calendar_server import HOME, CalendarHall, calendar_hall
from prove.kill_loop import own_postgres
from prove.mail import _worker as worker_of
from prove.serving import Served, begin, end, own_folder, served

MODES = {"well": 60, "slow": 10, "down": 10, "cut": 8, "412": 6, "507": 6}
PATIENCE = 300.0


def main() -> None:
    """Run the proof; exit 1 when anything is there twice, lost, or booked over what was taken."""
    parser = argparse.ArgumentParser(
        prog="python -m prove.calendar", description="Kill -9 while calendars sync."
    )
    parser.add_argument("--meetings", type=int, default=150)
    parser.add_argument("--kills", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--postgres", action="store_true", help="on a PostgreSQL that is started for it")
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)
    os.environ |= {"ISTHMUS_OUTBOUND_TO_THIS_MACHINE": "1"}
    with ExitStack() as stack:
        if arguments.postgres:
            os.environ["DATABASE_URL"] = stack.enter_context(own_postgres())
        home = stack.enter_context(own_folder("calendar"))
        begin(home)
        hall = stack.enter_context(calendar_hall())
        calendar = _connected(hall)
        names, weights = list(MODES), list(MODES.values())
        hall.draw = lambda: chance.choices(names, weights)[0]
        done: Counter[str] = Counter()
        with served(home) as company:
            doing = [
                threading.Thread(target=act, args=(arguments.meetings, calendar, hall, done, seed))
                for seed, act in enumerate((_write_here, _write_there, _book))
            ]
            for one in doing:
                one.start()
            _disturb(company, hall, calendar, arguments.kills, chance)
            for one in doing:
                one.join()
            hall.draw = lambda: "well"
            company.problems += _wait_for_the_end(calendar)
        print(", ".join(f"{what} {count:,}" for what, count in sorted(done.items())))
        end([*company.problems, *audit(hall, calendar)], home)


def _connected(hall: CalendarHall) -> int:
    """The calendar on the server, connected as a user does it, and where new meetings go."""
    from isthmus.core.clock import now
    from isthmus.core.queue import run_due
    from isthmus.meetings.commands import choose_calendars, connect_calendar
    from isthmus.meetings.models import Calendar

    by, url = _mia(), f"http://127.0.0.1:{hall.port}{HOME}"
    server = connect_calendar(url=url, login="mia", password="x", by=by, at=now())
    run_due()
    choose_calendars(server_id=server.pk, urls=[url], write_to=url, by=by, at=now())
    run_due()
    return int(Calendar.objects.get(source="caldav").pk)


def _mia() -> Any:
    from isthmus.workspace.actors import actor_for
    from isthmus.workspace.models import User

    return actor_for(User.objects.get())


def _monday() -> datetime:
    from isthmus.core.clock import now

    at = now().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=2)
    return at + timedelta(days=-at.weekday() % 7)


def _write_here(count: int, calendar: int, hall: CalendarHall, done: Counter[str], seed: int) -> None:
    """Make, move, rename and call off meetings; one time of a series now and then."""
    from django.db import connection

    from isthmus.core import commands
    from isthmus.core.clock import now
    from isthmus.core.refusals import Refusal
    from isthmus.meetings.commands import book_meeting

    by, chance, made = _mia(), random.Random(seed), list[Any]()
    for number in range(count):
        start = _monday() + timedelta(hours=chance.randrange(24 * 28), minutes=chance.choice((0, 30)))
        rule = "FREQ=DAILY;COUNT=5" if number % 10 == 0 else ""
        made.append(book_meeting(title=f"Here {number}", starts_at=start, recurrence=rule, by=by, at=now()))
        one = chance.choice(made)
        act = chance.choice(_acts_on(one, start, number, chance))
        try:
            commands.run(act[0], {"meeting_id": one.pk, **act[1]}, by=by, at=now())
            done[act[0]] += 1
        except Refusal:
            done["refused here"] += 1  # Called off before, or there already.
        done["made here"] += 1
        time.sleep(0.02)
    connection.close()


def _acts_on(
    one: Any, start: datetime, number: int, chance: random.Random
) -> list[tuple[str, dict[str, Any]]]:
    """What may be done with a meeting; of a series one of its times is called off."""
    if one.recurrence:
        return [("cancel_one_time", {"time_at": one.starts_at + timedelta(days=chance.randrange(1, 5))})]
    return [
        ("move_meeting", {"starts_at": start + timedelta(minutes=30)}),
        ("edit_meeting", {"title": f"Here {number} again"}),
        ("cancel_meeting", {}),
    ]


def _write_there(count: int, calendar: int, hall: CalendarHall, done: Counter[str], seed: int) -> None:
    """What the telephone does: entries put, changed, taken away."""
    chance, paths = random.Random(seed), list[str]()
    for number in range(count):
        path = f"{HOME}phone-{number}.ics"
        start = _monday() + timedelta(hours=chance.randrange(24 * 28))
        hall.put(path, _entry(number, start, f"There {number}"))
        paths.append(path)
        done["put there"] += 1
        other = chance.choice(paths)
        if chance.random() < 0.3:
            hall.put(other, _entry(int(other.split("-")[1][:-4]), start, f"There {number} again"))
            done["changed there"] += 1
        elif chance.random() < 0.15:
            hall.take_away(other)
            paths.remove(other)
            done["taken away there"] += 1
        time.sleep(0.05)


def _entry(number: int, start: datetime, title: str) -> str:
    return (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//phone//EN\r\nBEGIN:VEVENT\r\n"
        f"UID:phone-{number}\r\nDTSTAMP:20260301T000000Z\r\nSUMMARY:{title}\r\n"
        f"DTSTART:{start:%Y%m%dT%H%M%SZ}\r\nDURATION:PT30M\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )


def _book(count: int, calendar: int, hall: CalendarHall, done: Counter[str], seed: int) -> None:
    """Guests who press as fast as they can, on what looks free or not."""
    from django.db import connection

    from isthmus.core import commands
    from isthmus.core.actors import Actor
    from isthmus.core.clock import now
    from isthmus.core.refusals import Refusal
    from isthmus.meetings.commands import add_booking_page

    days = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    page = add_booking_page(title="Proof", hours=days, notice_hours=0, by=_mia(), at=now())
    chance, guest = random.Random(seed), Actor(kind="person", unlimited=True)
    for number in range(count):
        start = _monday() + timedelta(hours=chance.randrange(24 * 28))
        given = {
            "page_id": page.pk,
            "starts_at": start,
            "full_name": "G",
            "email": f"g{number}@guests.example",
        }
        try:
            commands.run("book_time", given, by=guest, at=now())
            done["booked by guests"] += 1
        except Refusal:
            done["refused to guests"] += 1
        time.sleep(0.02)
    connection.close()


def _disturb(company: Served, hall: CalendarHall, calendar: int, times: int, chance: random.Random) -> None:
    """Kill the worker while it syncs; ask for a reading now and then."""
    began = time.monotonic()
    for number in range(1, times + 1):
        _read_now(calendar)
        before, limit = hall.requests, time.monotonic() + PATIENCE
        while hall.requests < before + 6 and time.monotonic() < limit:
            time.sleep(0.02)
        time.sleep(chance.uniform(0, 0.4))
        worker_of(company).kill()
        if number % 10 == 0:
            print(f"{number} of {times} kills, {hall.requests:,} requests", flush=True)
    print(f"worker killed {times} times in {time.monotonic() - began:.0f} s")


def _read_now(calendar: int) -> None:
    from isthmus.core.clock import now
    from isthmus.meetings.commands import read_calendar

    read_calendar(calendar_id=calendar, by=_mia(), at=now())


def _wait_for_the_end(calendar: int) -> list[str]:
    """Until nothing waits to be written; then all is read and compared once more."""
    from isthmus.meetings.caldav import reading, writing
    from isthmus.meetings.models import Meeting

    waiting = Meeting.objects.exclude(to_write="")
    limit = time.monotonic() + PATIENCE
    while time.monotonic() < limit and (left := list(waiting.values_list("pk", flat=True))):
        for pk in left:  # The queue tries later each time; here nobody waits for hours.
            writing.write(pk)
    reading.read_calendar(calendar, compare=True)
    left = list(waiting.values_list("pk", flat=True))
    return [f"{len(left)} meetings are still not written after {PATIENCE:.0f} s."] if left else []


if __name__ == "__main__":
    main()
