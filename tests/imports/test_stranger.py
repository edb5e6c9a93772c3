"""The CRM export of a stranger: four files by the shipped recipe, and each figure against plain Python."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from isthmus.core.actors import SYSTEM, Actor
from isthmus.core.clock import now
from isthmus.core.money import to_micros
from isthmus.core.window import Window
from isthmus.imports.alike import NoSuchName, alike, joined, said
from isthmus.imports.editing import read_data, text_of_data
from isthmus.imports.models import ImportRun
from isthmus.imports.planning import Plan, make_plan
from isthmus.imports.recipe import read_recipe
from isthmus.imports.running import run_import
from isthmus.imports.shipped import shipped_recipe
from isthmus.imports.undoing import undo_import
from isthmus.metrics import queries
from isthmus.metrics.question import Answer, Question
from isthmus.people.models import Account
from isthmus.sales.commands import set_price
from isthmus.sales.models import Deal, Order, Payment, Price, PriceBook, Product
from isthmus.workspace.models import Company, Territory, User
from prove.stranger_by_hand import figures_of
from prove.stranger_set import LAST, OTHERWISE, PRODUCTS, write_set
from tests.imports.conftest import Notebook

pytestmark = pytest.mark.django_db
ACTOR = Actor(kind="import", unlimited=True)
MODELS = (Account, Deal, Order, Payment, Price, PriceBook, Product, User)
BAD = (
    "900001K,Seller AA,Nonesuch,Karon Group,Won,2017-01-02,2017-01-05,2017-02-01,10\n"
    "900002K,Seller AA,Mast Special,Karon Group,Lost,2017-01-02,2017-01-05,31.02.2017,0\n"
    "900003K,Seller AA,Mast Special,Karon Group,Won,,,2017-02-01,10\n"
)


@pytest.fixture
def files(company: Any, settings: Any, tmp_path: Path) -> list[Path]:
    settings.ISTHMUS_HOME = tmp_path / "home"
    return write_set(tmp_path / "export", rows=300)


def shipped_text() -> str:
    shipped = shipped_recipe("opportunities")
    assert shipped is not None
    return shipped.text


def planned(files: list[Path], **same: str) -> Plan:
    text = shipped_text()
    recipe = read_recipe(text_of_data(joined(read_data(text), same)) if same else text)
    return make_plan(recipe, files)


def brought(files: list[Path], tmp_path: Path, **same: str) -> tuple[Any, str]:
    report = run_import(planned(files, **same), by=ACTOR, watcher=Notebook(), bad_rows=tmp_path / "bad.csv")
    return report, "".join(path.read_text() for path in report.bad_files.values())


def asked(metric: str, *by: str, until: date | None = None) -> Answer:
    zone = Company.current().zone
    window = Window.parse(None, until.isoformat() if until else None, zone)
    return queries.ask(Question(metric=metric, window=window, actor=SYSTEM, by=by))


def rates(by: str) -> dict[str, tuple[Any, int]]:
    return {row.labels[0]: (row.numerator, row.n) for row in asked("win_rate", by).rows}


def test_every_figure_is_that_of_plain_python_over_the_files_and_all_of_it_can_be_taken_back(
    files: list[Path], tmp_path: Path
) -> None:
    before = [model.objects.count() for model in MODELS]
    report, bad = brought(files, tmp_path, **{other: name for name, other in OTHERWISE.items()})

    hand = figures_of(files[0].parent, LAST)
    assert bad == ""
    assert rates("owner") == hand.sellers
    assert rates("team") == hand.managers
    assert rates("product") == hand.products
    assert rates("territory") == hand.regions
    assert asked("sales_cycle").total.value == hand.won_days
    assert asked("lost_cycle").total.value == hand.lost_days
    assert {row.keys[0]: row.value for row in asked("revenue", "quarter").rows} == hand.revenue
    day_after = LAST + timedelta(days=1)
    found = asked("open_age", until=day_after)
    assert asked("open_deals").total.value == hand.open
    assert (found.total.n, found.total.value) == (len(hand.ages), middle(hand.ages))
    assert hand.undated, "the set has some of which nothing tells the day"
    assert asked("open_age").total.value is None, "without an end there is no day to count to"
    who_is_who()
    what_it_costs(hand.open_value)

    undo_import(report.run_id, SYSTEM, Notebook())

    assert ImportRun.objects.get(pk=report.run_id).state == "undone"
    assert [model.objects.count() for model in MODELS] == before


def who_is_who() -> None:
    seller = User.objects.get(name="Seller AA")
    assert (str(seller.team), str(seller.territory), seller.is_active) == ("Manager Abel", "North", False)
    assert User.objects.get(name="Manager Abel").role == "manager"
    assert Territory.objects.count() == 3
    assert Account.objects.get(name="Karon Trade").parent == Account.objects.get(name="Karon Group")
    won = Deal.objects.filter(state="won").select_related("owner").first()
    assert won is not None
    assert (won.territory, won.team) == (won.owner.territory, won.owner.team)
    assert won.amount == won.orders.get().total
    assert Deal.objects.filter(account=None, state="open").exists(), "nobody named, and in all the same"
    assert Product.objects.count() == 7


def what_it_costs(open_value: Decimal) -> None:
    book = PriceBook.objects.get()
    assert (book.currency, book.is_default) == ("EUR", True)
    priced = {price.product.name: price.unit_price for price in Price.objects.select_related("product")}
    assert priced == {name: to_micros(Decimal(price)) for name, _series, price in PRODUCTS}
    still = Deal.objects.filter(state="open").values_list("amount", flat=True)
    assert sum(still) == to_micros(open_value)


@pytest.fixture
def few(company: Any, settings: Any, tmp_path: Path) -> list[Path]:
    settings.ISTHMUS_HOME = tmp_path / "home"
    return write_set(tmp_path / "export", rows=12)


def test_a_price_that_is_here_stays_and_one_of_a_product_in_use_outlives_the_undo(
    few: list[Path], tmp_path: Path
) -> None:
    files = few
    report, _bad = brought(files, tmp_path, KeelPro="Keel Pro")
    mast = Product.objects.get(name="Mast Special")
    book = PriceBook.objects.get()
    tomorrow = now().date() + timedelta(days=1)
    set_price(
        book_id=book.pk, product_id=mast.pk, from_on=tomorrow, unit_price=Decimal(60), by=SYSTEM, at=now()
    )

    with files[1].open("a", encoding="utf-8") as file:
        file.write("Mast Extra,Mast,99\nMast Odd,Mast,-1\n")
    again, bad = brought(files, tmp_path, KeelPro="Keel Pro")
    assert "cannot be below zero" in bad
    assert Price.objects.filter(product=mast).count() == 2
    assert Price.objects.filter(product__name="Mast Extra").count() == 1
    for run in (again, report):
        undo_import(run.run_id, SYSTEM, Notebook())

    assert set(Product.objects.values_list("name", flat=True)) == {"Mast Special"}
    assert Price.objects.count() == 2
    assert PriceBook.objects.get() == book


def test_a_wrong_currency_leaves_the_product_without_a_price_and_says_so(
    few: list[Path], tmp_path: Path
) -> None:
    files = few
    text = shipped_text().replace("family = {", 'currency = { value = "XYZ" }\nfamily = {')
    run = run_import(
        make_plan(read_recipe(text), files), by=ACTOR, watcher=Notebook(), bad_rows=tmp_path / "bad"
    )

    assert "does not deal in this currency" in "".join(one.read_text() for one in run.bad_files.values())
    assert (Product.objects.count(), Price.objects.count()) == (7, 0)
    assert not Deal.objects.filter(state="open").exclude(amount=None).exists()


def test_two_spellings_wait_for_a_word_and_bad_rows_say_why(files: list[Path], tmp_path: Path) -> None:
    with files[3].open("a", encoding="utf-8") as file:
        file.write(BAD)
    (asked_for,) = alike(planned(files))
    assert (asked_for.field, asked_for.word, asked_for.like) == ("product", "KeelPro", "Keel Pro")

    _report, bad = brought(files, tmp_path)

    assert Deal.objects.count() == 300 - asked_for.rows
    assert "there is no product “KeelPro”" in bad
    for sentence in ("product “Nonesuch”", "“31.02.2017” is not a date", "needs the day of its opening"):
        assert sentence in bad

    plan = planned(files)
    assert said(["KeelPro = Keel Pro"], plan) == {"KeelPro": "Keel Pro"}
    with pytest.raises(NoSuchName, match="spelling"):
        said(["KealPro = Keel Pro"], plan)
    _report, bad = brought(files, tmp_path, KeelPro="Keel Pro")

    assert (Deal.objects.count(), "KeelPro" in bad) == (300, False)
    assert alike(planned(files, KeelPro="Keel Pro")) == []
    before = [model.objects.count() for model in MODELS]
    brought(files, tmp_path, KeelPro="Keel Pro")
    assert [model.objects.count() for model in MODELS] == before, "again brings nothing twice"


def middle(days: list[int]) -> Decimal | float:
    half = len(days) // 2
    return days[half] if len(days) % 2 else (days[half - 1] + days[half]) / 2
