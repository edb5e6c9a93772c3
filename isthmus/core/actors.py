"""Who acts: a user, a program with a user's key, a rule, the system itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

ActorKind = Literal["user", "person", "rule", "assistant", "system", "import"]


class Scope(StrEnum):
    """How far a grant reaches: one's own rows, one's team's, everybody's."""

    OWN = "own"
    TEAM = "team"
    ALL = "all"

    @property
    def rank(self) -> int:
        """Order of reach: own 0, team 1, all 2."""
        return ("own", "team", "all").index(self.value)


@dataclass(frozen=True)
class Actor:
    """Who does an act and how far they may reach. `id` is a user's number where a user acts."""

    kind: ActorKind
    id: int | None = None
    team_ids: frozenset[int] = frozenset()
    grants: Mapping[str, Scope] = field(default_factory=dict)
    team_id: int | None = None
    unlimited: bool = False

    def scope(self, permission: str) -> Scope | None:
        """The reach of a permission, or None when it is not granted."""
        if self.unlimited:
            return Scope.ALL
        return self.grants.get(permission)

    def allows(self, permission: str) -> bool:
        """Whether the permission is granted with any reach."""
        return self.scope(permission) is not None


SYSTEM = Actor(kind="system", unlimited=True)
