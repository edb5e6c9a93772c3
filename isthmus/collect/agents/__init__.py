"""Programs that fetch pages and send events, and which of them are machines: told apart, never dropped."""

from isthmus.collect.agents.known import known_agents

__all__ = ["known_agents"]
