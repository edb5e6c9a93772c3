"""Giving a record to somebody else or to another territory: what every kind of record shares."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from isthmus.core.actors import Actor, Scope
from isthmus.core.editing import asked_changes
from isthmus.core.refusals import NotFound, Refusal
from isthmus.workspace.changing import NothingChanged
from isthmus.workspace.models import Territory, User

MAY = "records.reassign"
FIELDS = ("owner", "team", "territory")
_EMPTY: Mapping[str, Any] = dict.fromkeys(("owner_id", "team_id", "territory_id"))
Row = Mapping[str, Any]


class WorkedOnSince(Refusal):
    """Somebody worked on the record after it was given away, so it is not taken back."""


class Giving:
    """The new owners and territories that some rows name, read once, and what an actor may give to whom."""

    def __init__(self, rows: Sequence[Row], by: Actor) -> None:
        self._by, self._scope = by, by.scope(MAY)
        named = {row["owner_id"] for row in rows if row.get("owner_id") is not None}
        self._owners = User.objects.in_bulk(named) if named else {}
        places = {row["territory_id"] for row in rows if row.get("territory_id") is not None}
        found = Territory.objects.filter(pk__in=places).values_list("pk", flat=True)
        self._places = set(found) if places else set()

    def give(self, record: Any, row: Row) -> dict[str, Any]:
        """Set what a row says of a record that the caller saves; before and after of each, for its fact.

        The team is the new owner's unless the row names one. With `version` it puts back what a reassignment
        changed, to whoever had it, even if they have left; refused when somebody worked on it since.
        """
        self._need_own(record)
        version = row.get("version")
        if version is not None and record.version != version:
            raise WorkedOnSince(_("Somebody worked on this since, so it stays as it is. Change it by hand."))
        asked = asked_changes({name: row.get(name) for name in _EMPTY}, row.get("clear"), _EMPTY)
        if asked.get("owner_id") is not None:
            owner = self._owner(asked["owner_id"], leaver_too=version is not None)
            asked.setdefault("team_id", owner.team_id)
        if asked.get("territory_id") is not None and asked["territory_id"] not in self._places:
            raise NotFound(_("There is no such territory. Choose another."))
        changed = {
            name: [getattr(record, name), value]
            for name, value in asked.items()
            if getattr(record, name) != value
        }
        if not changed:
            raise NothingChanged(_("Nothing was changed: it belongs there already."))
        for name, (_before, value) in changed.items():
            setattr(record, name, value)
        return changed | ({"why": str(row["why"])[:200]} if row.get("why") else {})

    def _owner(self, pk: int, *, leaver_too: bool) -> User:
        owner = self._owners.get(pk)
        reached = self._scope is Scope.ALL or (owner is not None and owner.team_id in self._by.team_ids)
        if owner is None or not reached or not (owner.is_active or leaver_too):
            raise NotFound(_("There is no such colleague, or your role does not reach them. Choose another."))
        return owner

    def _need_own(self, record: Any) -> None:
        """Some records are seen by a lead or deal alone: whoever sees them so does not give them away."""
        if self._scope is Scope.ALL or record.owner_id is None or record.owner_id == self._by.id:
            return
        if record.team_id not in self._by.team_ids:
            raise NotFound(_("This is somebody else's, and your role does not reach it."))


def put_back(record: Any, changed: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments by which a record comes back to whom it was taken from, unless it was worked on since."""
    before = {name: value[0] for name, value in changed.items() if name in _EMPTY}
    return {
        **{name: value for name, value in before.items() if value is not None},
        "clear": [name for name, value in before.items() if value is None],
        "version": record.version,
    }
