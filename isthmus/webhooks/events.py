"""What endpoints can hear of, and what messages say: numbers, codes, amounts; nobody's name or address."""

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from isthmus.core.clock import from_us

TEST = "webhook.test"
KINDS: Mapping[str, str | Promise] = {
    "lead.captured": _("A lead is captured"),
    "lead.changed": _("A lead is changed"),
    "lead.qualified": _("A lead is qualified"),
    "lead.disqualified": _("A lead is disqualified"),
    "lead.handed_over": _("A lead is handed over to sales"),
    "lead.contacted": _("Somebody contacts a lead first"),
    "lead.accepted": _("Sales accepts a lead"),
    "lead.returned": _("Sales returns a lead"),
    "lead.reopened": _("A decision about a lead is taken back"),
    "lead.recycled": _("A lead goes back to marketing"),
    "lead.expired": _("A lead expires"),
    "deal.opened": _("A deal is opened"),
    "deal.changed": _("A deal is changed"),
    "deal.stage_changed": _("A deal moves to another stage"),
    "deal.move_undone": _("A move of a deal is taken back"),
    "deal.won": _("A deal is won"),
    "deal.lost": _("A deal is lost"),
    "deal.reopened": _("A deal is reopened"),
    "quote.sent": _("A quote is sent"),
    "quote.viewed": _("A customer opens a quote"),
    "quote.accepted": _("A customer accepts a quote"),
    "quote.declined": _("A customer declines a quote"),
    "quote.expired": _("A quote runs out without an answer"),
    "order.placed": _("An order is placed"),
    "invoice.issued": _("An invoice is issued"),
    "invoice.credited": _("A credit note is issued"),
    "subscription.started": _("A subscription begins"),
    "subscription.renewed": _("A subscription is renewed"),
    "subscription.ended": _("A subscription ends"),
    "order.paid": _("A payment comes in"),
    "order.refunded": _("A payment is refunded"),
    "activity.logged": _("A call, meeting, mail or note is logged"),
    "activity.taken_back": _("What was logged is taken back"),
    "meeting.booked": _("A meeting is made"),
    "meeting.moved": _("A meeting is moved"),
    "meeting.cancelled": _("A meeting is called off"),
    "meeting.held": _("A meeting took place"),
    "meeting.missed": _("Nobody came to a meeting"),
    "meeting.answered": _("A guest answers an invitation"),
    "task.added": _("A task is added"),
    "task.done": _("A task is done"),
    "consent.given": _("Consent is given"),
    "consent.withdrawn": _("Consent is withdrawn"),
    "person.created": _("A person is created"),
    "person.changed": _("A person is changed"),
    "person.reassigned": _("A person is given to somebody else or another territory"),
    "person.merged": _("Two people are merged"),
    "person.unmerged": _("Merged people are parted"),
    "person.erased": _("A person is erased: forget them too"),
    "account.created": _("An account is created"),
    "account.changed": _("An account is changed"),
    "account.reassigned": _("An account is given to somebody else or another territory"),
    "account.merged": _("Two accounts are merged"),
    "account.unmerged": _("Merged accounts are parted"),
}
# Texts that people wrote (pages, sources, tags, notes) never go out: an address may stand in them.
_NUMBERS = {
    "account_id": "account_id", "lead_id": "lead_id", "deal_id": "deal_id", "order_id": "order_id",
    "campaign_id": "campaign_id", "content_id": "content_id", "product_id": "product_id", "owner": "owner_id",
    "team": "team_id", "territory": "territory_id", "channel": "channel", "region": "region",
}  # fmt: skip
_CODED = {"reason", "from", "by", "kind", "purpose", "channel", "outcome", "objection"}
_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")


def message_id(fact: Mapping[str, Any]) -> str:
    """The same for each try and each endpoint, so that the other side can tell what it knows already."""
    return f"msg_{bytes(fact['id']).hex()}"


def body_of(fact: Mapping[str, Any], person_id: int | None) -> str:
    """A fact's message: its columns as `record` wrote them, the person by number."""
    data: dict[str, Any] = {"fact_id": bytes(fact["id"]).hex()}
    if person_id is not None:
        data["person_id"] = person_id
    data |= {told: fact[name] for name, told in _NUMBERS.items() if fact[name] is not None}
    if fact["amount"] is not None:
        data |= {"amount": _amount(fact["amount"]), "currency": fact["currency"]}
    if fact["quantity"] is not None:
        data["quantity"] = fact["quantity"]
    data["actor"] = {"kind": fact["actor_kind"], "id": fact["actor_id"]}
    if details := _details(fact["props"]):
        data["details"] = details
    at = from_us(fact["occurred_us"]).isoformat().replace("+00:00", "Z")
    return _json({"type": fact["kind"], "timestamp": at, "data": data})


def trial_body(at: str, webhook_id: int) -> str:
    """What a test sends."""
    return _json({"type": TEST, "timestamp": at, "data": {"webhook_id": webhook_id}})


def _details(props: str | None) -> dict[str, Any]:
    known = json.loads(props) if props else {}
    return {name: value for name, value in known.items() if _tells_of_nobody(name, value)}


def _tells_of_nobody(name: str, value: Any) -> bool:
    if isinstance(value, bool | int | float):
        return True
    return name in _CODED and isinstance(value, str) and bool(_CODE.fullmatch(value))


def _amount(micros: int) -> str:
    return format(Decimal(micros).scaleb(-6).normalize(), "f")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
