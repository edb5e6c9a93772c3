"""Meetings as iCalendar writes them: read, written back without losing anything, spread out. Pure."""

from isthmus.meetings.ics.reading import Entry, Guest, Unreadable, read_entries, read_entry
from isthmus.meetings.ics.spreading import Time, times_of
from isthmus.meetings.ics.writing import Words, new_text, with_words

__all__ = [
    "Entry",
    "Guest",
    "Time",
    "Unreadable",
    "Words",
    "new_text",
    "read_entries",
    "read_entry",
    "times_of",
    "with_words",
]
