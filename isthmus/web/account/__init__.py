"""Signing in and out, and whatever belongs to one's own access."""
