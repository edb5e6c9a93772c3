"""Rita's records, Olga's records, and one person whom both know."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from isthmus.automation.commands import add_rule, enrol_in_cadence
from isthmus.automation.models import Rule
from isthmus.bulk.commands import plan_bulk_edit
from isthmus.core.actors import SYSTEM, Scope
from isthmus.files.commands import attach_files
from isthmus.files.models import AttachedFile
from isthmus.flows.models import FlowRun
from isthmus.flows.versions import activate
from isthmus.handoff.commands import accept_lead, hand_over_lead, return_lead
from isthmus.imports.models import ImportRun
from isthmus.imports.recipe import read_recipe
from isthmus.leads.commands import capture_lead, qualify_lead
from isthmus.money.commands import book_expense, set_salary
from isthmus.people.commands import record_consent
from isthmus.sales.commands import (
    accept_quote,
    add_pipeline,
    add_task,
    commit_forecast,
    edit_deal,
    log_activity,
    lose_deal,
    make_quote,
    open_deal,
    pay_order,
    place_order,
    send_quote,
    set_quota,
    win_deal,
)
from isthmus.sales.models import Invoice, Product, Subscription
from isthmus.workspace.actors import actor_for
from isthmus.workspace.commands import add_comment, add_field, give_grant, notify, save_view
from isthmus.workspace.models import Comment, User
from tests.attaching import brought
from tests.cast import MONDAY_NOON
from tests.own_scope.coaching import make_coaching
from tests.own_scope.mail import make_mail
from tests.own_scope.meetings import make_meetings

HOUR = timedelta(hours=1)
# Rights that reach records. Rita gets each with scope "own": only the scope keeps her from others.
RECORD_RIGHTS = (
    "people.view", "people.edit", "people.merge", "people.consent", "people.disclose", "people.erase",
    "accounts.view", "accounts.edit", "accounts.merge",
    "leads.view", "leads.capture", "leads.edit", "leads.qualify", "leads.hand_over", "leads.decide",
    "leads.contact", "tasks.view", "tasks.edit", "deals.view", "deals.edit", "orders.view", "orders.edit",
    "activities.edit", "metrics.view", "records.export", "imports.run", "mail.view", "mail.send",
    "mailboxes.edit", "quotas.view", "quotas.edit", "forecast.commit", "forecast.adjust",
    "commission.view", "commission.split", "coaching.view", "coaching.give", "coaching.notes",
    "cadences.enrol", "discounts.approve", "meetings.view", "meetings.edit", "calendars.edit",
    "expenses.view", "expenses.edit", "expenses.approve", "salaries.view", "salaries.edit",
)  # fmt: skip

# Everything of Olga's that may not come out, as a page, a file or a program may write it.
NEEDLES = (
    "Zebedee", "Quandary", "@quandary", "701112233", "70 111 22 33", "Obscura", "Needleworks",
    "needleworks-obscura", "Galleon", "Schooner", "NDL-77123", "NDLREF", "whispered", "hush-hush", "Harriet",
    "Concealed", "Chief Enigma", "Mysteryville", "7341", "7,341", "7.341", "7 341", "7 341",
    "7 341", "5918", "5,918", "5.918", "5 918", "5 918", "5 918", "secret-fleet",
)  # fmt: skip
# Beginnings of them, to search by: pages show what was asked, and this is too short to be a find.
SEARCHES = ("zebe", "quan", "zebedee@q", "70111", "obscu", "needlew", "galle", "schoon", "ndl-7", "harri")


@dataclass
class World:
    """Rows by name: `world.theirs["lead"]`."""

    rita: User
    olga: User
    own: dict[str, Any]
    theirs: dict[str, Any]


def give_all_rights_with_scope_own(rita: User) -> None:
    """So that nothing but the scope stands between Rita and the records of others."""
    for permission in RECORD_RIGHTS:
        give_grant(user_id=rita.pk, permission=permission, scope=Scope.OWN, by=SYSTEM, at=MONDAY_NOON)


def make_common() -> None:
    """A pipeline and a custom field, which are everybody's."""
    add_pipeline(name="Direct", stages=[{"name": "Meeting"}, {"name": "Offer"}], by=SYSTEM, at=MONDAY_NOON)
    field = {"model": "person", "key": "fleet", "label": "Fleet", "type": "text", "kind": "identifying"}
    add_field(**field, by=SYSTEM, at=MONDAY_NOON)  # type: ignore[arg-type]


