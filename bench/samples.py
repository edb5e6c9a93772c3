"""Events as browsers and servers send them, of some 600 bytes each, in pieces around their time and id."""

import json
import random
from dataclasses import dataclass

VISITORS, PAGES = 20_000, 300
_CAMPAIGNS = [f"spring-{number}" for number in range(12)]
_SOURCES = (("google", "cpc"), ("newsletter", "email"), ("linkedin", "paid-social"), ("", ""))
_PLANS = ("free", "team", "company", "group")
_AGENTS = [
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    f"Chrome/{major}.0.0.0 Safari/537.36"
    for major in range(100, 140)
]


@dataclass(frozen=True)
class Pieces:
    """An event's text without its time and its id: `first` TIME `second` ID `third`."""

    first: bytes
    second: bytes
    third: bytes


def pieces(count: int, *, free: bool, seed: int) -> list[Pieces]:
    """So many events; `free` ones bear properties that are declared, and so are sealed with them."""
    draw = random.Random(seed)
    return [_cut(_event(draw, free=free)) for _ in range(count)]


def _cut(event: dict[str, object]) -> Pieces:
    text = json.dumps({**event, "timestamp": "TIME", "messageId": "ID"}, separators=(",", ":")).encode()
    first, rest = text.split(b"TIME")
    second, third = rest.split(b'"ID"')
    return Pieces(first, second + b'"', b'"' + third)


def _event(draw: random.Random, *, free: bool) -> dict[str, object]:
    visitor = draw.randrange(VISITORS)
    path = f"/guides/{draw.randrange(PAGES)}"
    source, medium = draw.choice(_SOURCES)
    tags = (
        f"?utm_source={source}&utm_medium={medium}&utm_campaign={draw.choice(_CAMPAIGNS)}" if source else ""
    )
    page = {
        "url": f"https://www.example.com{path}{tags}",
        "path": path,
        "referrer": draw.choice(("", "https://www.google.com/", "https://www.example.com/")),
        "title": "A guide to the choice of a guide",
    }
    event: dict[str, object] = {
        "anonymousId": f"{visitor:08x}-0000-4000-8000-{visitor * 7:012x}",
        "context": {
            "library": {"name": "analytics.js", "version": "2.1.0"},
            "locale": draw.choice(("en-GB", "de-DE", "sv-SE", "fr-FR")),
            "userAgent": draw.choice(_AGENTS),
            "page": page,
        },
        "integrations": {},
    }
    chosen = {"plan": draw.choice(_PLANS), "price": draw.randrange(1, 9_000) / 100, "step": draw.randrange(6)}
    kind = draw.random()
    if kind < 0.6:
        event |= {"type": "page", "properties": {**page, **(chosen if free else {})}}
    elif kind < 0.97:
        name = draw.choice(("Signed Up", "Video Played", "Plan Chosen", "Search Done"))
        other = {"plan_choice": chosen["plan"], "cost": chosen["price"], "position": chosen["step"]}
        event |= {"type": "track", "event": name, "properties": chosen if free else other}
    else:
        event |= {"type": "track", "event": "Page Left", "properties": {"engaged": 9000, "scroll": 70}}
    if visitor % 20 == 0:
        event["userId"] = f"user-{visitor}"
    return event
