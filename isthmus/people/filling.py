"""Filling the blanks of people by what a sighting says: nothing that stands is overwritten."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from isthmus.core.clock import written_now
from isthmus.people.merging.fields import filled_by_other, own_filled, put, values_of
from isthmus.people.models import Account, Merge, Person
from isthmus.people.models.search import PERSON

if TYPE_CHECKING:
    from isthmus.people.matching import Sighting

FILLED = ("full_name", "email", "phone", "title", "country", "city", "locale")


class Blanks:
    """Fills the blanks of people that were seen, and of those who stand behind them since a merge.

    What came by an identifier of somebody who was merged away is theirs, and what came by one's own is one's
    own, whatever the merged record shows: so each has it when the two are taken apart.
    """

    def __init__(self, holders: Iterable[int]) -> None:
        self._merges: dict[int, list[Merge]] = {}
        self._touched: dict[int, Merge] = {}
        known = set(holders)
        if known:
            for merge in Merge.objects.filter(party=PERSON, kept_id__in=known, undone_at=None):
                self._merges.setdefault(merge.kept_id, []).append(merge)

    def fill(self, person: Person, sighting: "Sighting", account: Account | None) -> list[Person]:
        """Fill in what was blank. Answers who gained something."""
        if sighting.origin is None:
            gained = fill_blanks(person, sighting, account)
            gained_before = self._fill_before(person, sighting, account)
            return [person] if gained or gained_before else []
        shown = values_of(person)
        gained_by = [one for one in (sighting.origin, person) if fill_blanks(one, sighting, account)]
        if person in gained_by:
            self._remember_whose(person, sighting.origin, shown)
        return gained_by

    def _fill_before(self, person: Person, sighting: "Sighting", account: Account | None) -> bool:
        changed = False
        for merge in self._merges.get(person.pk or 0, ()):
            as_it_was = Person(custom={})
            put(as_it_was, merge.before)
            if fill_blanks(as_it_was, sighting, account):
                before = own_filled(merge.before, merge.after, values_of(as_it_was), values_of(person))
                if before != merge.before:
                    merge.before, changed = before, True
                    self._touched[merge.pk] = merge
        return changed

    def _remember_whose(self, person: Person, origin: Person, shown: dict[str, Any]) -> None:
        lost = origin
        while lost.merged_into is not None and lost.merged_into_id != person.pk:
            lost = lost.merged_into
        for merge in self._merges.get(person.pk, ()):
            if merge.lost_id == lost.pk:
                now = values_of(person)
                merge.before, merge.after = filled_by_other(merge.before, merge.after, shown, now)
                self._touched[merge.pk] = merge

    def save(self) -> None:
        """Store what those before a merge gained."""
        for merge in self._touched.values():
            merge.save(update_fields=["before", "after"])


def fill_blanks(person: Person, sighting: "Sighting", account: Account | None) -> bool:
    """Fill in what is blank; whether something was."""
    changed = False
    for name in FILLED:
        value = getattr(sighting, name).strip()
        if value and not getattr(person, name):
            setattr(person, name, value.upper()[:2] if name == "country" else value)
            changed = True
    if account is not None and person.account_id is None:
        person.account, changed, sighting.gave_account = account, True, True
    if person.owner_id is None and sighting.owner_id is not None:
        person.owner_id, person.team_id, changed = sighting.owner_id, sighting.team_id, True
    for key, value in sighting.custom.items():
        if person.custom.get(key) in (None, ""):
            person.custom[key], changed = value, True
    if changed:
        person.updated_at = written_now()
    return changed