def make_ritas(rita: User) -> dict[str, Any]:
    """A lead with its deal, order and payment; a lead still waiting; Sally, whom Olga will know too."""
    lead = _handed_over("Robin Visible", "robin@visible.example", "Visible Ltd", "visible.example", rita)
    deal = accept_lead(lead_id=lead.pk, amount="1200", by=SYSTEM, at=MONDAY_NOON + 3 * HOUR)
    order = place_order(
        number="RITA-1", deal_id=deal.pk, lines=[{"amount": "1200"}], by=SYSTEM, at=MONDAY_NOON + 4 * HOUR
    )
    pay_order(order_id=order.pk, by=SYSTEM, at=MONDAY_NOON + 5 * HOUR)
    waiting = _handed_over("Wilma Waiting", "wilma@waiting.example", "Waiting Ltd", "waiting.example", rita)
    sally = _handed_over("Sally Shared", "sally@common.example", "Common Ltd", "common.example", rita)
    notify(user=rita, kind="lead", text="Robin waits", at=MONDAY_NOON)
    at = MONDAY_NOON
    task = add_task(text="Thank Robin", deal_id=deal.pk, due_on=at.date(), by=actor_for(rita), at=at)
    set_quota(seller_id=rita.pk, period="2026-Q1", amount=Decimal(8642), by=SYSTEM, at=MONDAY_NOON)
    return {
        "task": task,
        "expense": book_expense(
            on=at.date(),
            category="travel",
            amount=Decimal(77),
            deal_id=deal.pk,
            note="Visible trip",
            seller_id=rita.pk,
            by=SYSTEM,
            at=at + 6 * HOUR,
        ),
        "lead": lead,
        "person": lead.person,
        "account": lead.person.account,
        "deal": deal,
        "order": order,
        "waiting": waiting,
        "quote": _quote(deal, "Visible offer", price="1200"),
        "view": _view(rita, "Visible ones", "q=visible"),
        "import": _import("Visible list", rita),
        "bulk_edit": _bulk_edit(rita, deal),
        "file": _file(rita, deal, "Visible.pdf", "Rita's own"),
        **make_mail(rita, deal, "Visible mail"),
        **make_meetings(rita, deal, "Visible meeting"),
        **make_coaching(rita, deal, "Visible words"),
        "sally": sally.person,
        "common": sally.person.account,
    }


