"""Everything that writes rules of territories and gives customers to others."""

from isthmus.territories.commands.placing import place_account, release_account
from isthmus.territories.commands.reassigning import leave_out_of_reassignment, plan_reassignment
from isthmus.territories.commands.rules import (
    pause_territory_rules,
    switch_on_territory_rules,
    try_territory_rules,
    write_territory_rules,
)

__all__ = [
    "leave_out_of_reassignment",
    "pause_territory_rules",
    "place_account",
    "plan_reassignment",
    "release_account",
    "switch_on_territory_rules",
    "try_territory_rules",
    "write_territory_rules",
]
