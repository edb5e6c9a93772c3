"""Campaigns and what they delivered to many."""
