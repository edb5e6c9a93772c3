"""Timed steps, each done once, in versions that never change: the machine under rules, cadences, clocks."""
