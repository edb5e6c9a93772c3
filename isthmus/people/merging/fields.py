"""Which value of two records stands after a merge, and which after they are taken apart. No queries."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from django.utils.translation import gettext as _

from isthmus.core.refusals import InvalidInput
from isthmus.people.models import Account, Person

Choice = Literal["keep", "lose"]
Values = dict[str, Any]

PERSON_FIELDS = ("full_name", "email", "phone", "title", "country", "city", "locale", "account_id")
ACCOUNT_FIELDS = (
    "name", "domain", "country", "city", "industry", "size", "region", "postcode", "revenue", "parent_id",
)  # fmt: skip
# An owner brings the team along, a country the territory.
BELONGING = ("owner_id", "team_id", "territory_id")
_TOGETHER = {"team_id": "owner_id", "territory_id": "country"}
_ADDRESSES = ("email", "phone", "domain")
CUSTOM = "custom_"


def fields_of(row: Person | Account) -> tuple[str, ...]:
    """The fields that a merge decides about, other than custom ones."""
    return (PERSON_FIELDS if isinstance(row, Person) else ACCOUNT_FIELDS) + BELONGING


def values_of(row: Person | Account) -> Values:
    """All values of a record that a merge decides about, custom ones as `custom_<key>`; as JSON has them."""
    values: Values = {name: getattr(row, name) for name in fields_of(row)}
    values |= {CUSTOM + key: value for key, value in row.custom.items()}
    return {**values, "created_at": row.created_at.isoformat()}


def decided(keep: Values, lose: Values, choices: Mapping[str, Choice]) -> Values:
    """The values after the merge: as chosen; without a choice the kept one's, its blanks filled.

    Raises InvalidInput for a choice about a field that neither has.
    """
    unknown = [name for name in choices if name not in keep and name not in lose]
    if unknown:
        raise InvalidInput({name: _("There is no such field to choose about.") for name in unknown})
    after = {name: _pick(name, keep.get(name), lose.get(name), choices) for name in {**keep, **lose}}
    after["created_at"] = min(keep["created_at"], lose["created_at"], key=datetime.fromisoformat)
    # One's owner with the other's team would open records to strangers; one's country with the other's
    # territory would be a place that neither is in.
    for name, leading in _TOGETHER.items():
        if keep[leading] != lose[leading] and after[leading]:
            after[name] = (keep if after[leading] == keep[leading] else lose)[name]
    return after


def restored(now: Values, before: Values, after: Values, returned: frozenset[str] = frozenset()) -> Values:
    """The values of the kept one when the two are taken apart.

    What still is as the merge left it goes back to what it was; what was changed since stands. Addresses that
    go back to the other (`returned`) are the other's.
    """
    back: Values = {}
    for name in {**now, **after, **before}:
        value = now.get(name)
        if value == after.get(name) or (name in _ADDRESSES and value in returned):
            value = before.get(name)
        if value is not None or name in before:
            back[name] = value
    return back


def own_filled(before: Values, after: Values, filled: Values, now: Values) -> Values:
    """`before` of a merge once its blanks were `filled` by what came for the kept one itself.

    A field that was changed since the merge has a value of its own already.
    """
    return {
        name: value if now.get(name) == after.get(name) else before.get(name)
        for name, value in filled.items()
        if name in before or value is not None
    }


def filled_by_other(
    before: Values, after: Values, value_before: Values, value_now: Values
) -> tuple[Values, Values]:
    """`before` and `after` of a merge once blanks of the kept one were filled by what came for the other.

    Those values are the other's: taken apart, the kept one has its own again. A blank that somebody made
    since the merge is its own too.
    """
    before, after = dict(before), dict(after)
    for name, value in value_now.items():
        if value == value_before.get(name):
            continue
        if value_before.get(name) != after.get(name):
            before[name] = value_before.get(name)
        after[name] = value
    return before, after


def put(row: Person | Account, values: Values) -> None:
    """Give a record these values; custom ones that are None go away."""
    for name in fields_of(row):
        if name in values:
            setattr(row, name, values[name])
    custom = {name.removeprefix(CUSTOM): value for name, value in values.items() if name.startswith(CUSTOM)}
    row.custom = custom
    row.created_at = datetime.fromisoformat(values["created_at"])


def _pick(name: str, keep: Any, lose: Any, choices: Mapping[str, Choice]) -> Any:
    choice = choices.get(name, "keep")
    first, second = (keep, lose) if choice == "keep" else (lose, keep)
    return second if _blank(first) else first


def _blank(value: Any) -> bool:
    return value in (None, "")
