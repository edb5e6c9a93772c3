"""What a row can be, and which fields it then has."""

from collections.abc import Mapping
from dataclasses import dataclass

# Kinds of values: text, code (text in capitals), country (its code, told from its name too), currency (its
# code or sign, also beside an amount), moment, day, amount (integer micros), whole, words (a list), and
# "->x": a reference to a record of kind x.


@dataclass(frozen=True)
class Kind:
    """One thing that a row can be. Rows come in by `order`: what refers after what it refers to."""

    order: int
    fields: Mapping[str, str]
    required: tuple[str, ...] = ()
    custom: Mapping[str, str] | None = None  # name of the custom part -> model of its fields
    needs_key: bool = True
    grouped: bool = False  # rows of one key are one record


def _fields(**kinds: str) -> dict[str, str]:
    return {name: kind for kind, names in kinds.items() for name in names.split()}


_PERSON = _fields(text="full_name email phone title city locale user_id", country="country")
_COMPANY = {
    **_fields(
        text="company company_domain company_city company_industry company_region company_postcode",
        country="company_country",
        whole="company_size company_revenue",
    ),
    "company_key": "key",
}
_BUYER = {"deal": "->deal", "person": "->person", "account": "->account"}
_ORDER = {
    **_BUYER,
    "product": "->product",
    **_fields(
        moment="placed_at paid_at refunded_at", amount="amount paid_amount refunded_amount", whole="quantity"
    ),
    "currency": "currency",
    "description": "text",
}
_LEAD = {
    **_PERSON,
    **_COMPANY,
    **_fields(
        moment="captured_at qualified_at handed_over_at contacted_at accepted_at returned_at disqualified_at",
        text=(
            "channel utm_source utm_medium utm_campaign landing_page form click_id message consent_source "
            "consent_wording contact_kind return_reason disqualify_reason"
        ),
        whole="score",
        words="consent",
        key="person_key",
    ),
    "campaign": "->campaign",
    "product": "->product",
    "owner": "->user",
}

KINDS: Mapping[str, Kind] = {
    "user": Kind(
        1, {**_fields(text="name email role"), "team": "->team", "territory": "->territory"}, ("name",)
    ),
    "product": Kind(2, _fields(text="name family", amount="price", currency="currency")),
    "campaign": Kind(3, _fields(text="name channel", day="started_on ended_on"), ("name", "channel")),
    "account": Kind(
        4,
        {
            **_fields(
                text="name domain city industry region postcode",
                country="country",
                whole="size revenue",
                moment="created_at",
            ),
            "owner": "->user",
            "parent": "->account",
        },
        custom={"custom": "account"},
    ),
    "person": Kind(
        5,
        {**_PERSON, **_COMPANY, "owner": "->user", "created_at": "moment"},
        custom={"custom": "person", "company_custom": "account"},
    ),
    "lead": Kind(
        6,
        _LEAD,
        ("captured_at",),
        custom={"custom": "lead", "person_custom": "person", "company_custom": "account"},
    ),
    "deal": Kind(
        7,
        {
            **_fields(
                text="name channel stage lost_reason",
                moment="opened_at stage_since won_at lost_at",
                amount="amount won_amount",
                day="expected_close_on",
                currency="currency",
            ),
            "lead": "->lead",
            "person": "->person",
            "account": "->account",
            "owner": "->user",
            "product": "->product",
            "campaign": "->campaign",
        },
        ("opened_at",),
        custom={"custom": "deal"},
    ),
    "order": Kind(8, _ORDER, ("placed_at", "amount")),
    "order_line": Kind(9, _ORDER, ("placed_at", "amount"), grouped=True),
    "payment": Kind(
        10, {"order": "->order", **_fields(moment="paid_at", amount="amount")}, ("order", "paid_at", "amount")
    ),
    "activity": Kind(
        10,
        {
            **_fields(text="kind text", moment="at", whole="minutes"),
            "person": "->person",
            "lead": "->lead",
            "deal": "->deal",
            "owner": "->user",
        },
        ("kind", "at"),
    ),
    "expense": Kind(
        10,
        {
            **_fields(text="kind note", day="on", amount="amount", currency="currency"),
            "owner": "->user",
            "team": "->team",
            "deal": "->deal",
        },
        ("on", "kind", "amount"),
    ),
    "media_day": Kind(
        11,
        {
            "campaign": "->campaign",
            **_fields(
                day="on", whole="impressions clicks reached revision", amount="spend", currency="currency"
            ),
        },
        ("campaign", "on"),
        needs_key=False,
        grouped=True,
    ),
    "fact": Kind(
        12,
        {
            **_fields(
                text="kind channel landing_page utm_source locale",
                code="region",
                currency="currency",
                moment="at",
                amount="amount",
                whole="quantity",
            ),
            "person": "->person",
            "account": "->account",
            "lead": "->lead",
            "deal": "->deal",
            "order": "->order",
            "campaign": "->campaign",
            "product": "->product",
            "owner": "->user",
        },
        ("kind", "at"),
        custom={"props": ""},
    ),
}

# With whom a deal is: one of them must be told, unless the recipe says `needed = false`.
PARTIES = ("lead", "person", "account")

# By what a record may be found, the usual way first; and what may be made when it is not found.
MATCHES: Mapping[str, tuple[str, ...]] = {
    "user": ("key", "external_id", "email", "name"),
    "team": ("name",),
    "territory": ("name",),
    "person": ("key", "email", "user_id", "name"),
    "account": ("key", "domain", "name"),
    "lead": ("key",),
    "deal": ("key", "name"),
    "order": ("key",),
    "campaign": ("key", "name"),
    "product": ("key",),
}
CREATABLE: Mapping[str, tuple[str, ...]] = {
    "user": ("name", "email", "role"),
    "team": (),
    "territory": (),
    "campaign": ("name", "channel"),
    "product": ("name", "family"),
}
