"""What an import sets off, as its pages ask and tell: none, some or all automations, with their counts."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from isthmus.core.automations import ALL, NONE, Ahead, offered
from isthmus.core.clock import now
from isthmus.imports.automations import choice_of, went_off
from isthmus.imports.inviting import to_invite
from isthmus.imports.models import ImportRun
from isthmus.imports.recipe import read_recipe

CHOSEN = "chosen"


@dataclass(frozen=True)
class Offer:
    """One automation as it may be chosen: what it is, how much it would be, why it may not."""

    name: str
    label: str
    said: str
    off_because: str
    is_chosen: bool


def asked(run: ImportRun) -> dict[str, Any]:
    """What the page asks before an import begins."""
    ahead = run.rehearsal.get("ahead") if run.rehearsal.get("recipe") == run.recipe_sha256 else None
    read = read_recipe(run.recipe_text) if run.recipe_text else None
    recipe = read.automations if read else ()
    invited = list(to_invite(read, now())) if read else []
    offers = [
        Offer(
            one.name,
            str(one.label),
            one.say(one.foresee(Ahead.of(ahead))) if ahead and not one.off_because else "",
            str(one.off_because),
            one.name in recipe,
        )
        for one in offered()
    ]
    choice = ALL if ALL in recipe else CHOSEN if any(one.is_chosen for one in offers) else NONE
    return {"offers": offers, "invited": invited, "choice": choice, "is_foreseen": bool(ahead)}


def told(run: ImportRun) -> dict[str, Any]:
    """What the page of a begun import says: what may go off, and what did."""
    choice = choice_of(run)
    names = {one.name: str(one.label) for one in offered()}
    may = [_("everything")] if ALL in choice.names else [names.get(one, one) for one in choice.kept()]
    return {"may": may, "went": went_off(run)}


def sent(request: HttpRequest) -> list[str] | None:
    """What was chosen on the page; None where it did not ask."""
    answer = request.POST.get("set_off")
    if answer is None:
        return None
    return request.POST.getlist("automation") if answer == CHOSEN else [ALL if answer == ALL else NONE]