def make_olgas(olga: User, sally: Any) -> dict[str, Any]:
    """Leads in each state, deals of each kind, an order, activities, consent; and a deal with Sally."""
    at = MONDAY_NOON
    person = {
        "phone": "+46 70 111 22 33",
        "title": "Chief Enigma",
        "city": "Mysteryville",
        "message": "hush-hush plan",
        "person_custom": {"fleet": "secret-fleet"},
    }
    seen = (
        "Zebedee Quandary",
        "zebedee@quandary.example",
        "Needleworks Obscura",
        "needleworks-obscura.example",
    )
    captured = capture_lead(
        full_name=seen[0], email=seen[1], company=seen[2], company_domain=seen[3], channel="paid_search",
        owner_id=olga.pk, team_id=olga.team_id, by=SYSTEM, at=at, **person,
    )  # fmt: skip
    qualified = _owned_lead(*seen, olga)
    qualify_lead(lead_id=qualified.pk, by=SYSTEM, at=at + HOUR)
    handed = _handed_over(*seen, olga)
    returned = _handed_over(*seen, olga)
    return_lead(lead_id=returned.pk, reason="no_budget", by=SYSTEM, at=at + 3 * HOUR)  # type: ignore[arg-type]
    accepted = _handed_over(*seen, olga)
    deal = accept_lead(
        lead_id=accepted.pk, deal_name="Galleon", amount="7341.55", by=SYSTEM, at=at + 3 * HOUR
    )
    order = place_order(
        number="NDL-77123",
        deal_id=deal.pk,
        lines=[{"amount": "5918.20", "description": "Schooner"}],
        by=SYSTEM,
        at=at + 4 * HOUR,
    )
    pay_order(order_id=order.pk, reference="NDLREF", amount="5000", by=SYSTEM, at=at + 5 * HOUR)
    activity = log_activity(
        kind="call", deal_id=deal.pk, text="whispered a price", by=SYSTEM, at=at + 5 * HOUR
    )
    task = add_task(
        text="Ask Zebedee of the Galleon", deal_id=deal.pk, due_on=at.date(), by=actor_for(olga), at=at
    )
    record_consent(
        person_id=captured.person_id, channel="email", given=True, source="hush-hush", by=SYSTEM, at=at + HOUR
    )
    won = open_deal(name="Schooner won", account_id=accepted.account_id, owner_id=olga.pk, by=SYSTEM, at=at)
    win_deal(deal_id=won.pk, amount="7341.55", by=SYSTEM, at=at + HOUR)
    lost = open_deal(name="Schooner lost", account_id=accepted.account_id, owner_id=olga.pk, by=SYSTEM, at=at)
    lose_deal(deal_id=lost.pk, reason="price", by=SYSTEM, at=at + HOUR)  # type: ignore[arg-type]
    said = add_comment(
        kind="deal", record_id=deal.pk, text="whispered to colleagues", by=actor_for(olga), at=at + 6 * HOUR
    )
    taken = _taken(won)
    _with_sally(olga, sally)
    notify(user=olga, kind="lead", text="Zebedee waits", at=at)
    quota = set_quota(
        seller_id=olga.pk, period="2026-Q1", amount=Decimal("7341.55"), note="hush-hush", by=SYSTEM, at=at
    )
    promise = commit_forecast(
        seller_id=olga.pk, period="2026-Q1", amount=Decimal("5918.20"), note="whispered", by=SYSTEM, at=at
    )
    expense = book_expense(
        on=at.date(), category="meals", amount=Decimal("7341.55"), deal_id=deal.pk, note="whispered",
        seller_id=olga.pk, by=SYSTEM, at=at + 6 * HOUR,
    )  # fmt: skip
    salary = set_salary(
        user_id=olga.pk, monthly=Decimal("5918.20"), from_on=at.date().replace(day=1), by=SYSTEM, at=at
    )
    colleague = _owned_lead(
        "Harriet Concealed", "harriet@common.example", "Common Ltd", "common.example", olga
    )
    cadence = _cadence(olga)
    return {
        "lead": captured,
        "cadence": cadence,
        "enrolled": _enrolled(cadence, deal),
        "qualified": qualified,
        "handed": handed,
        "returned": returned,
        "accepted": accepted,
        "person": captured.person,
        "account": captured.person.account,
        "deal": deal,
        "won": won,
        "lost": lost,
        "order": order,
        "activity": activity,
        "task": task,
        "quote": _quote(deal, "Galleon"),
        "sent_quote": send_quote(quote_id=_quote(deal, "Schooner").pk, by=SYSTEM, at=at),
        "invoice": Invoice.objects.get(order=taken.order),
        "subscription": Subscription.objects.get(deal=won),
        "colleague": colleague.person,
        "view": _view(olga, "Zebedee first", "q=zebedee"),
        "import": _import("Zebedee and others", olga),
        "bulk_edit": _bulk_edit(olga, deal),
        "file": _file(olga, deal, "Galleon.pdf"),
        **make_mail(olga, deal, "whispered by mail", sally),
        **make_meetings(olga, deal, "Galleon over lunch"),
        **make_coaching(olga, deal, "whispered"),
        "quota": quota[0],
        "expense": expense,
        "salary": salary,
        "promise": promise,
        "comment": Comment.objects.get(pk=said["id"]),
    }


def _view(owner: User, name: str, query: str) -> Any:
    """A view that somebody keeps for themselves."""
    by = actor_for(User.objects.get(pk=owner.pk))
    return save_view(list="people", name=name, query=query, by=by, at=MONDAY_NOON)


def _file(author: User, deal: Any, name: str, text: str = "whispered") -> AttachedFile:
    """A file on a deal."""
    by = actor_for(User.objects.get(pk=author.pk))
    given = [brought(f"%PDF-1.7 {text}".encode(), name)]
    told = attach_files(kind="deal", record_id=deal.pk, files=given, by=by, at=MONDAY_NOON)
    return AttachedFile.objects.get(pk__in=told["file_ids"])


