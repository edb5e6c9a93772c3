"""Families of facts: which permission opens them, and which column bounds them for who sees only a part."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Family:
    """`columns`: the first one that a room has registered bounds the family; none means all or nothing."""

    permission: str
    columns: tuple[str, ...]
    kinds: tuple[str, ...]


# What a visit is made of.
VISIT_KINDS = ("page.viewed", "page.left", "form.submitted", "link.clicked", "event.tracked")

FAMILIES = {
    "lead": Family(
        "leads.view",
        ("lead_id",),
        (
            "lead.captured",
            "lead.qualified",
            "lead.handed_over",
            "lead.contacted",
            "lead.accepted",
            "lead.returned",
            "lead.reopened",
        ),
    ),
    "deal": Family(
        "deals.view",
        ("deal_id",),
        (
            "deal.opened",
            "deal.stage_changed",
            "deal.changed",
            "deal.won",
            "deal.lost",
            "deal.reopened",
        ),
    ),
    # As activities are seen: one's own, or also those of one's teams.
    "activity": Family("leads.view", ("owner",), ("activity.logged",)),
    "quote": Family(
        "deals.view",
        ("deal_id",),
        (
            "quote.line_listed",
            "quote.line_discounted",
            "quote.accepted",
            "quote.declined",
            "quote.expired",
        ),
    ),
    "order": Family(
        "orders.view",
        ("order_id", "deal_id"),
        (
            "order.placed",
            "order.paid",
            "order.refunded",
            "tax.paid",
            "tax.refunded",
            "invoice.issued",
            "invoice.credited",
        ),
    ),
    "subscription": Family(
        "orders.view",
        ("deal_id",),
        (
            "subscription.started",
            "subscription.changed",
            "subscription.renewed",
            "subscription.ended",
        ),
    ),
    "media": Family("media.view", (), ("media.delivered", "media.clicked", "media.reached")),
    # Of these an actor sees those whose owner the permission reaches.
    "quota": Family("quotas.view", ("owner",), ("quota.set",)),
    "commission": Family("commission.view", ("owner",), ("commission.earned", "commission.clawed_back")),
    "expense": Family("expenses.view", ("owner",), ("expense.booked", "expense.corrected")),
    # Need to know: a figure that holds salaries is refused to whoever may not see them, however it is summed.
    "salary": Family("salaries.view", ("owner",), ("salary.booked",)),
    # A stranger's visit is nobody's: who sees only a part of the company's records sees none of these.
    "visit": Family("visits.view", (), (*VISIT_KINDS, "email.opened", "email.clicked")),
}
_family_of = {kind: name for name, family in FAMILIES.items() for kind in family.kinds}


def family_of(kind: str) -> str:
    """The family of a kind of fact. A kind of no family may not be read by a metric."""
    return _family_of[kind]
