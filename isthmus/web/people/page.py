"""What the page of a person shows beside the timeline."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from isthmus.core.actors import Actor
from isthmus.leads.models import Lead
from isthmus.people.consents import consents_of
from isthmus.people.models import Identifier, IdentityEvent, Person
from isthmus.sales.models import Deal, Order
from isthmus.web import formats
from isthmus.web.leads.words import channel_of, name_campaigns, state_badge
from isthmus.web.lists.columns import plain
from isthmus.web.sales.listing import stage_badge
from isthmus.web.timeline.names import Names
from isthmus.workspace.models import FieldDefinition

SHOWN = 12
# What the pages of people and accounts read of each: fields that they do not show cost Django a millisecond.
_REACHED = ("owner", "team", "territory")
_OF_LEADS = (
    *_REACHED, "owner__name", "account", "person", "state", "channel", "utm_source", "campaign_id",
    "captured_at", "handed_over_at", "contacted_at", "due_at",
)  # fmt: skip
_OF_DEALS = (
    *_REACHED, "owner__name", "account", "person", "state", "name", "stage__name", "amount", "currency",
    "opened_at", "stage_since", "closed_at", "expected_close_on",
)  # fmt: skip
_OF_ORDERS = (*_REACHED, "account", "person", "number", "currency", "total", "paid", "credited", "placed_at")


@dataclass(frozen=True)
class Dealings:
    """The leads, deals and orders of somebody that the actor may see, the latest first."""

    leads: Sequence[Lead]
    deals: Sequence[Deal]
    orders: Sequence[Order]

    @property
    def all(self) -> list[Lead | Deal | Order]:
        """Every one of them."""
        return [*self.leads, *self.deals, *self.orders]

    def names(self) -> Names:
        """The names that a timeline beside them needs."""
        owned = [*self.leads, *self.deals]
        return Names(
            users={one.owner.pk: one.owner.name for one in owned if one.owner},
            campaigns={one.campaign_id: one.campaign_name for one in self.leads if one.campaign_id},  # type: ignore[attr-defined]
            deals={one.pk: one.name for one in self.deals},
            orders={one.pk: one.number for one in self.orders},
        )


def dealings_where(actor: Actor, **of: Any) -> Dealings:
    """The dealings of a person or account: `person=` or `account=`."""
    leads = Lead.objects.visible_to(actor).filter(**of).select_related("owner").only(*_OF_LEADS)
    deals = Deal.objects.visible_to(actor).filter(**of).select_related("owner", "stage").only(*_OF_DEALS)
    orders = Order.objects.visible_to(actor).filter(**of).only(*_OF_ORDERS)
    latest: list[Any] = list(leads.order_by("-captured_at", "-pk")[:SHOWN])
    name_campaigns(latest)
    for lead in latest:
        lead.badge = state_badge(lead)
        lead.channel_name = channel_of(lead)
    return Dealings(
        latest,
        list(deals.order_by("-opened_at", "-pk")[:SHOWN]),
        list(orders.order_by("-placed_at", "-pk")[:SHOWN]),
    )


def paid_by(actor: Actor, orders: Sequence[Order], **of: Any) -> str:
    """What was paid so far, in each currency; of the orders that the actor may see, `orders` the latest."""
    sums: dict[str, int] = {}
    if len(orders) < SHOWN:  # these are all
        for order in orders:
            sums[order.currency] = sums.get(order.currency, 0) + order.paid
    else:
        seen = Order.objects.visible_to(actor).filter(**of).order_by().values("currency")
        sums = dict(seen.annotate(sum=Sum("paid")).values_list("currency", "sum"))
    return ", ".join(formats.money(paid, currency) for currency, paid in sorted(sums.items()) if paid)


def standing_badge(dealings: Dealings) -> str:
    """Where the person is now: the stage of their latest open deal, else how their latest lead stands."""
    for deal in dealings.deals:
        if deal.state == "open":
            return stage_badge(deal)
    if dealings.leads and (not dealings.deals or dealings.leads[0].captured_at > dealings.deals[0].opened_at):
        return state_badge(dealings.leads[0])
    return stage_badge(dealings.deals[0]) if dealings.deals else ""


def consent_lines(person: Person, at: datetime) -> list[dict[str, Any]]:
    """What holds now for each channel, with its day and source."""
    lines = []
    for (purpose, _channel), row in sorted(consents_of(person, at=at).items()):
        text = (
            row.get_channel_display()
            if purpose == "marketing"
            else f"{row.get_channel_display()} ({purpose})"
        )
        lines.append({"text": text, "given": row.given, "at": row.at, "source": row.source})
    return lines


def identity(person: Person) -> dict[str, Any]:
    """By what the person is known, in one line and in full."""
    known = list(person.identifiers.order_by("kind", "value")[:50])
    counted: dict[str, int] = {}
    for one in known:
        counted[one.kind] = counted.get(one.kind, 0) + 1
    return {
        "summary": ", ".join(_counted(kind, count) for kind, count in counted.items()),
        "known": known,
    }


def first_seen(dealings: Dealings) -> str:
    """The campaign, or else the channel, of the person's first lead."""
    first = min(dealings.leads, key=lambda lead: lead.captured_at, default=None)
    if first is None:
        return ""
    if first.campaign_id:
        return str(first.campaign_name)  # type: ignore[attr-defined]  # given by dealings_where
    return first.utm_source or first.channel


def custom_lines(definitions: Sequence[FieldDefinition], custom: dict[str, Any]) -> list[tuple[str, str]]:
    """Label and value of each custom field that has one."""
    return [
        (definition.label, plain(custom[definition.key]))
        for definition in definitions
        if custom.get(definition.key) not in (None, "")
    ]


def _counted(kind: str, count: int) -> str:
    words = {
        "email": ngettext("%(count)s address", "%(count)s addresses", count),
        "phone": ngettext("%(count)s phone number", "%(count)s phone numbers", count),
        "external": ngettext("%(count)s id of another system", "%(count)s ids of other systems", count),
        "user_id": ngettext("%(count)s user id", "%(count)s user ids", count),
        "anonymous_id": ngettext("%(count)s device", "%(count)s devices", count),
    }
    return words[kind] % {"count": count}


def journal_line(event: IdentityEvent) -> dict[str, Any]:
    """One line of the journal of why somebody is one person, as a sentence."""
    kinds = {**dict(Identifier._meta.get_field("kind").flatchoices), "daily_visit": _("a day without an id")}
    named = f"{kinds.get(event.kind, event.kind)} {event.value}".strip() or _("a visitor")
    other = str(event.other) if event.other is not None else _("another record")
    words = {
        "linked": _("%(named)s was seen and joined to this person"),
        "junk": _("%(named)s says nothing of who it is and was ignored"),
        "over_limit": _("%(named)s would be one too many and was not joined"),
        "joined": _("Visits of %(named)s are this person’s"),
        "parted": _("Visits of %(named)s are not this person’s: parted"),
        "conflict": _("%(named)s belongs to somebody else already and stayed there"),
        "merged": _("%(other)s was joined into this person"),
        "unmerged": _("%(other)s was taken apart from this person again"),
    }
    text = words.get(event.act, event.act) % {"named": named, "other": other}
    return {"at": event.at, "text": text, "act": event.act}
