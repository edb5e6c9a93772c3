"""What the kinds of rows and their fields are called on pages."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from isthmus.imports.recipe.kinds import KINDS
from isthmus.workspace.queries import field_definitions

Option = tuple[str, str]

# What a file can be brought in as, the usual first.
WHAT: Mapping[str, str | Promise] = {
    "person": _("People"),
    "account": _("Accounts"),
    "lead": _("Leads"),
    "deal": _("Deals"),
    "order": _("Orders"),
    "order_line": _("Order lines"),
    "payment": _("Payments"),
    "product": _("Products"),
    "campaign": _("Campaigns"),
    "activity": _("Calls, meetings, mails, notes"),
    "expense": _("Expenses"),
    "media_day": _("Media by day"),
    "user": _("Users"),
    "fact": _("Facts of another system"),
}
_FIELDS: Mapping[str, str | Promise] = {
    "full_name": _("Name"),
    "email": _("E-mail"),
    "phone": _("Phone"),
    "title": _("Job title"),
    "country": _("Country"),
    "company": _("Company"),
    "company_domain": _("Company’s domain"),
    "company_key": _("Company’s number in the old system"),
    "person_key": _("Person’s number in the old system"),
    "company_country": _("Company’s country"),
    "company_city": _("Company’s city"),
    "company_industry": _("Company’s industry"),
    "company_size": _("Company’s size"),
    "company_region": _("Company’s region"),
    "company_postcode": _("Company’s postal code"),
    "company_revenue": _("Company’s revenue"),
    "user_id": _("User id on your site"),
    "owner": _("Owner"),
    "team": _("Team"),
    "territory": _("Territory"),
    "parent": _("Belongs to the account"),
    "created_at": _("Known since"),
    "captured_at": _("Captured at"),
    "opened_at": _("Opened at"),
    "placed_at": _("Placed at"),
    "paid_at": _("Paid at"),
    "won_at": _("Won at"),
    "lost_at": _("Lost at"),
    "stage_since": _("In this stage since"),
    "lost_reason": _("Why it was lost"),
    "name": _("Name"),
    "domain": _("Domain"),
    "city": _("City"),
    "industry": _("Industry"),
    "size": _("Number of employees"),
    "region": _("Region"),
    "postcode": _("Postal code"),
    "revenue": _("Revenue"),
    "amount": _("Amount"),
    "price": _("List price"),
    "family": _("Family"),
    "currency": _("Currency"),
    "stage": _("Stage"),
    "channel": _("Channel"),
    "campaign": _("Campaign"),
    "product": _("Product"),
    "person": _("Person"),
    "account": _("Account"),
    "lead": _("Lead"),
    "deal": _("Deal"),
    "order": _("Order"),
    "kind": _("Kind"),
    "text": _("Text"),
    "minutes": _("Minutes"),
    "note": _("Note"),
    "at": _("When"),
    "on": _("Day"),
    "message": _("Message"),
    "score": _("Score"),
    "expected_close_on": _("Expected close"),
    "utm_source": _("UTM source"),
    "utm_medium": _("UTM medium"),
    "utm_campaign": _("UTM campaign"),
}
PARTS: Mapping[str, str | Promise] = {
    "custom": _("Own fields"),
    "person_custom": _("Own fields of the person"),
    "company_custom": _("Own fields of the account"),
    "props": _("Properties of the fact"),
}
STATES: Mapping[str, str | Promise] = {
    "new": _("New"),
    "matched": _("Known"),
    "changed": _("Known, filled in"),
    "partial": _("In, but not whole"),
    "refused": _("Refused"),
}
DAY_FORMATS: Mapping[str, str] = {
    "": "",
    "%Y-%m-%d": "2026-01-31",
    "%d.%m.%Y": "31.01.2026",
    "%d/%m/%Y": "31/01/2026",
    "%m/%d/%Y": "01/31/2026",
    "%d.%m.%Y %H:%M": "31.01.2026 14:05",
    "%d/%m/%Y %H:%M": "31/01/2026 14:05",
    "%m/%d/%Y %H:%M": "01/31/2026 14:05",
    "%Y-%m-%d %H:%M:%S": "2026-01-31 14:05:00",
    "milliseconds": "1769868300000",
}


def what_name(what: str) -> str:
    """The plural of a kind of row."""
    return str(WHAT.get(what, what))


def field_name(what: str, name: str) -> str:
    """A field's name; a company's own field has its label."""
    part, dot, key = name.partition(".")
    if dot:
        model = (KINDS[what].custom or {}).get(part, "")
        labels = {one.key: one.label for one in field_definitions(model)} if model else {}
        return labels.get(key, key.replace("_", " ").capitalize())
    return str(_FIELDS.get(name, name.replace("_", " ").capitalize()))


def field_groups(what: str) -> list[tuple[str, list[Option]]]:
    """The fields that a kind of row has, in groups, for a select."""
    kind = KINDS[what]
    own = [(name, field_name(what, name) + (" *" if name in kind.required else "")) for name in kind.fields]
    groups = [("", sorted(own, key=lambda one: (one[0] not in kind.required, one[1].lower())))]
    for part, model in (kind.custom or {}).items():
        if model:
            options = [(f"{part}.{one.key}", one.label) for one in field_definitions(model)]
            groups.append((str(PARTS[part]), options))
    return groups


def reason_text(reason: str) -> str:
    """Why a row does not come in, with the field that it begins with called as on the page."""
    name, colon, rest = reason.partition(": ")
    return f"{_FIELDS[name]}: {rest}" if colon and name in _FIELDS else reason


def section_title(title: str) -> str:
    """A section's title in counts, "person (people)", for people."""
    what, _blank, rest = title.partition(" ")
    name = what_name(what)
    return name if rest in ("", "(rows)") else f"{name} {rest}"
