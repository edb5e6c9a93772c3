"""Both sides of a synced calendar laid beside each other: each entry once, with the same words and times."""

from collections import Counter
from itertools import pairwise
from zoneinfo import ZoneInfo

from prove.calendar_server import CalendarHall


def audit(hall: CalendarHall, calendar: int) -> list[str]:
    """One sentence for each thing that is not as it must be."""
    from isthmus.meetings.ics import read_entry
    from isthmus.meetings.models import Booking, Calendar, Meeting

    zone = ZoneInfo("UTC")
    there = {}
    uids: Counter[str] = Counter()
    for path, (_tag, text) in hall.entries.items():
        entry = read_entry(text, zone)
        uids[entry.uid] += 1
        there[entry.uid] = (entry.title, entry.starts_at, entry.ends_at, path, len(entry.exceptions))
    rows = list(Meeting.objects.filter(calendar=calendar).exclude(href=""))
    here = {
        one.uid: (one.title, one.starts_at, one.ends_at, one.href, len(one.exceptions or [])) for one in rows
    }
    standing = Meeting.objects.filter(calendar=calendar, state="confirmed")
    lost = [one.uid for one in standing if one.uid not in there]
    booked = list(Booking.objects.select_related("meeting").order_by("meeting__starts_at"))
    kept = [one.meeting for one in booked if one.meeting.state == "confirmed"]
    met = [b for a, b in pairwise(kept) if b.starts_at < a.ends_at]
    row = Calendar.objects.get(pk=calendar)
    print(
        f"there {len(there):,}, here {len(here):,}, twice {sum(n > 1 for n in uids.values())}, "
        f"only there {len(there.keys() - here.keys())}, only here {len(here.keys() - there.keys())}, "
        f"unlike {sum(there[uid] != here[uid] for uid in there.keys() & here.keys())}, "
        f"standing here and not there {len(lost)}; "
        f"bookings {len(booked):,}, of two guests at once {len(met)}; "
        f"the page says {row.on_server} and {row.here}"
    )
    return [
        *(f"{uid} lies there {n} times." for uid, n in uids.items() if n > 1),
        *(f"{uid} is there and not here." for uid in sorted(there.keys() - here.keys())),
        *(f"{uid} is here and not there." for uid in sorted(here.keys() - there.keys())),
        *(
            f"{uid} is {here[uid]} here and {there[uid]} there."
            for uid in sorted(there.keys() & here.keys())
            if there[uid] != here[uid]
        ),
        *(f"{uid} stands here and was never written." for uid in lost),
        *(f"Two guests hold {one.starts_at}." for one in met),
        *([] if row.on_server == row.here else [f"The server has {row.on_server}, here {row.here}."]),
    ]
