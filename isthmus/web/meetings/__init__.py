"""The calendar: a week of meetings, one meeting, and the settings of one's own calendars."""
