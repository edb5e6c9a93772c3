"""Putting back what changes of records replaced, many at a time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from isthmus.core.editing import ChangedSince
from isthmus.core.refusals import Refusal
from isthmus.ledger.merges import times_as_two
from isthmus.ledger.timeline import Column, PastFact, facts_where
from isthmus.workspace.changing import definitions_by_key, taken_back

_LOOKED_AT = 200  # changes of one record among which an undo looks for its own
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Restoring:
    """How changes of one kind of record are found and put back."""

    fact: str
    column: Column  # by which the record's facts are found
    target: str  # the argument that names the record
    model: str  # whose custom fields it has
    subject_of: Callable[[Any], int | None]
    missing: Callable[[], Refusal]

    def put_back(
        self,
        rows: Sequence[Row],
        records: Mapping[int, Any],
        change: Callable[[Sequence[Row]], list[Any]],
    ) -> list[Any]:
        """For each row (a record and the `batch` of a change of it) the restored record, or why it stays.

        `records` are those that the actor reaches. `change` is the bulk form of the edit; it is given the
        version that was read, so that nothing is put over a change that comes in between.
        """
        definitions = definitions_by_key(self.model)
        facts = self._facts(list(records.values()))
        as_two = times_as_two([fact.subject for fact in facts.values() if fact.subject is not None])
        outcomes: list[Any] = []
        ready: list[tuple[int, Row]] = []
        for row in rows:
            try:
                record = records.get(row[self.target])
                if record is None:
                    raise self.missing()
                fact = facts.get((str(row["batch"]), self._number(record)))
                if fact is None:
                    raise ChangedSince(
                        _("What this change replaced is not known any more. Change it by hand.")
                    )
                _refuse_of_two(fact, as_two)
                changes, custom = taken_back(record, fact, definitions)
            except Refusal as refusal:
                outcomes.append(refusal)
                continue
            about = {self.target: record.pk, "version": record.version, "at": row["at"]}
            ready.append((len(outcomes), {**about, **_set_again(changes), "custom": custom}))
            outcomes.append(None)
        done = change([row for _place, row in ready]) if ready else []
        for (place, _row), outcome in zip(ready, done, strict=True):
            outcomes[place] = outcome
        return outcomes

    def _facts(self, records: Sequence[Any]) -> dict[tuple[str, int], PastFact]:
        numbers = [self._number(record) for record in records]
        known = [self.subject_of(record) for record in records]
        subjects = None if None in known else [subject for subject in known if subject is not None]
        found = facts_where(
            self.column, numbers, kinds=[self.fact], limit=_LOOKED_AT * len(numbers), subjects=subjects
        )
        return {(str(fact.batch), getattr(fact, self.column)): fact for fact in found}

    def _number(self, record: Any) -> int:
        return record.subject if self.column == "subject" else record.pk  # type: ignore[no-any-return]


def _refuse_of_two(fact: PastFact, as_two: Mapping[int, Sequence[tuple[int, int]]]) -> None:
    """What such a change replaced may have been the other one's: it would come back to the wrong one."""
    times = as_two.get(fact.subject, ()) if fact.subject is not None else ()
    if any(since_us <= fact.received_us < until_us for since_us, until_us in times):
        raise ChangedSince(
            _("This was changed while two records were one, which are two again now. Change it by hand.")
        )


def _set_again(changes: Mapping[str, Any]) -> dict[str, Any]:
    values = {name: value for name, value in changes.items() if value is not None}
    return {**values, "clear": [name for name, value in changes.items() if value is None]}
