"""What pages of the collector say of sources and of events that could not be read."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from isthmus.collect.models import Repair, Source
from isthmus.collect.quarantine.rules import Rule
from isthmus.collect.queries import WAITING_CAP, Group, Standing
from isthmus.collect.reasons import REASONS
from isthmus.web.lists import counting


def state_of(standing: Standing) -> tuple[str, str]:
    """Whether a source is on, off or silent, and the tone of that."""
    if standing.source.off_since is not None:
        return _("Off"), ""
    if standing.silent_since is not None:
        return _("Silent"), "bad"
    return (_("On"), "good") if standing.last_at else (_("Nothing came yet"), "")


def waiting_text(count: int) -> str:
    """How many events wait for repair; empty for none."""
    return counting.written(min(count, WAITING_CAP), count > WAITING_CAP) if count else ""


def reason_text(reason: str) -> str:
    """A reason of quarantine as a sentence."""
    return str(REASONS.get(reason, reason))


def group_line(group: Group) -> Mapping[str, Any]:
    """A group as a table shows it."""
    return {
        "group": group,
        "reason": reason_text(group.reason),
        "count": counting.written(group.count, group.more),
        "href": group_address(group.reason, group.source_id, group.event),
    }


def repair_lines(repairs: Sequence[Repair]) -> list[dict[str, Any]]:
    """Repairs as the page of quarantine tells of them."""
    return [
        {
            "one": one,
            "rules": [Rule(**rule).sentence for rule in one.rules],
            "reason": reason_text(one.reason),
        }
        for one in repairs
    ]


def group_address(reason: str, source_id: int, event: str, name: str = "quarantine-group") -> str:
    """Where one group's events are shown."""
    return f"{reverse(name)}?{urlencode({'reason': reason, 'source': source_id, 'event': event})}"


def snippets(source: Source, request: HttpRequest) -> list[tuple[str, str]]:
    """What to put where, ready to copy: a title and the lines."""
    host = settings.PUBLIC_URL or request.build_absolute_uri("/").rstrip("/")
    if source.kind == Source.Kind.SITE:
        return [
            (
                _("In the head of each page"),
                f'<script async src="{host}/isthmus.js" data-key="{source.write_key}"></script>',
            ),
            (
                _("With analytics.js of Segment, where you have it already"),
                f'AnalyticsBrowser.load({{ writeKey: "{source.write_key}", cdnURL: "{host}" }})',
            ),
        ]
    return [
        (
            _("In Python"),
            "from segment.analytics.client import Client\n"
            f'client = Client("{source.write_key}", host="{host}")\n'
            'client.track("user-17", "Order Placed", {"revenue": 120, "currency": "EUR"})',
        ),
        (
            _("In Node"),
            'import { Analytics } from "@segment/analytics-node"\n'
            f'const analytics = new Analytics({{ writeKey: "{source.write_key}", host: "{host}" }})',
        ),
        (
            _("From a shell"),
            f'curl {host}/v1/track -u "{source.write_key}:" -H "Content-Type: application/json" \\\n'
            """  -d '{"userId": "user-17", "event": "Order Placed"}'""",
        ),
    ]
