"""Channels: how a visit came, told by rules that a company may change."""

from isthmus.collect.channels.current import current_rules
from isthmus.collect.channels.rules import Rules, Visit

__all__ = ["Rules", "Visit", "current_rules"]
