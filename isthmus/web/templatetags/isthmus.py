"""Filters and tags that every template has without asking (see `builtins` in the settings)."""

from typing import Any

from django import template
from django.template.context import Context
from django.urls import reverse
from django.utils.safestring import SafeString

from isthmus.web import filters, formats, markup
from isthmus.web.acts import acting
from isthmus.workspace import desk

register = template.Library()

register.filter("money", formats.money)
register.filter("short_money", formats.short_money)
register.filter("number", formats.number)
register.filter("short_number", formats.short_number)
register.filter("percent", formats.percent)
register.filter("hours", formats.hours)
register.filter("days", formats.days)
register.filter("day", formats.day)
register.filter("long_day", formats.long_day)
register.filter("clock_time", formats.clock_time)
register.filter("moment", formats.moment)
register.filter("ago", formats.ago)
register.filter("initials", markup.initials)
register.filter("delta", markup.delta)
register.filter("code_words", markup.code_words)

register.filter("undo_address", acting.undo_address)

register.simple_tag(markup.icon, name="icon")
register.simple_tag(markup.mark, name="mark")
register.simple_tag(markup.badge, name="badge")
register.simple_tag(markup.avatar, name="avatar")
register.simple_tag(markup.who, name="who")
register.simple_block_tag(markup.card, name="card")


@register.simple_tag(takes_context=True)
def keep(context: Context) -> str:
    """The window and the territory of this address, as a query to put behind a link."""
    return filters.kept_query(context["request"].GET)


@register.simple_tag(takes_context=True)
def link(context: Context, name: str, *args: Any, **kwargs: Any) -> str:
    """The address of a page, keeping the window and the territory."""
    return reverse(name, args=args or None, kwargs=kwargs or None) + keep(context)


@register.inclusion_tag("palette/star.html", takes_context=True)
def star(context: Context, kind: str, pk: int) -> dict[str, Any]:
    """The button that stars a record for the reader."""
    request = context["request"]
    starred = desk.is_starred(request.user.pk, kind, pk)
    return {"kind": kind, "pk": pk, "starred": starred, "csrf_token": context["csrf_token"]}


@register.simple_tag
def local_time(value: Any, form: str = "moment") -> SafeString:
    """A `time` element in the company's zone: `form` is moment, day, clock_time or ago."""
    return markup.time_element(value, form)
