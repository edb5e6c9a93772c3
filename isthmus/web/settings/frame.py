"""What all settings pages share: their tabs and how one is shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from isthmus.web.access import actor_of
from isthmus.web.pieces import Choice


@dataclass(frozen=True)
class Topic:
    """One settings page: its URL name, its words, the right it needs."""

    name: str
    text: str | Promise
    permission: str = "settings.view"


TOPICS = (
    Topic("settings-users", _("Users")),
    Topic("settings-teams", _("Teams")),
    Topic("settings-territories", _("Territories")),
    Topic("settings-fields", _("Fields")),
    Topic("settings-currencies", _("Currencies")),
    Topic("settings-company", _("Company")),
    Topic("settings-pipelines", _("Pipelines")),
    Topic("settings-products", _("Products and prices")),
    Topic("settings-mailboxes", _("Mailboxes"), "mailboxes.edit"),
    Topic("settings-templates", _("Templates"), "mail.send"),
    Topic("settings-booking", _("Booking pages"), "meetings.edit"),
    Topic("settings-keys", _("API keys"), "keys.edit"),
    Topic("settings-automation", _("Automation"), "automation.edit"),
    Topic("settings-webhooks", _("Webhooks"), "webhooks.edit"),
    Topic("settings-sources", _("Sources"), "sources.edit"),
    Topic("settings-quarantine", _("Quarantine"), "sources.edit"),
    Topic("settings-channels", _("Channels"), "sources.edit"),
    Topic("settings-bots", _("Bots"), "sources.edit"),
    Topic("settings-jobs", _("Background jobs"), "jobs.manage"),
)


def show(
    request: HttpRequest, current: str, template: str, context: Mapping[str, Any], status: int = 200
) -> HttpResponse:
    """A settings page with the tabs that its reader may open; `title` in the context stands over its own."""
    actor = actor_of(request)
    tabs = [
        Choice(str(topic.text), reverse(topic.name), topic.name == current)
        for topic in TOPICS
        if actor.allows(topic.permission)
    ]
    title = next(str(topic.text) for topic in TOPICS if topic.name == current)
    whole = {"title": title, **context, "tabs": tabs, "may_edit": actor.allows("settings.edit")}
    return render(request, template, whole, status=status)
