"""People and accounts: found by the one matcher, made when nobody is known."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.db.models import Max

from isthmus.core.refusals import Refusal
from isthmus.imports.acts.context import Context, Record
from isthmus.imports.acts.outcome import MATCHED, NEW, REFUSED, Outcome, Row, follow
from isthmus.imports.mapping import Mapped
from isthmus.people.commands import add_accounts, add_people, edit_accounts
from isthmus.people.companies import COMPANY
from isthmus.people.models import Account, Person


def bring_in_people(records: Sequence[Record], outcomes: Sequence[Outcome], context: Context) -> None:
    """Find or make the person of each row; what is known of people stays, blanks are filled."""

    def row_of(mapped: Mapped) -> Row:
        values = mapped.values
        company = {name: values[f"company_{name}"] for name in COMPANY if f"company_{name}" in values}
        return {
            **values,
            **context.owner(values),
            "external_id": mapped.key,
            "company_external_id": values.get("company_key"),
            "company_fields": {**company, "custom": mapped.custom.get("company_custom", {})},
            "custom": mapped.custom.get("custom"),
            "at": values.get("created_at", context.at),
        }

    filled: list[bool] = []
    good = _bring_in(Person, partial(add_people, filled=filled), row_of, records, outcomes, context)
    for outcome, changed in zip(good, filled, strict=True):
        outcome.changed = changed


def bring_in_accounts(records: Sequence[Record], outcomes: Sequence[Outcome], context: Context) -> None:
    """Find or make the account of each row by its key or its domain."""

    def row_of(mapped: Mapped) -> Row:
        return {
            **mapped.values,
            **context.owner(mapped.values),
            "parent_id": mapped.values.get("parent"),
            "external_id": mapped.key,
            "custom": mapped.custom.get("custom"),
            "at": mapped.values.get("created_at", context.at),
        }

    _bring_in(Account, add_accounts, row_of, records, outcomes, context)
    _put_under(records, outcomes, context)


def _put_under(records: Sequence[Record], outcomes: Sequence[Outcome], context: Context) -> None:
    """Put known accounts that belong to nobody yet under the account that their row names."""
    named = {
        outcome.pk: (outcome, record[0].values["parent"])
        for outcome, record in zip(outcomes, records, strict=True)
        if outcome.state == MATCHED and outcome.pk and "parent" in record[0].values
    }
    alone = Account.objects.filter(pk__in=named, parent=None).values_list("pk", flat=True)
    rows: list[tuple[Outcome, Row]] = []
    for pk in alone:
        outcome, parent_id = named[pk]
        outcome.changed = True
        rows.append((outcome, {"account_id": pk, "parent_id": parent_id, "at": context.at}))
    follow(edit_accounts, rows, context.by)


def _bring_in(
    model: Any,
    bulk: Callable[..., list[Any]],
    row_of: Callable[[Mapped], Row],
    records: Sequence[Record],
    outcomes: Sequence[Outcome],
    context: Context,
) -> list[Outcome]:
    """The outcomes of the rows that were given to the bulk form."""
    # The matcher answers with the party whether it found or made it; the made ones have the higher numbers.
    before = model.objects.aggregate(last=Max("pk"))["last"] or 0
    seen: set[int] = set()
    good = [
        (outcome, record[0])
        for outcome, record in zip(outcomes, records, strict=True)
        if outcome.state != REFUSED
    ]
    if not good:
        return []
    results = bulk(rows=[row_of(mapped) for _o, mapped in good], by=context.by)
    for (outcome, _mapped), result in zip(good, results, strict=True):
        if isinstance(result, Refusal):
            outcome.refuse(str(result))
            continue
        is_new = result.pk > before and result.pk not in seen
        seen.add(result.pk)
        outcome.state, outcome.pk = (NEW if is_new else MATCHED), result.pk
    return [outcome for outcome, _mapped in good]
