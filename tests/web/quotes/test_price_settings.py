"""Products, prices, taxes, limits and terms are set on their pages by whoever may; dates are said."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from isthmus.core import clock
from isthmus.core.actors import SYSTEM
from isthmus.sales.commands import set_price
from isthmus.sales.models import DiscountLimit, PriceBook, Product, SellingTerms, TaxRate

pytestmark = pytest.mark.django_db
PAGES = ("products", "prices", "taxes", "selling")


def test_a_product_is_added_then_described_and_at_last_not_sold_any_more(client, goods, admin):
    client.force_login(admin)
    response = client.post("/settings/products/new/", {"sku": "W-1", "name": "Water filter"})
    product = Product.objects.get(sku="W-1")
    assert response["Location"] == f"/settings/products/{product.pk}/edit/"
    told = {"name": "Water filter", "unit": "piece", "tax_class": "reduced", "billing_interval": "year"}

    client.post(f"/settings/products/{product.pk}/edit/", {**told, "is_active": "on"})
    page = client.get("/settings/products/").content.decode()
    for said in ("reduced", "a year, by piece", "No price yet"):
        assert said in page
    client.post(f"/settings/products/{product.pk}/edit/", {**told, "unit": "", "billing_interval": ""})

    product.refresh_from_db()
    assert (product.unit, product.billing_interval, product.is_active) == ("", "", False)
    assert "Not sold any more" in client.get("/settings/products/").content.decode()


def test_prices_say_what_holds_today_what_comes_and_what_was(client, goods, admin):
    client.force_login(admin)
    book, tomorrow = PriceBook.objects.get(), clock.now().date() + timedelta(days=2)
    set_price(
        book_id=book.pk, product_id=goods[0].pk, from_on=date(2026, 2, 1), unit_price=Decimal(210), by=SYSTEM,
        at=clock.now(),
    )  # fmt: skip

    client.post(
        f"/settings/prices/{book.pk}/set/",
        {"product_id": goods[0].pk, "from_on": tomorrow, "unit_price": "0.0125"},
    )

    page = client.get("/settings/prices/").content.decode()
    for said in ("€210.00", "€0.0125", "1 earlier price", "For everybody, EUR", "€10.00"):
        assert said in page
    refused = client.post(
        f"/settings/prices/{book.pk}/set/",
        {"product_id": goods[0].pk, "from_on": tomorrow, "unit_price": "0.0125"},
    )
    assert refused.status_code == 409
    assert "it says this already" in refused.content.decode()


def test_a_price_book_is_for_a_country_and_has_its_days(client, goods, admin):
    client.force_login(admin)

    client.post("/settings/prices/new/", {"name": "Sweden", "currency": "EUR", "country": "se"})
    book = PriceBook.objects.get(name="Sweden")
    wrong = client.post(f"/settings/prices/{book.pk}/edit/", {"name": "Sweden", "country": "Sweden"})
    client.post(f"/settings/prices/{book.pk}/edit/", {"name": "Sweden", "country": "", "to_on": "2020-01-31"})

    assert wrong.status_code == 422
    book.refresh_from_db()
    assert (book.country, book.to_on) == ("", date(2020, 1, 31))
    assert "Over" in client.get("/settings/prices/").content.decode()


def test_tax_rates_are_set_in_percent_and_changed_where_they_stand(client, goods, admin):
    client.force_login(admin)
    told = {"region": "CH", "tax_class": "standard", "rate": "8.1", "from_on": "2024-01-01"}
    client.post("/settings/taxes/set/", told)
    rate = TaxRate.objects.get(region="CH")
    assert rate.rate == Decimal("0.081")
    assert "8.1%" in client.get("/settings/taxes/").content.decode()
    assert 'value="8.1"' in client.get(f"/settings/taxes/set/?rate={rate.pk}").content.decode()

    wrong = client.post("/settings/taxes/set/", {**told, "to_on": "2023-01-01"})
    assert "The last day cannot be before the first." in wrong.content.decode()
    client.post("/settings/taxes/set/", {**told, "remove": "on"})

    assert not TaxRate.objects.filter(region="CH").exists()


def test_limits_are_by_role_person_and_family_and_the_terms_can_be_emptied(client, goods, admin, rita):
    client.force_login(admin)
    client.post("/settings/selling/limit/", {"who": "role:seller", "family": "Service", "limit": "12.5"})
    assert DiscountLimit.objects.get(family="Service").limit == Decimal("0.125")
    client.post("/settings/selling/limit/", {"who": f"seller_id:{rita.pk}", "limit": "20"})
    page = client.get("/settings/selling/").content.decode()
    assert all(said in page for said in ("12.5%", "Rita Reyes", "20%"))
    own = DiscountLimit.objects.get(seller=rita)
    form = client.get(f"/settings/selling/limit/?limit={own.pk}").content.decode()
    assert f'<option value="seller_id:{rita.pk}" selected>' in form
    days = {"valid_days": "14", "payment_days": "10"}
    client.post("/settings/selling/terms/", {**days, "terms": "Ours.", "bank": "IBAN"})
    assert (SellingTerms.current().terms, SellingTerms.current().invoices_at_once) == ("Ours.", False)

    client.post("/settings/selling/terms/", {**days, "terms": "", "bank": "IBAN"})

    assert (SellingTerms.current().terms, SellingTerms.current().bank) == ("", "IBAN")


def test_sellers_do_not_open_the_pages_and_managers_change_them(client, goods, rita, sam):
    client.force_login(rita)
    assert {client.get(f"/settings/{page}/").status_code for page in PAGES} == {403}
    client.force_login(sam)
    assert {client.get(f"/settings/{page}/").status_code for page in PAGES} == {200}
    assert "New product" in client.get("/settings/products/").content.decode()


def test_the_pages_ask_the_same_for_many_rows_as_for_few(client, goods, admin, django_assert_max_num_queries):
    book = PriceBook.objects.get()
    for number in range(15):
        product = Product.objects.create(sku=f"X-{number}", name=f"X {number}", updated_at=clock.now())
        book.prices.create(product=product, from_on=date(2026, 1, 1), unit_price=1_000_000)
        TaxRate.objects.create(region=f"X{number}", tax_class="standard", rate=0, from_on=date(2026, 1, 1))
    client.force_login(admin)

    for page in PAGES:
        with django_assert_max_num_queries(16):
            assert client.get(f"/settings/{page}/").status_code == 200
