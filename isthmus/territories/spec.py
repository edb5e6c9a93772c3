"""The rules of territories as data: read, checked, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from django.utils.translation import gettext as _

from isthmus.automation.fields import Field, fields_for
from isthmus.automation.sentences import conditions_in_words
from isthmus.automation.spec import checked_conditions
from isthmus.core.refusals import InvalidInput
from isthmus.flows.conditions import Condition, Conditions
from isthmus.workspace.models import Territory, User

How = Literal["keep", "seller", "turn"]
MOST = 200  # rules
RECORD = "account"
_ITS_OWN = frozenset({"account.owner", "account.team", "account.territory"})


@dataclass(frozen=True)
class Rule:
    """If an account meets the conditions it lies in the territory; who then has it."""

    conditions: Conditions
    territory_id: int
    how: How = "keep"
    user_id: int | None = None


@dataclass(frozen=True)
class Rules:
    """All of them in their order: the first that is met wins. What none matches falls to the fallback."""

    each: Sequence[Rule] = ()
    fallback_id: int | None = None


def fields() -> dict[str, Field]:
    """What rules may ask of an account, custom fields too; not where it is and whose: that they decide."""
    return {key: one for key, one in fields_for(RECORD, of_fact=False).items() if key not in _ITS_OWN}


def read_rules(spec: Mapping[str, Any]) -> Rules:
    """A stored specification, which was checked before."""
    each = []
    for one in spec.get("rules", ()):
        given = one.get("if") or {}
        conditions = [Condition(c["field"], c["op"], c.get("value")) for c in given.get("each", ())]
        owner = one.get("owner") or {}
        each.append(
            Rule(
                Conditions(conditions, given.get("match", "all")),
                one["territory_id"],
                owner.get("how", "keep"),
                owner.get("user_id"),
            )
        )
    return Rules(tuple(each), spec.get("fallback_id"))


def checked_spec(given: Mapping[str, Any]) -> dict[str, Any]:
    """Rules as they are stored, of what somebody wrote. Raises InvalidInput: a sentence for each mistake."""
    errors: dict[str, str] = {}
    known = fields()
    places = set(Territory.objects.values_list("pk", flat=True))
    people = set(User.objects.filter(is_active=True).values_list("pk", flat=True))
    listed = given.get("rules")
    if not isinstance(listed, list) or len(listed) > MOST or not all(isinstance(one, dict) for one in listed):
        raise InvalidInput({"rules": _("Rules are a list, of %(most)s at the most.") % {"most": MOST}})
    rules = []
    for number, one in enumerate(listed, start=1):
        place = f"rules.{number}"
        conditions = checked_conditions(one.get("if"), known, errors, place)
        if not conditions.get("each") and place not in errors:
            errors[place] = _("Say which accounts rule %(number)s is about.") % {"number": number}
        if one.get("territory_id") not in places:
            errors[f"{place}.territory_id"] = _("Choose the territory of rule %(number)s.") % {
                "number": number
            }
        owner = _checked_owner(one.get("owner") or {}, people, errors, number)
        rules.append({"if": conditions, "territory_id": one.get("territory_id"), "owner": owner})
    fallback = given.get("fallback_id")
    if fallback is not None and fallback not in places:
        errors["fallback_id"] = _("Choose a territory for what no rule matches, or none.")
    if errors:
        raise InvalidInput(errors)
    return {"rules": rules, "fallback_id": fallback}


def _checked_owner(
    owner: Mapping[str, Any], people: set[int], errors: dict[str, str], number: int
) -> dict[str, Any]:
    how = owner.get("how") or "keep"
    if how not in get_args(How):
        errors[f"rules.{number}.how"] = _("Who has it: keep, seller or turn.")
    if how != "seller":
        return {"how": how}
    if owner.get("user_id") not in people:
        errors[f"rules.{number}.user_id"] = _("Choose the seller of rule %(number)s.") % {"number": number}
    return {"how": how, "user_id": owner.get("user_id")}


def in_words(spec: Mapping[str, Any]) -> list[str]:
    """Each rule as a sentence, and the fallback as the last."""
    places = dict(Territory.objects.values_list("pk", "name"))
    people = dict(User.objects.values_list("pk", "name"))
    said = [sentence(one, places, people) for one in spec.get("rules", ())]
    fallback = spec.get("fallback_id")
    if fallback is None:
        said.append(_("What no rule matches falls into the territory that names its country, if any."))
    else:
        said.append(
            _("What no rule matches falls into %(territory)s.") % {"territory": places.get(fallback, "?")}
        )
    return said


def sentence(one: Mapping[str, Any], places: Mapping[int, str], people: Mapping[int, str]) -> str:
    """One rule: If its country is “DE”, it lies in Germany and goes to its sellers by turn."""
    owner = one.get("owner") or {}
    gone = _("somebody who left")
    told = {
        "conditions": conditions_in_words(one.get("if") or {}, RECORD),
        "territory": places.get(one.get("territory_id") or 0, "?"),
        "seller": people.get(owner.get("user_id") or 0, gone),
    }
    if owner.get("how") == "seller":
        return _("If %(conditions)s, it lies in %(territory)s and goes to %(seller)s.") % told
    if owner.get("how") == "turn":
        return _("If %(conditions)s, it lies in %(territory)s and goes to its sellers by turn.") % told
    return _("If %(conditions)s, it lies in %(territory)s.") % told
