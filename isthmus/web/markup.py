"""Small pieces of HTML that templates ask for by tag: an icon, a mark, a badge, initials, a card."""

from datetime import datetime
from functools import lru_cache
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from django.utils.translation import gettext as _

from isthmus.web import formats
from isthmus.web.escaping import escaped, html
from isthmus.web.pieces import Delta
from isthmus.workspace.dialling import dialled

_NO_HTML = mark_safe("")
_TRADE_NAMES = {
    "marketing": "Marketing",
    "crossing": "Crossing",
    "sales": "Sales",
    "money": "Money",
    "system": "System",
}


@lru_cache(256)
def icon(name: str) -> SafeString:
    """A drawing from `ui/sprite.html`, silent for screen readers: the word stands beside it."""
    return html('<svg class="icon" aria-hidden="true"><use href="#i-{}"/></svg>', name)


@lru_cache(1024)
def mark(trade: str, spoken: bool = False) -> SafeString:
    """The shape of a trade; `spoken` where no word says it."""
    if spoken:
        label = _(_TRADE_NAMES[trade])
        return html('<span class="mark" data-trade="{}" role="img" aria-label="{}"></span>', trade, label)
    return html('<span class="mark" data-trade="{}" aria-hidden="true"></span>', trade)


@lru_cache(1024)
def badge(text: str, tone: str = "", trade: str = "", icon_name: str = "", href: str = "") -> SafeString:
    """A short state: a shape and a word. Give a tone (with its icon) or a trade (with its mark)."""
    shape = icon(icon_name or {"good": "check", "warn": "alert", "bad": "stop"}[tone]) if tone else _NO_HTML
    if trade:
        shape = mark(trade)
    kinds = _attributes(data_tone=tone, data_trade=trade)
    if href:
        return html('<a class="badge" href="{}"{}>{}{}</a>', href, kinds, shape, text)
    return html('<span class="badge"{}>{}{}</span>', kinds, shape, text)


@lru_cache(1024)  # the same few colleagues stand in all rows of a list
def avatar(name: str, trade: str = "", size: str = "", spoken: bool = False) -> SafeString:
    """A person's initials in a disc; `spoken` where the name is not written beside it."""
    voice = html(' role="img" aria-label="{}"', name) if spoken else mark_safe(' aria-hidden="true"')
    kinds = _attributes(data_trade=trade, data_size=size)
    return html('<span class="avatar"{}{}>{}</span>', kinds, voice, initials(name))


def initials(name: str) -> str:
    """The first letters of the first and the last word."""
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or "?"


@lru_cache(1024)
def who(name: str, trade: str = "") -> SafeString:
    """Initials and name, side by side."""
    return html('<span class="who">{}{}</span>', avatar(name, trade), name)


def delta(change: Delta | None) -> SafeString:
    """A change with its arrow, and its colour where it is good or bad."""
    if change is None:
        return _NO_HTML
    spoken = {"up": _("up"), "down": _("down")}.get(change.way, _("no clear change:"))
    return html(
        '<span class="delta"{}><span class="visually-hidden">{} </span>{}</span>',
        _attributes(data_way=change.way, data_tone=change.tone),
        spoken,
        change.text,
    )


def card(
    content: str,
    question: str = "",
    finding: str = "",
    id: str = "",
    trade: str = "",
    size: str = "",
    level: int = 2,
    beside: str = "",
    bare: bool = False,
) -> SafeString:
    """A section of a page: it asks in small, answers in one sentence, then shows.

    `bare` leaves out the body's padding, for tables. `beside` is HTML at the right of the head.
    """
    title_id = id or "card-" + slugify(question or finding)[:40]
    asked = html('<p class="question">{}</p>', question) if question else _NO_HTML
    kinds = _attributes(data_size=size)
    answered = (
        html('<h{} class="finding" id="{}"{}>{}</h{}>', level, title_id, kinds, finding, level)
        if finding
        else _NO_HTML
    )
    head = (
        html('<div class="card-head"><div>{}{}</div>{}</div>', asked, answered, beside)
        if asked or answered
        else _NO_HTML
    )
    body = content if bare else html('<div class="card-body">{}</div>', mark_safe(content))  # noqa: S308
    labelled = html(' aria-labelledby="{}"', title_id) if finding else _NO_HTML
    return html(
        '<section class="card"{}{}>{}{}</section>',
        _attributes(data_trade=trade),
        labelled,
        head,
        mark_safe(body),  # noqa: S308
    )


def code_words(text: str) -> SafeString:
    """A text whose words between backticks are names of the program."""
    parts = text.split("`")
    pieces = (f"<code>{escaped(part)}</code>" if at % 2 else escaped(part) for at, part in enumerate(parts))
    return mark_safe("".join(pieces))  # noqa: S308


def _attributes(**values: str) -> SafeString:
    written = (f' {name.replace("_", "-")}="{escaped(value)}"' for name, value in values.items() if value)
    return mark_safe("".join(written))  # noqa: S308


def calls(phone: str, about: Any, link: str) -> SafeString | str:
    """A telephone number as people write it, which the company's phone program dials.

    `about` is the person, lead or deal with which the call is logged afterwards.
    """
    if not phone:
        return ""
    import phonenumbers

    written = phone
    try:
        number = phonenumbers.parse(phone, None)
        written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    except phonenumbers.NumberParseException:
        pass  # Dialled as it stands: a number within one country's own net.
    apart = html(' target="_blank" rel="noopener noreferrer"') if link.startswith("https:") else ""
    asks = reverse("call", args=[type(about).__name__.lower(), about.pk])
    return html('<a href="{}"{} data-calls="{}">{}</a>', dialled(link, phone), apart, asks, written)


def time_element(value: datetime | None, form: str = "moment") -> SafeString:
    """A `time` element with the machine's form inside, written as `form` of `formats` says."""
    if value is None:
        return mark_safe(formats.NOTHING)  # noqa: S308
    day, moment = formats.day_and_moment(value)
    if form == "day":
        written = day
    elif form == "moment":
        written = moment
    else:
        written = {"clock_time": formats.clock_time, "ago": formats.ago}[form](value)
    return html('<time datetime="{}" title="{}">{}</time>', value.isoformat(), moment, written)
