"""Facts of any other kind: what happened, told by files of other systems."""

from collections.abc import Sequence

from isthmus.core.refusals import Refusal
from isthmus.imports.acts.context import Context, Record
from isthmus.imports.acts.outcome import MATCHED, NEW, REFUSED, Outcome
from isthmus.imports.commands import FactAlreadyRecorded, record_facts

_REFERENCES = ("person", "account", "lead", "deal", "order", "campaign", "product")


def bring_in_facts(records: Sequence[Record], outcomes: Sequence[Outcome], context: Context) -> None:
    """Record the fact of each row, once for each key."""
    good = [
        (outcome, record[0])
        for outcome, record in zip(outcomes, records, strict=True)
        if outcome.state != REFUSED
    ]
    if not good:
        return
    rows = [
        {
            **{name: value for name, value in mapped.values.items() if name not in _REFERENCES},
            **{f"{name}_id": mapped.values[name] for name in _REFERENCES if name in mapped.values},
            **context.owner(mapped.values),
            "currency": mapped.values.get("currency") or context.currency,
            "key": mapped.key,
            "props": mapped.custom.get("props"),
        }
        for _outcome, mapped in good
    ]
    for (outcome, _mapped), result in zip(good, record_facts(rows=rows, by=context.by), strict=True):
        if isinstance(result, FactAlreadyRecorded):
            outcome.state = MATCHED
        elif isinstance(result, Refusal):
            outcome.refuse(str(result))
        else:
            outcome.state = NEW
