"""How a lead's state, source and due time are shown."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from isthmus.leads.models import Lead, LeadState
from isthmus.marketing.models import Campaign
from isthmus.web import formats, markup
from isthmus.web.escaping import html
from isthmus.web.lists.choices import channel_text

_TRADES = {
    LeadState.CAPTURED: "marketing",
    LeadState.NURTURING: "marketing",
    LeadState.QUALIFIED: "marketing",
    LeadState.HANDED_OVER: "crossing",
    LeadState.ACCEPTED: "sales",
}
_TONES = {LeadState.RETURNED: "warn", LeadState.EXPIRED: "bad"}


def state_of(lead: Lead) -> str:
    """The state in words. Django's `get_state_display` translates all ten of them for each row."""
    return str(LeadState(lead.state).label)


def state_badge(lead: Lead) -> SafeString:
    """The state with its shape and word."""
    state = LeadState(lead.state)
    return markup.badge(state_of(lead), tone=_TONES.get(state, ""), trade=_TRADES.get(state, ""))


def channel_of(row: Any) -> str:
    """The channel as words, a dash where none is known."""
    return channel_text(row.channel) if row.channel else formats.NOTHING


def name_campaigns(rows: Sequence[Any]) -> None:
    """Give each row the name of its campaign: one query for all of them."""
    ids = {row.campaign_id for row in rows if row.campaign_id}
    names = dict(Campaign.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}
    for row in rows:
        row.campaign_name = names.get(row.campaign_id, "")


def due_clock(lead: Lead, now: datetime) -> SafeString | str:
    """How the response clock of a lead stands; a dash where none runs."""
    if lead.due_at is None or lead.handed_over_at is None:
        return formats.NOTHING
    if lead.contacted_at is not None:
        state = "met" if lead.contacted_at <= lead.due_at else "late"
        taken = formats.hours((lead.contacted_at - lead.handed_over_at).total_seconds() / 3600)
        words = _("answered after %(time)s") % {"time": taken}
    elif lead.state != LeadState.HANDED_OVER:
        return formats.NOTHING
    else:
        left = (lead.due_at - now).total_seconds() / 3600
        state = "late" if left < 0 else "soon" if left < 1 else "ok"
        words = (_("%(time)s over") if left < 0 else _("%(time)s left")) % {"time": formats.hours(abs(left))}
    return html('<span class="clock" data-state="{}">{}{}</span>', state, DIALS[state], words)


_DIAL = '<svg viewBox="0 0 16 16" aria-hidden="true">%s</svg>'
_RING = '<circle class="ring" cx="8" cy="8" r="6"/>'
_SOLID = '<circle class="solid" cx="8" cy="8" r="7"/><path class="sign" d="%s"/>'
DIALS = {
    "ok": SafeString(_DIAL % f'{_RING}<path class="pause" d="M8 4.75V8l2.25 1.5" fill="none"/>'),
    "soon": SafeString(
        _DIAL
        % f'{_RING}<circle class="left" cx="8" cy="8" r="6" pathLength="100" stroke-dasharray="16 100"/>'
    ),
    "late": SafeString(_DIAL % _SOLID % "M8 4.5v4.25M8 11.3v.1"),
    "met": SafeString(_DIAL % _SOLID % "m5 8.25 2.2 2.2 4-4.7"),
}
