"""What each role may do, and how far: the defaults that grants add to or take from."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from isthmus.core.actors import Scope

OWN, TEAM, ALL = Scope.OWN, Scope.TEAM, Scope.ALL

PERMISSIONS: Mapping[str, object] = {
    "people.view": _("See people"),
    "people.edit": _("Create and change people"),
    "people.merge": _("Merge people"),
    "people.disclose": _("Export everything about a person"),
    "people.erase": _("Erase people"),
    "people.consent": _("Record consent and suppression"),
    "accounts.view": _("See accounts"),
    "accounts.edit": _("Create and change accounts"),
    "accounts.merge": _("Merge accounts"),
    "leads.view": _("See leads"),
    "leads.capture": _("Capture leads"),
    "leads.edit": _("Change leads"),
    "leads.qualify": _("Qualify and disqualify leads"),
    "leads.hand_over": _("Hand leads over to sales"),
    "leads.decide": _("Accept and return leads"),
    "leads.contact": _("Record contact with a lead"),
    "deals.view": _("See deals"),
    "deals.edit": _("Open, change, win and lose deals"),
    "orders.view": _("See orders and payments"),
    "orders.edit": _("Place orders, record payments and refunds"),
    "activities.edit": _("Log calls, meetings, mails and notes"),
    "products.edit": _("Change the product list"),
    "pipelines.edit": _("Change pipelines and stages"),
    "campaigns.view": _("See campaigns"),
    "campaigns.edit": _("Create and change campaigns"),
    "media.view": _("See media delivery and spend"),
    "media.edit": _("Record media delivery and spend"),
    "metrics.view": _("Read metrics"),
    "metrics.leaderboard": _("Compare people by name"),
    "views.save": _("Save views of lists"),
    "views.share": _("Share views of lists with others"),
    "records.export": _("Export records"),
    "imports.run": _("Import data"),
    "jobs.manage": _("See and repair background jobs"),
    "commands.undo_others": _("Undo what others did"),
    "settings.view": _("See users, teams and settings"),
    "settings.edit": _("Change users, teams and settings"),
    "keys.edit": _("Create and revoke API keys"),
    "favourites.edit": _("Star records for oneself"),
}

_SALES_WORK = (
    "people.view",
    "accounts.view",
    "leads.view",
    "leads.decide",
    "leads.contact",
    "leads.edit",
    "deals.view",
    "deals.edit",
    "orders.view",
    "orders.edit",
    "activities.edit",
    "metrics.view",
    "views.save",
    "favourites.edit",
)

_MARKETING_WORK = (
    "people.view",
    "people.edit",
    "people.consent",
    "accounts.view",
    "accounts.edit",
    "leads.view",
    "leads.capture",
    "leads.edit",
    "leads.qualify",
    "leads.hand_over",
    "campaigns.view",
    "campaigns.edit",
    "media.view",
    "media.edit",
    "metrics.view",
    "imports.run",
    "records.export",
    "views.save",
    "views.share",
    "deals.view",
    "orders.view",
    "favourites.edit",
)

_READING = (
    "people.view",
    "accounts.view",
    "leads.view",
    "deals.view",
    "orders.view",
    "campaigns.view",
    "media.view",
    "metrics.view",
    "metrics.leaderboard",
    "records.export",
    "views.save",
    "favourites.edit",
)

ROLES: Mapping[str, Mapping[str, Scope]] = {
    "admin": dict.fromkeys(PERMISSIONS, ALL),
    "marketer": dict.fromkeys(_MARKETING_WORK, ALL),
    "seller": {
        **dict.fromkeys(_SALES_WORK, OWN),
        "people.edit": OWN,
        "accounts.edit": OWN,
        "leads.capture": OWN,
        "people.consent": OWN,
        "campaigns.view": ALL,
    },
    "manager": {
        **dict.fromkeys(_SALES_WORK, TEAM),
        "people.edit": TEAM,
        "accounts.edit": TEAM,
        "leads.capture": TEAM,
        "leads.hand_over": TEAM,
        "people.consent": TEAM,
        "people.merge": TEAM,
        "accounts.merge": TEAM,
        "metrics.leaderboard": TEAM,
        "campaigns.view": ALL,
        "media.view": ALL,
        "products.edit": ALL,
        "pipelines.edit": ALL,
        "records.export": TEAM,
        "views.share": TEAM,
        "settings.view": ALL,
    },
    "analyst": dict.fromkeys(_READING, ALL),
}

ROLE_CHOICES = [
    ("admin", _("Administrator")),
    ("marketer", _("Marketer")),
    ("seller", _("Seller")),
    ("manager", _("Sales manager")),
    ("analyst", _("Analyst")),
]
