"""The parts of coaching, as tabs: who leads others has more than their own page."""

from django.urls import reverse
from django.utils.translation import gettext as _

from isthmus.core.actors import Actor, Scope
from isthmus.web.pieces import Choice


def leads_others(actor: Actor) -> bool:
    """Whether somebody coaches more than themself."""
    return actor.scope("coaching.view") in (Scope.TEAM, Scope.ALL)


def tabs(actor: Actor, here: str) -> list[Choice]:
    """The pages of coaching that the reader may open."""
    pages = [("coaching", _("Team"), leads_others(actor)), ("coaching-ramp", _("Ramp"), leads_others(actor))]
    pages += [
        ("coaching-effect", _("What coaching changed"), leads_others(actor)),
        ("coaching-setup", _("Skills and scorecards"), actor.allows("skills.edit")),
    ]
    return [Choice(text, reverse(name), name == here) for name, text, may in pages if may]
