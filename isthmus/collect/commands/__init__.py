"""Everything that writes: sources, channels, bots, what could not be read; a file for each."""

from isthmus.collect.commands.agents import judge_agent, rejudge_agents
from isthmus.collect.commands.channels import reset_channel_rules, set_channel_rules
from isthmus.collect.commands.quarantine import (
    discard_quarantined,
    go_on_with_repair,
    replay_quarantined,
    stop_repair,
)
from isthmus.collect.commands.sources import (
    add_source,
    declare_property,
    edit_source,
    remove_source,
    rotate_source_key,
    switch_source_off,
    switch_source_on,
    undeclare_property,
)

__all__ = [
    "add_source",
    "declare_property",
    "discard_quarantined",
    "edit_source",
    "go_on_with_repair",
    "judge_agent",
    "rejudge_agents",
    "remove_source",
    "replay_quarantined",
    "reset_channel_rules",
    "rotate_source_key",
    "set_channel_rules",
    "stop_repair",
    "switch_source_off",
    "switch_source_on",
    "undeclare_property",
]