def _bulk_edit(owner: User, deal: Any) -> Any:
    """A change of many deals that somebody planned."""
    by = actor_for(User.objects.get(pk=owner.pk))
    changes = {"expected_close_on": "2027-01-01"}
    return plan_bulk_edit(list="deals", ids=[deal.pk], changes=changes, by=by, at=MONDAY_NOON)


def _cadence(olga: User) -> Rule:
    """A cadence for deals, at work."""
    steps = [{"kind": "wait", "pause": {"amount": 5, "unit": "weeks"}}, {"kind": "stop"}]
    spec = {"when": {"enrolled": True, "record": "deal", "stop_on": []}, "steps": steps}
    rule = add_rule(name="Weeks", spec=spec, by=SYSTEM, at=MONDAY_NOON)
    activate(rule.flow, user_id=olga.pk, runs="stay", at=MONDAY_NOON)
    return rule


def _enrolled(cadence: Rule, deal: Any) -> FlowRun:
    """A deal in it."""
    begun = enrol_in_cadence(cadence_id=cadence.pk, deal_id=deal.pk, by=SYSTEM, at=MONDAY_NOON)
    return FlowRun.objects.get(pk=begun["id"])


def _quote(deal: Any, text: str, product: Product | None = None, price: str = "7341.55") -> Any:
    """A quote as a draft."""
    line = {"product_id": product.pk if product else None, "description": text, "unit_price": price}
    return make_quote(deal_id=deal.pk, lines=[line], by=SYSTEM, at=MONDAY_NOON)  # type: ignore[list-item]


def _taken(deal: Any) -> Any:
    """A quote that was accepted: with its order, its invoice and a subscription."""
    product = Product.objects.create(sku="SUB", name="Care", billing_interval="month", updated_at=MONDAY_NOON)
    quote = send_quote(quote_id=_quote(deal, "Schooner", product).pk, by=SYSTEM, at=MONDAY_NOON)
    return accept_quote(quote_id=quote.pk, name="Zebedee Quandary", by=SYSTEM, at=MONDAY_NOON)


def _with_sally(olga: User, sally: Any) -> None:
    """Olga's business with somebody whom Rita may see: it stays Olga's."""
    at = MONDAY_NOON + 6 * HOUR
    deal = open_deal(name="Galleon for two", person_id=sally.pk, owner_id=olga.pk, by=SYSTEM, at=at)
    edit_deal(deal_id=deal.pk, amount="7341.55", by=SYSTEM, at=at)
    order = place_order(number="NDL-77124", deal_id=deal.pk, lines=[{"amount": "5918.20"}], by=SYSTEM, at=at)
    pay_order(order_id=order.pk, reference="NDLREF-2", by=SYSTEM, at=at)
    log_activity(kind="meeting", deal_id=deal.pk, text="whispered again", by=SYSTEM, at=at)
    _file(olga, deal, "Schooner.pdf")


def _import(name: str, owner: User) -> ImportRun:
    """An import that its owner prepares: of people, by a recipe that has their name in it."""
    fields = '{ full_name = "Name", email = "Mail" }'
    head = f'[recipe]\nname = "{name}"\nnamespace = "old"\n'
    text = f'{head}[[rows]]\nwhat = "person"\nkey = "Id"\nfields = {fields}\n'
    return ImportRun.objects.create(
        recipe_name=name, recipe_text=text, recipe_sha256=read_recipe(text).sha256, files={}, state="draft",
        owner=owner, team=owner.team, actor_kind="user", actor_id=owner.pk, started_at=MONDAY_NOON,
    )  # fmt: skip


def _owned_lead(name: str, email: str, company: str, domain: str, owner: User) -> Any:
    return capture_lead(
        full_name=name, email=email, company=company, company_domain=domain, channel="paid_search",
        owner_id=owner.pk, team_id=owner.team_id, by=SYSTEM, at=MONDAY_NOON,
    )  # fmt: skip


def _handed_over(name: str, email: str, company: str, domain: str, owner: User) -> Any:
    lead = _owned_lead(name, email, company, domain, owner)
    qualify_lead(lead_id=lead.pk, by=SYSTEM, at=MONDAY_NOON + HOUR)
    return hand_over_lead(lead_id=lead.pk, owner_id=owner.pk, by=SYSTEM, at=MONDAY_NOON + 2 * HOUR)
