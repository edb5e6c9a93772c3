"""Rules to begin with: drafts that a company changes to its taste and tries before it switches them on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.automation.spec import checked_spec


@dataclass(frozen=True)
class Starter:
    """One rule to begin with: what it is good for, and what it says."""

    key: str
    name: str | Promise
    good_for: str | Promise
    spec: Mapping[str, Any]

    def spec_in_full(self) -> dict[str, Any]:
        """As it would be stored."""
        return checked_spec(self.spec)


def _if(*each: tuple[str, str, Any]) -> dict[str, Any]:
    return {"match": "all", "each": [{"field": f, "op": op, "value": value} for f, op, value in each]}


def _tell(owner: str, text: str) -> dict[str, Any]:
    return {
        "kind": "act",
        "command": "tell_colleague",
        "arguments": {"user_id": {"field": owner}, "text": {"text": text}},
    }


def _task(owner: str, text: str, days: int) -> dict[str, Any]:
    due = {"in": {"amount": days, "unit": "business_days"}, "as": "day"}
    arguments = {"text": {"text": text}, "owner_id": {"field": owner}, "due_on": due}
    return {"kind": "act", "command": "add_task", "arguments": arguments}


def _wait(amount: int, unit: str) -> dict[str, Any]:
    return {"kind": "wait", "pause": {"amount": amount, "unit": unit}}


def starters() -> Sequence[Starter]:
    """All of them."""
    return (*_of_deals(), *_by_the_clock(), *_of_leads(), *_cadences())


def _of_deals() -> Sequence[Starter]:
    """When a deal opens, is won, is lost."""
    return (
        Starter(
            "large-deal",
            gettext_lazy("A large deal opens"),
            gettext_lazy("Somebody looks at it within a day, before the competition does"),
            {
                "when": {"facts": ["deal.opened"]},
                "if": _if(("deal.amount", "gt", "20000")),
                "once": "record",
                "steps": [_task("deal.owner", _("Plan how to win {deal.name}"), 1)],
            },
        ),
        Starter(
            "won",
            gettext_lazy("After a deal is won"),
            gettext_lazy("A customer hears from their seller two weeks later, when first questions come up"),
            {
                "when": {"facts": ["deal.won"]},
                "if": _if(),
                "once": "record",
                "steps": [
                    _wait(10, "business_days"),
                    _task("deal.owner", _("Ask {person.name} how it goes"), 1),
                ],
            },
        ),
        Starter(
            "lost-on-price",
            gettext_lazy("Try again after a deal was lost"),
            gettext_lazy("Budgets change: half a year later the seller is reminded of whom to ask again"),
            {
                "when": {"facts": ["deal.lost"]},
                "if": _if(("deal.lost_reason", "in", ["price", "no_budget", "timing"])),
                "once": "record",
                "steps": [_wait(26, "weeks"), _task("deal.owner", _("Ask again about {deal.name}"), 5)],
            },
        ),
    )


def _by_the_clock() -> Sequence[Starter]:
    """Deals that nobody looks after."""
    weekdays = ["mon", "tue", "wed", "thu", "fri"]
    return (
        Starter(
            "stale-deal",
            gettext_lazy("A deal stands still"),
            gettext_lazy("Every Monday morning each owner hears of open deals that did not move for a month"),
            {
                "when": {"every": {"time": "08:00", "days": ["mon"]}, "record": "deal"},
                "if": _if(("deal.state", "in", ["open"]), ("deal.stage_since", "older_than", 30)),
                "once": "day",
                "steps": [_task("deal.owner", _("{deal.name} has not moved for a month: what is next?"), 2)],
            },
        ),
        Starter(
            "past-close",
            gettext_lazy("An expected close has passed"),
            gettext_lazy("The forecast stays honest: whoever owns the deal sets a new day, or ends it"),
            {
                "when": {"every": {"time": "08:30", "days": weekdays}, "record": "deal"},
                "if": _if(("deal.state", "in", ["open"]), ("deal.expected_close", "older_than", 0)),
                "once": "record",
                "steps": [
                    _task("deal.owner", _("{deal.name} should have closed: set a new day or end it"), 1)
                ],
            },
        ),
    )


def _of_leads() -> Sequence[Starter]:
    """From the hand-over on."""
    return (
        Starter(
            "slow-answer",
            gettext_lazy("A lead waits for its first contact"),
            gettext_lazy("Nobody who asked is forgotten: its seller is reminded after two business hours"),
            {
                "when": {"facts": ["lead.handed_over"]},
                "if": _if(),
                "once": "always",
                "steps": [
                    _wait(2, "business_hours"),
                    {
                        "kind": "branch",
                        "key": "answered",
                        "if": _if(("lead.contacted", "unknown", None)),
                        "then": "remind",
                        "else": "end",
                    },
                    {
                        "key": "remind",
                        **_tell("lead.owner", _("{person.name} still waits for a first answer")),
                    },
                    {"key": "end", "kind": "stop"},
                ],
            },
        ),
        Starter(
            "returned",
            gettext_lazy("Sales returns a lead as too small"),
            gettext_lazy("It goes back to nurturing at once, and nobody has to remember it"),
            {
                "when": {"facts": ["lead.returned"]},
                "if": _if(("lead.return_reason", "in", ["too_small", "no_need", "no_budget"])),
                "once": "always",
                "steps": [{"kind": "act", "command": "recycle_lead", "arguments": {}}],
            },
        ),
    )


def _cadences() -> Sequence[Starter]:
    """Steps in time that a seller enrols somebody in."""
    when = {"enrolled": True, "record": "lead", "stop_on": ["reply", "meeting", "stage", "opt_out"]}
    return (
        Starter(
            "first-contact",
            gettext_lazy("Cadence: four tries in two weeks"),
            gettext_lazy("A seller enrols a lead; calls and mails come as tasks, until there is an answer"),
            {
                "when": when,
                "if": _if(),
                "once": "always",
                "steps": [
                    _task("lead.owner", _("Call {person.name}: first try"), 0),
                    _wait(2, "business_days"),
                    _task("lead.owner", _("Write to {person.name}: what they asked for"), 0),
                    _wait(3, "business_days"),
                    _task("lead.owner", _("Call {person.name}: second try"), 0),
                    _wait(5, "business_days"),
                    _task("lead.owner", _("Write to {person.name}: the last time for now"), 0),
                ],
            },
        ),
    )


def starter(key: str) -> Starter | None:
    """The one of that key."""
    return next((one for one in starters() if one.key == key), None)
