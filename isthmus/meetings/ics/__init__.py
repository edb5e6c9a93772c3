"""Meetings as iCalendar writes them: read, written back without losing anything, spread out. Pure."""

from isthmus.meetings.ics.overrides import Override, as_json, overrides_of, with_override
from isthmus.meetings.ics.reading import Entry, Guest, Unreadable, read_entries, read_entry
from isthmus.meetings.ics.spreading import Time, times_of
from isthmus.meetings.ics.writing import Words, new_text, with_words

__all__ = [
    "Entry",
    "Guest",
    "Override",
    "Time",
    "Unreadable",
    "Words",
    "as_json",
    "new_text",
    "overrides_of",
    "read_entries",
    "read_entry",
    "times_of",
    "with_override",
    "with_words",
]
