"""Keeping the whole installation: backup, restore, whether everything is at work and what to do if not."""
