"""Everything that writes rules and steers their runs."""

from isthmus.automation.commands.enrolling import enrol_in_cadence, leave_cadence
from isthmus.automation.commands.rules import (
    activate_rule,
    add_rule,
    discard_rule_draft,
    edit_rule,
    pause_rule,
    rehearse_rule,
    remove_rule,
    resume_rule,
)
from isthmus.automation.commands.runs import pause_rule_run, resume_rule_run, retry_rule_run, stop_rule_run
from isthmus.automation.commands.telling import tell_colleague

__all__ = [
    "activate_rule",
    "add_rule",
    "discard_rule_draft",
    "edit_rule",
    "enrol_in_cadence",
    "leave_cadence",
    "pause_rule",
    "pause_rule_run",
    "rehearse_rule",
    "remove_rule",
    "resume_rule",
    "resume_rule_run",
    "retry_rule_run",
    "stop_rule_run",
    "tell_colleague",
]
