"""Repairing what could not be read: rules that change an event, and sending it again as if new."""
