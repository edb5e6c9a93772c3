"""What selling costs the sample company: what its people are paid, and some months of expenses."""

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from isthmus.core.actors import SYSTEM
from isthmus.core.window import add_months
from isthmus.files.storing import Incoming
from isthmus.money.commands import approve_expense, book_expense, book_salaries, refuse_expense, set_salary
from isthmus.money.costs.telling import start_of
from isthmus.sales.models import Deal
from isthmus.simulate import catalogue as c
from isthmus.simulate.setting import Setting
from isthmus.simulate.sizes import DAYS
from isthmus.workspace.actors import actor_for
from isthmus.workspace.models import Company, User

MONTHLY = {"seller": 5200, "manager": 7400}  # in euro, with what is paid beside it
RAISE = Decimal("1.03")  # each January
MONTHS = 4  # so long back expenses are kept
DECIDED_AFTER = timedelta(days=12)
RECEIPTS_KEPT = timedelta(days=45)  # older ones have none: each is a file to write
_SPENT = (
    ("travel", "Train to the customer", 60, 340),
    ("travel", "Car, two days", 120, 260),
    ("meals", "Lunch at the plant", 35, 120),
    ("tools", "Telephone, one month", 29, 59),
    ("event", "Stand at a fair, our part", 280, 900),
)


def set_costs(setting: Setting, *, seed: int, start: datetime, until: datetime) -> None:
    """Salaries since the beginning with a raise each January; expenses of the last months, mostly decided."""
    today = until.astimezone(Company.current().zone).date()
    chance = random.Random(seed + 29)
    for user, staff in zip(setting.users, c.STAFF, strict=True):
        if staff.role in MONTHLY:
            _pay(user, staff, start.date(), today, chance)
    book_salaries(by=SYSTEM, at=until)
    manager = next(user for user in setting.users if user.role == "manager")
    sellers = [user for user in setting.users if user.role == "seller"]
    for seller, staff in zip(sellers, (one for one in c.STAFF if one.role == "seller"), strict=True):
        if staff.leaves is None:
            _spend(seller, manager, today, chance)


def _pay(user: User, staff: Any, first: date, today: date, chance: random.Random) -> None:
    monthly = Decimal(round(MONTHLY[staff.role] * chance.uniform(0.92, 1.12), -2))
    month = (first + timedelta(days=int(staff.joins * DAYS))).replace(day=1)
    left = (
        (first + timedelta(days=int(staff.leaves * DAYS))).replace(day=1)
        if staff.leaves is not None
        else None
    )
    changes: list[tuple[date, Decimal | None]] = [(month, monthly)]
    year = month.year + 1
    while date(year, 1, 1) <= min(today, left or today):
        monthly = (monthly * RAISE).quantize(Decimal(10))
        changes.append((date(year, 1, 1), monthly))
        year += 1
    if left is not None and left <= today:
        changes.append((add_months(left, 1), None))
    for from_on, amount in changes:
        if from_on <= today:
            set_salary(user_id=user.pk, monthly=amount, from_on=from_on, by=SYSTEM, at=start_of(from_on))


def _spend(seller: User, manager: User, today: date, chance: random.Random) -> None:
    """One or two expenses each month, most for a deal; the manager decides about them after some days."""
    deals = list(Deal.objects.filter(owner=seller).order_by("-pk").values_list("pk", "opened_at")[:40])
    by, boss = actor_for(seller), actor_for(manager)
    for on in _days(today, chance):
        category, note, least, most = chance.choice(_SPENT)
        at = start_of(on) + timedelta(hours=17)
        known = [pk for pk, opened in deals if opened <= at]
        of_deal = (
            known[chance.randrange(min(len(known), 6))] if known and category in ("travel", "meals") else None
        )
        expense = book_expense(
            on=on,
            category=category,  # type: ignore[arg-type]
            amount=Decimal(chance.randint(least, most)),
            deal_id=of_deal,
            note=note,
            files=[_receipt(note)] if on + RECEIPTS_KEPT > today and chance.random() < 0.7 else None,
            by=by,
            at=at,
        )
        if on + DECIDED_AFTER >= today:
            continue
        if chance.random() < 0.06:
            refuse_expense(expense_id=expense.pk, reason="No receipt", by=boss, at=at + DECIDED_AFTER)
        else:
            approve_expense(expense_id=expense.pk, by=boss, at=at + DECIDED_AFTER)


def _receipt(note: str) -> dict[str, str]:
    """A page of PDF that says what was bought, received as a page would bring it."""
    drawn = f"BT /F1 18 Tf 40 120 Td (Receipt: {note}) Tj ET"
    parts = (
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 420 200]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        f"<</Length {len(drawn)}>>stream\n{drawn}\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    text, places = "%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(text))
        text += f"{number} 0 obj{part}endobj\n"
    start = len(text)
    text += f"xref\n0 {len(parts) + 1}\n0000000000 65535 f \n"
    text += "".join(f"{place:010d} 00000 n \n" for place in places)
    text += f"trailer<</Size {len(parts) + 1}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n"
    incoming = Incoming("Receipt.pdf")
    incoming.write(text.encode())
    come = incoming.end()
    return {"name": come.name, "stored": come.stored}


def _days(today: date, chance: random.Random) -> Iterator[date]:
    """The days of expenses, all before today: this evening has not been yet."""
    for back in range(MONTHS - 1, -1, -1):
        month = add_months(today.replace(day=1), -back)
        for _once in range(chance.choice((1, 1, 2))):
            on = month + timedelta(days=chance.randrange(27))
            if on < today:
                yield on
