"""What Isthmus itself says of the imported export: asked in the process of a company's own folder."""

from datetime import date, timedelta
from typing import Any


def ask(last_day: date) -> dict[str, Any]:
    """The figures of the catalogue, the league, the chances, and how many rows of each kind there are."""
    import django

    django.setup()
    from isthmus.analysis import league
    from isthmus.core.clock import now
    from isthmus.insight.chances import make_chances
    from isthmus.people.models import Account
    from isthmus.sales.models import Deal, Order, Payment, Price, PriceBook, Product
    from isthmus.workspace.models import User

    rates = {by: _rates(by) for by in ("owner", "team", "product", "territory")}
    table = league.rates([(won, n) for _name, won, n in rates["owner"]])
    report = make_chances(at=now()) if Deal.objects.exists() else None
    whole = (Account, Deal, Order, Payment, Product, User)
    year = f"/targets/league/?period={last_day.year}"
    return {
        "rates": rates,
        "won_days": _figure("sales_cycle"),
        "lost_days": _figure("lost_cycle"),
        "revenue": _by_quarter(),
        "open": _figure("open_deals"),
        "open_value": _open_value(),
        "ages": _ages(last_day + timedelta(days=1)),
        "chance_of_differences": table.chance,
        "differ": table.differ,
        "chances": report.says if report else {},
        "pages": {path: _page(path) for path in ("/forecast/chances/", year)},
        "rows": [model.objects.count() for model in (*whole, Price, PriceBook)],
    }


def _answer(metric: str, *by: str) -> Any:
    from isthmus.core.actors import SYSTEM
    from isthmus.core.window import Window
    from isthmus.metrics import queries
    from isthmus.metrics.question import Question
    from isthmus.workspace.models import Company

    window = Window.parse(None, None, Company.current().zone)
    return queries.ask(Question(metric=metric, window=window, actor=SYSTEM, by=by))


def _figure(metric: str) -> Any:
    return _answer(metric).total.value


def _rates(by: str) -> list[tuple[str, int, int]]:
    return [(row.labels[0], int(row.numerator or 0), row.n) for row in _answer("win_rate", by).rows]


def _by_quarter() -> dict[str, str]:
    return {row.keys[0]: str(row.value) for row in _answer("revenue", "quarter").rows}


def _open_value() -> str:
    """What open deals are worth together."""
    from django.db.models import Sum

    from isthmus.core.money import from_micros
    from isthmus.sales.models import Deal

    return str(from_micros(Deal.objects.filter(state="open").aggregate(sum=Sum("amount"))["sum"] or 0))


def _ages(until: date) -> list[int]:
    """The age of each open deal that has one, from the rows behind the figure."""
    from isthmus.core.actors import SYSTEM
    from isthmus.core.window import Window
    from isthmus.metrics import queries
    from isthmus.metrics.question import Question
    from isthmus.workspace.models import Company

    zone = Company.current().zone
    question = Question(metric="open_age", window=Window.parse(None, until.isoformat(), zone), actor=SYSTEM)
    found: list[int] = []
    after: str | None = None
    while True:
        page = queries.rows(question, after, 1000)
        found += [int(row.worth) for row in page.rows if row.worth is not None]
        after = page.next
        if after is None:
            return sorted(found)


def _page(path: str) -> str:
    """The main part of a page as the administrator sees it."""
    from django.test import Client

    from isthmus.workspace.models import User

    client = Client(HTTP_HOST="localhost")
    client.force_login(User.objects.filter(role="admin").earliest("pk"))
    text = client.get(path).content.decode()
    return text.partition("<main")[2].partition("</main")[0]
