"""A timeline as HTML, joined here: templates for every event cost four times as much (measured)."""

from collections.abc import Iterable

from django.utils.safestring import SafeString, mark_safe

from isthmus.web import formats, markup
from isthmus.web.escaping import escaped
from isthmus.web.pieces import Day, Event


def written_days(days: Iterable[Day], level: int = 3) -> SafeString:
    """Each day under its heading (of this level), its events as rows of `ol.timeline`."""
    parts = []
    for day in days:
        on = escaped(formats.long_day(day.on))
        heading = f'<h{level} class="timeline-day">{on}</h{level}>'
        parts.append(f'<section aria-label="{on}">\n{heading}\n<ol class="timeline">')
        parts += [_event(event) for event in day.events]
        parts.append("</ol>\n</section>")
    return mark_safe("".join(parts))  # noqa: S308


def _event(event: Event) -> str:
    time = f'<time datetime="{event.at.isoformat()}">{formats.clock_time(event.at)}</time>'
    side = f'<p class="event-side">{escaped(event.side)}</p>' if event.side else ""
    return (
        f'<li class="event" data-kind="{escaped(event.kind)}">{time}{markup.mark(event.kind, spoken=True)}'
        f"{_body(event)}{side}</li>\n"
    )


def _body(event: Event) -> str:
    title = escaped(event.title)
    quiet = f' <span class="quiet">{escaped(event.quiet)}</span>' if event.quiet else ""
    detail = f'<p class="event-detail">{escaped(event.detail)}</p>' if event.detail else ""
    if event.lines:
        lines = "".join(f"<li>{escaped(line)}</li>" for line in event.lines)
        summary = f'<summary><span class="event-title">{title}{quiet}</span></summary>'
        return f'<div class="event-body"><details>{summary}<ul>{lines}</ul></details>{detail}</div>'
    if event.href:
        title = f'<a href="{escaped(event.href)}">{title}</a>'
    quote = f'<blockquote class="event-quote">{escaped(event.quote)}</blockquote>' if event.quote else ""
    act = ""
    if event.act:
        words, href = event.act
        act = f' <a class="event-act small" href="{escaped(href)}">{escaped(words)}</a>'
    return f'<div class="event-body"><p class="event-title">{title}{quiet}{act}</p>{detail}{quote}</div>'
