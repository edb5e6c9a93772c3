"""Calendars and the meetings in them: made here or read from elsewhere, moved, held; who is busy when."""
