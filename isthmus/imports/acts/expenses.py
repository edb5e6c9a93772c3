"""What selling cost, from other books: each receipt once."""

import hashlib
from collections.abc import Sequence

from django.utils.translation import gettext as _

from isthmus.core.refusals import Refusal
from isthmus.imports.acts.context import Context, Record
from isthmus.imports.acts.outcome import MATCHED, NEW, REFUSED, Outcome
from isthmus.imports.mapping import Mapped
from isthmus.money.commands import book_expenses
from isthmus.money.costs.entering import ExpenseAlreadyEntered
from isthmus.money.models import Category


def bring_in_expenses(records: Sequence[Record], outcomes: Sequence[Outcome], context: Context) -> None:
    """Enter the expense of each record, by the rights of whoever imports; where nobody is named, theirs.

    One that an earlier import brought is known. The same key twice in one import may be two receipts or one
    written twice: the second is refused, so that none is lost in silence.
    """
    waiting = [(outcome, record[0]) for outcome, record in zip(outcomes, records, strict=True)]
    for outcome, mapped in waiting:
        if outcome.state != REFUSED and _category(mapped) is None:
            outcome.refuse(
                _("kind: “%(word)s” is no kind of expense; use %(known)s, or a map in the recipe.")
                % {"word": mapped.values["kind"][:40], "known": ", ".join(Category.values)}
            )
    good = [(outcome, mapped) for outcome, mapped in waiting if outcome.state != REFUSED]
    if not good:
        return
    rows = [_row(mapped, context) for _outcome, mapped in good]
    for (outcome, _mapped), result in zip(good, book_expenses(rows=rows, by=context.by), strict=True):
        if isinstance(result, ExpenseAlreadyEntered):
            if result.entered_at != context.at:
                outcome.state, outcome.pk = MATCHED, result.expense_id
            else:
                outcome.refuse(
                    _("This stands twice in the file. If both are right, a receipt number tells them apart.")
                )
        elif isinstance(result, Refusal):
            outcome.refuse(str(result))
        else:
            outcome.state, outcome.pk = NEW, result.pk


def _row(mapped: Mapped, context: Context) -> dict[str, object]:
    values = mapped.values
    return {
        "on": values["on"],
        "category": _category(mapped),
        "amount": values["amount"],
        "currency": values.get("currency") or context.currency,
        "seller_id": values.get("owner"),
        "deal_id": values.get("deal"),
        "team_id": values.get("team"),
        "note": values.get("note", ""),
        # A key may be made of who, when and how much: only its digest is kept.
        "external_id": hashlib.sha256(mapped.key.encode()).hexdigest()[:32],
        "at": context.at,
    }


def _category(mapped: Mapped) -> str | None:
    """The kind by its code, or by its name in the reader's language."""
    word = mapped.values["kind"].strip().casefold()
    return next((code for code, label in Category.choices if word in (code, str(label).casefold())), None)
