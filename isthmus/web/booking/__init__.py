"""Booking pages: their settings, and the public pages on which guests take a time."""
