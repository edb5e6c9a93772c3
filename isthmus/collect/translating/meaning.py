"""What one event is as a fact: its kind, where it happened, how its visitor came, what it is worth."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from isthmus.collect import reasons
from isthmus.collect.channels import Rules
from isthmus.collect.translating.arriving import arrival_at
from isthmus.collect.translating.money import AmountError, amount_of
from isthmus.collect.translating.pages import Address, read_address, without_mail
from isthmus.collect.translating.wire import (
    UNREADABLE,
    Event,
    Properties,
    is_said,
    object_decoder,
    properties_decoder,
)

# Events of the specification, and of our own script, that are facts of a kind of their own.
TRACKED = {
    "Form Submitted": "form.submitted",
    "Page Left": "page.left",
    "Email Opened": "email.opened",
    "Email Link Clicked": "email.clicked",
    "Outbound Link Clicked": "link.clicked",
}
KINDS = {
    "identify": "visitor.identified",
    "page": "page.viewed",
    "screen": "page.viewed",
    "group": "visitor.grouped",
    "alias": "visitor.aliased",
}
_NO_PROPERTIES = Properties()
_NO_UTM = (None,) * 5
_LONGEST_NAME = 200
_LONGEST_ENGAGEMENT = 24 * 3600 * 1000
_MOST_FIELDS, _LONGEST_FIELD = 50, 4_000
Declared = Mapping[str, frozenset[str]]  # by event's name; of all events under the empty one


class UnusableError(ValueError):
    """The event cannot become a fact: `reason` and what exactly."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason, self.detail = reason, detail


class Meaning(NamedTuple):
    """The parts of a fact that an event's content tells; `sealed` is what a person typed."""

    kind: str
    event: str | None
    landing_page: str | None = None
    channel: str | None = None
    utm: tuple[str | None, str | None, str | None, str | None, str | None] = (None,) * 5
    amount: int | None = None
    currency: str | None = None
    quantity: int | None = None
    props: dict[str, Any] | None = None
    host: str | None = None
    path: str | None = None
    referrer: str | None = None
    click_id: str | None = None
    sealed: dict[str, str] | None = None


def meaning_of(event: Event, rules: Rules, declared: Declared) -> Meaning:
    """What an event means. Raises UnusableError."""
    said = event.type
    properties = _properties(event)
    here, referrer = _whereabouts(event, properties)
    host, path = here.host or None, here.path or None
    if said in ("page", "screen"):
        return _view(event, properties, here, referrer, rules, declared)
    if said == "track":
        return _track(event, properties, host, path, declared)
    if said == "group" and event.group_id in (None, ""):
        raise UnusableError(reasons.NO_GROUP)
    if said == "alias" and (event.previous_id in (None, "") or event.user_id in (None, "")):
        raise UnusableError(reasons.NO_PREVIOUS)
    return Meaning(KINDS[said or ""], None, host=host, path=path)


def _view(
    event: Event, properties: Properties, here: Address, referrer: str, rules: Rules, declared: Declared
) -> Meaning:
    name = (event.name or "")[:_LONGEST_NAME] or None
    utm = _utm(event, here)
    outside, visit = arrival_at(here, referrer, utm)
    return Meaning(
        "page.viewed",
        name,
        landing_page=(here.path or None) if visit else None,
        channel=rules.channel(visit) if visit else None,
        utm=utm,
        props=_declared(event, name or "", declared),
        host=here.host or None,
        path=here.path or None,
        referrer=outside or None,
        click_id=here.click_id or None,
    )


def _track(
    event: Event, properties: Properties, host: str | None, path: str | None, declared: Declared
) -> Meaning:
    name = (event.event or "").strip()[:_LONGEST_NAME]
    if not name:
        raise UnusableError(reasons.NO_EVENT)
    kind = TRACKED.get(name, "event.tracked")
    props = _declared(event, name, declared) or {}
    if kind == "form.submitted":
        form = properties.form if isinstance(properties.form, str) else ""
        typed = _typed(properties.fields)
        return Meaning(
            kind, form[:_LONGEST_NAME] or None, props=props or None, host=host, path=path, sealed=typed
        )
    if kind == "page.left":
        if (scroll := _whole(properties.scroll, 100)) is not None:
            props["scroll"] = scroll
        engaged = _whole(properties.engaged, _LONGEST_ENGAGEMENT)
        return Meaning(kind, None, quantity=engaged, props=props or None, host=host, path=path)
    if kind == "link.clicked" and isinstance(properties.href, str):
        props["href_host"] = read_address(properties.href).host
    utm = _utm(event, read_address("")) if kind.startswith("email.") else (None,) * 5
    try:
        amount, currency = amount_of(properties)
    except AmountError as error:
        raise UnusableError(reasons.BAD_AMOUNT, str(error)) from None
    return Meaning(
        kind, name, utm=utm, amount=amount, currency=currency, props=props or None, host=host, path=path
    )


def _properties(event: Event) -> Properties:
    if not is_said(event.properties):
        return _NO_PROPERTIES
    try:
        return properties_decoder.decode(event.properties)
    except UNREADABLE:
        raise UnusableError(reasons.UNREADABLE, "properties") from None


def _whereabouts(event: Event, properties: Properties) -> tuple[Address, str]:
    """The page that the event is about or happened on, and the address from which its visitor came to it."""
    page = event.context.page if event.context else None
    url = properties.url if isinstance(properties.url, str) else (page.url if page else None)
    said = properties.referrer
    referrer = said if isinstance(said, str) else (page.referrer if page else "")
    here = read_address(url or "")
    if not here.path:
        path = properties.path if isinstance(properties.path, str) else (page.path if page else "")
        here = here._replace(path=without_mail((path or "").partition("?")[0])[:500])
    return here, referrer or ""


def _utm(event: Event, here: Address) -> tuple[str | None, str | None, str | None, str | None, str | None]:
    """source, medium, campaign, term, content: from the page's address, else from the event's context."""
    campaign = (event.context.campaign if event.context else None) or {}
    query = here.query

    if not query and not campaign:
        return _NO_UTM

    def one(name: str, in_context: str) -> str | None:
        value = query.get(name) or campaign.get(in_context)
        return without_mail(value)[:500] if isinstance(value, str) and value else None

    return (
        one("utm_source", "source"),
        one("utm_medium", "medium"),
        one("utm_campaign", "name"),
        one("utm_term", "term"),
        one("utm_content", "content"),
    )


def _declared(event: Event, name: str, declared: Declared) -> dict[str, Any] | None:
    """The properties that were declared analytic: numbers, codes and truths, as they were sent."""
    wanted = declared.get("", frozenset()) | declared.get(name, frozenset())
    if not wanted or not is_said(event.properties):
        return None
    values = object_decoder.decode(event.properties)  # `_properties` has read it before.
    kept = {
        key: value[:200] if isinstance(value, str) else value
        for key in wanted
        if isinstance(value := values.get(key), str | int | float | bool)
    }
    return kept or None


def _typed(fields: Any) -> dict[str, str] | None:
    """What somebody typed into a form, field by field."""
    if not isinstance(fields, dict):
        return None
    texts = {
        str(name)[:100]: str(value)[:_LONGEST_FIELD]
        for name, value in list(fields.items())[:_MOST_FIELDS]
        if isinstance(value, str | int | float) and str(value).strip()
    }
    return texts or None


def _whole(value: Any, most: int) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e15:
        return None
    return min(int(value), most)
