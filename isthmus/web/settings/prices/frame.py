"""The four pages of Products and prices, each with the way to the others."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from isthmus.web import markup
from isthmus.web.access import actor_of
from isthmus.web.acts.forms import ActForm
from isthmus.web.pieces import Choice
from isthmus.web.settings import frame

HOME = "settings-products"


class SettingForm(ActForm):
    """What is left empty is emptied."""

    empties: tuple[str, ...] = ()

    def arguments(self) -> dict[str, Any]:
        empty = [name for name in self.empties if self.cleaned_data.get(name) in (None, "")]
        return {**super().arguments(), **({"clear": empty} if empty else {})}


def show(request: HttpRequest, page: str, template: str, context: Mapping[str, Any]) -> HttpResponse:
    """A page of Products and prices; whoever may not change them reads it."""
    texts = {
        HOME: _("Products"),
        "settings-prices": _("Price books"),
        "settings-taxes": _("Taxes"),
        "settings-selling": _("Discounts and terms"),
    }
    sections = [Choice(text, reverse(name), name == page) for name, text in texts.items()]
    may_change = actor_of(request).allows("products.edit")
    return frame.show(request, HOME, template, {**context, "sections": sections, "may_change": may_change})


def holding(first: date | None, last: date | None, on: date) -> SafeString:
    """Whether what is dated holds on a day, as a badge."""
    if first is not None and first > on:
        return markup.badge(_("Later"), "", "", "clock")
    if last is not None and last < on:
        return markup.badge(_("Over"))
    return markup.badge(_("Holds"), "good")
