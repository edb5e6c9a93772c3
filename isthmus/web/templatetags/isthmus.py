"""Filters and tags that every template has without asking (see `builtins` in the settings)."""

from typing import Any

from django import template
from django.conf import settings
from django.template.context import Context
from django.urls import get_script_prefix, reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from isthmus.core.clock import now
from isthmus.sales.models import Deal
from isthmus.web import filters, formats, markup
from isthmus.web.acts import acting
from isthmus.web.around import around
from isthmus.web.automation import enrolled
from isthmus.web.comments import reading
from isthmus.web.costs import deal as deal_cost
from isthmus.web.files.reading import held_by
from isthmus.web.files.written import written_card
from isthmus.web.forecast import chances
from isthmus.web.meetings import upcoming as meetings_to_come
from isthmus.web.quotes import amounts

register = template.Library()
_MOST_SAME = 500
_same: dict[tuple[Any, ...], SafeString] = {}

register.filter("money", formats.money)
register.filter("short_money", formats.short_money)
register.filter("exact_money", formats.exact_money)
register.filter("exact_number", formats.exact_number)
register.filter("unit_price", formats.unit_price)
register.filter("number", formats.number)
register.filter("short_number", formats.short_number)
register.filter("percent", formats.percent)
register.filter("rate", formats.rate)
register.filter("hours", formats.hours)
register.filter("days", formats.days)
register.filter("day", formats.day)
register.filter("long_day", formats.long_day)
register.filter("whole_day", amounts.whole_day)
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
def calls(context: Context, about: Any, person: Any = None) -> SafeString | str:
    """The telephone number of a person, which dials; the call is logged with `about`."""
    person = person or about
    return markup.calls(person.phone, about, context["request"].company.call_link)


@register.simple_tag(takes_context=True)
def link(context: Context, name: str, *args: Any, **kwargs: Any) -> str:
    """The address of a page, keeping the window and the territory."""
    return reverse(name, args=args or None, kwargs=kwargs or None) + keep(context)


@register.simple_tag(takes_context=True)
def same(context: Context, name: str, *key: Any) -> SafeString:
    """A template that comes out the same for the same key, rendered once for it in each language.

    For what stands on every page. Nothing of one reader may be in it that the key does not tell, so no form
    with its token.
    """
    place = (name, get_language(), get_script_prefix(), key)
    written = _same.get(place)
    if written is None:
        written = mark_safe(template.Engine.get_default().get_template(name).render(context))  # noqa: S308
        if len(_same) >= _MOST_SAME:
            _same.clear()
        if not settings.DEBUG:
            _same[place] = written
    return written


@register.inclusion_tag("palette/star.html", takes_context=True)
def star(context: Context, kind: str, pk: int) -> dict[str, Any]:
    """The button that stars a record for the reader."""
    starred = around(context["request"], kind, pk).starred
    return {"kind": kind, "pk": pk, "starred": starred, "csrf_token": context["csrf_token"]}


@register.simple_tag(takes_context=True)
def files(context: Context, kind: str, pk: int, may_edit: bool) -> SafeString:
    """The files of a record that the page shows; `may_edit`: the reader may change the record."""
    actor = context["request"].actor
    here = around(context["request"], kind, pk)
    held, has_more = held_by(kind, here.numbers, actor, may_edit) if here.held else ([], False)
    may_attach = actor.allows("files.edit")
    limit, token = settings.ATTACHED_FILE_MB, str(context["csrf_token"])
    return written_card(kind, pk, held, has_more=has_more, may_attach=may_attach, limit=limit, token=token)


@register.inclusion_tag("automation/enrolled.html", takes_context=True)
def cadences(context: Context, kind: str, pk: int) -> dict[str, Any]:
    """The cadences that a record which the page shows is in."""
    return {**enrolled.card(kind, pk, context["request"].actor), "csrf_token": context["csrf_token"]}


@register.inclusion_tag("meetings/upcoming.html", takes_context=True)
def upcoming(context: Context, kind: str, pk: int) -> dict[str, Any]:
    """The next meetings of a record that the page shows."""
    return meetings_to_come.card(kind, pk, context["request"].actor, now())


@register.inclusion_tag("forecast/chance_card.html", takes_context=True)
def chance(context: Context, deal: Deal) -> dict[str, Any]:
    """The chance of a deal which the page shows, as far as anything tells it."""
    return {"card": chances.card_of(deal, context["request"].actor)}


@register.inclusion_tag("costs/deal.html", takes_context=True)
def deal_costs(context: Context, deal: Any) -> dict[str, Any]:
    """What a deal that the page shows cost and brought, as far as the reader may see it."""
    return deal_cost.card(deal, context["request"].actor)


@register.inclusion_tag("comments/comments.html", takes_context=True)
def comments(context: Context, kind: str, pk: int) -> dict[str, Any]:
    """What was said about a record that the page shows."""
    actor = context["request"].actor
    here = around(context["request"], kind, pk)
    said, earlier = reading.comments_of(kind, here.numbers, actor) if here.said else ([], 0)
    about = {"kind": kind, "pk": pk, "csrf_token": context["csrf_token"]}
    return {**about, "said": said, "earlier": earlier, "may_comment": actor.allows("comments.edit")}


@register.filter
def cleaned_mail(html: str) -> SafeString:
    """HTML of a mail, cleaned when it came and once more before it is shown."""
    from isthmus.messages.receiving.html import cleaned

    return mark_safe(cleaned(html))  # noqa: S308


@register.simple_tag
def local_time(value: Any, form: str = "moment") -> SafeString:
    """A `time` element in the company's zone: `form` is moment, day, clock_time or ago."""
    return markup.time_element(value, form)
