"""Whatever is quoted, revised, accepted, paid, given back, credited and renewed: all sums agree to the coin.

Every line and total is computed a second time with fractions, every order is kept a second time as numbers.
"""

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

import pytest
from django.db import transaction
from django.db.models import F, Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from isthmus.core.actors import SYSTEM
from isthmus.core.refusals import Refusal
from isthmus.ledger.models import InboxFact
from isthmus.people.commands import add_person
from isthmus.sales.commands import (
    accept_quote,
    credit_invoice,
    decline_quote,
    edit_product,
    edit_quote,
    make_quote,
    open_deal,
    pay_order,
    refund_order,
    renew_subscription,
    revise_quote,
    send_quote,
    set_tax_rate,
)
from isthmus.sales.commands.catalogue import add_product
from isthmus.sales.models import Deal, Invoice, Order, Payment, Product, Quote, Subscription
from isthmus.workspace.commands import set_rate
from tests.cast import MONDAY_NOON
from tests.sales.quoting import NEW_YEAR

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
COINS = {"EUR": 10_000, "SEK": 10_000, "JPY": 1_000_000, "KWD": 1_000}
RATES = {"standard": "0.19", "reduced": "0.07", "odd": "0.08875", "exempt": "0"}
MOVED = ("order.paid", "tax.paid", "order.refunded", "tax.refunded")

amounts = st.decimals(Decimal("0.0001"), Decimal("20000"), places=4)
lines = st.lists(
    st.fixed_dictionaries(
        {
            "product": st.integers(-1, 4),
            "quantity": st.one_of(
                st.integers(1, 40).map(Decimal), st.decimals(Decimal("0.0001"), Decimal(99), places=4)
            ),
            "unit_price": amounts,
            "discount": st.sampled_from(["0", "0", "0.1", "0.333333", "0.999999", "1"]).map(Decimal),
        }
    ),
    min_size=1,
    max_size=4,
)


def half_up(exact: Fraction, coin: int) -> int:
    return floor(exact / coin + Fraction(1, 2)) * coin


class Books(RuleBasedStateMachine):
    """One seller's deals in four currencies, from offers to money."""

    def __init__(self) -> None:
        super().__init__()
        self.at = MONDAY_NOON
        self.owed: dict[int, Counter[str]] = {}
        self.around = transaction.atomic()
        self.around.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.around.__exit__(None, None, None)

    @initialize(first=st.lists(st.tuples(st.integers(0, 3), lines), min_size=2, max_size=3))
    def open_the_shop(self, first: list[tuple[int, list[dict[str, Any]]]]) -> None:
        self._stock()
        for place, drawn in first:
            self.is_quoted(place, drawn)
        # Hypothesis leaves rules out of whole runs, so each run begins with something to pay.
        for quote in Quote.objects.order_by("pk")[: len(first) - 1]:
            self._accept(quote)

    def _stock(self) -> None:
        on = self.at.date()
        for currency, rate in (("SEK", "0.0887"), ("JPY", "0.00613"), ("KWD", "2.9871")):
            set_rate(currency=currency, on=on, base_per_unit=Decimal(rate), by=SYSTEM, at=self.at)
        for name, rate in RATES.items():
            set_tax_rate(
                region="DE", tax_class=name, rate=Decimal(rate), from_on=NEW_YEAR, by=SYSTEM, at=self.at
            )
        self.products: list[Product] = []
        for number, tax_class in enumerate((*RATES, "standard")):
            product = add_product(sku=f"P-{number}", name=f"Thing {number}", by=SYSTEM, at=self.at)
            monthly = {"billing_interval": "month"} if number == 4 else {}
            if tax_class != "standard" or monthly:
                edit_product(product_id=product.pk, tax_class=tax_class, by=SYSTEM, at=self.at, **monthly)  # type: ignore[arg-type]
            self.products.append(Product.objects.get(pk=product.pk))
        pat = add_person(full_name="Pat", email="pat@x.example", country="DE", by=SYSTEM, at=self.at)
        self.deals = [
            open_deal(person_id=pat.pk, currency=currency, by=SYSTEM, at=self.at) for currency in COINS
        ]

    def _given(self, drawn: list[dict[str, Any]]) -> list[Any]:
        return [
            {
                "product_id": self.products[one["product"]].pk if one["product"] >= 0 else None,
                "description": "Something",
                **{name: one[name] for name in ("quantity", "unit_price", "discount")},
            }
            for one in drawn
        ]

    def _check_lines(self, quote: Quote, drawn: list[dict[str, Any]]) -> None:
        coin, sums = COINS[quote.currency], Counter[str]()
        for line, one in zip(quote.lines.order_by("position"), drawn, strict=True):
            product = self.products[one["product"]] if one["product"] >= 0 else None
            rate = Fraction(RATES[product.tax_class if product else "standard"])
            net = Fraction(one["quantity"]) * Fraction(one["unit_price"]) * (1 - Fraction(one["discount"]))
            expected = half_up(net * 1_000_000, coin)
            assert (line.net, line.tax) == (expected, half_up(expected * rate, coin))
            sums.update(net=line.net, tax=line.tax)
        assert (quote.net, quote.tax) == (sums["net"], sums["tax"])
        assert quote.total == quote.net + quote.tax

    def _one(self, rows: Any, data: st.DataObject) -> Any:
        numbers = list(rows.order_by("pk").values_list("pk", flat=True))
        return rows.model.objects.get(pk=data.draw(st.sampled_from(numbers))) if numbers else None

    @rule(place=st.integers(0, 3), drawn=lines)
    def is_quoted(self, place: int, drawn: list[dict[str, Any]]) -> None:
        deal = Deal.objects.get(pk=self.deals[place].pk)
        quote = make_quote(deal_id=deal.pk, lines=self._given(drawn), by=SYSTEM, at=self.at)
        self._check_lines(quote, drawn)
        send_quote(quote_id=quote.pk, by=SYSTEM, at=self.at)

    @rule(data=st.data(), drawn=lines)
    def is_revised(self, data: st.DataObject, drawn: list[dict[str, Any]]) -> None:
        old = self._one(Quote.objects.exclude(state__in=["accepted", "superseded"]), data)
        if old is None:
            return
        new = revise_quote(quote_id=old.pk, by=SYSTEM, at=self.at)
        assert (new.net, new.tax) == (old.net, old.tax)
        try:
            new = edit_quote(quote_id=new.pk, lines=self._given(drawn), by=SYSTEM, at=self.at)
            self._check_lines(new, drawn)
        except Refusal as refusal:
            assert "Nothing was changed" in str(refusal)
        send_quote(quote_id=new.pk, by=SYSTEM, at=self.at)

    @rule(data=st.data())
    def is_declined(self, data: st.DataObject) -> None:
        quote = self._one(Quote.objects.filter(state="sent"), data)
        if quote is not None:
            decline_quote(quote_id=quote.pk, by=SYSTEM, at=self.at)

    @rule(data=st.data())
    def is_accepted(self, data: st.DataObject) -> None:
        self._accept(self._one(Quote.objects.all(), data))

    def _accept(self, quote: Quote) -> None:
        orders = Order.objects.count()
        try:
            taken = accept_quote(quote_id=quote.pk, name="Pat", by=SYSTEM, at=self.at)
        except Refusal:
            assert quote.state != "sent" or quote.valid_until < self.at.date()
            assert Order.objects.count() == orders
            return
        assert Order.objects.count() == orders + 1
        assert (taken.order.total, taken.order.currency) == (quote.total, quote.currency)
        self.owed[taken.order_id] = Counter(total=quote.total)

    @rule(data=st.data(), share=st.integers(1, 4))
    def is_paid(self, data: st.DataObject, share: int) -> None:
        order = self._one(Order.objects.filter(total__gt=F("paid") + F("credited")), data)
        if order is None:
            return
        micros = max(order.open // share // COINS[order.currency], 1) * COINS[order.currency]
        pay_order(order_id=order.pk, amount=Decimal(micros) / 1_000_000, by=SYSTEM, at=self.at)
        self.owed[order.pk]["paid"] += micros

    @rule(data=st.data(), share=st.integers(1, 4), credited=st.booleans())
    def is_given_back(self, data: st.DataObject, share: int, credited: bool) -> None:
        order = self._one(Order.objects.filter(paid__gt=0), data)
        if order is None:
            return
        micros = max(order.paid // share // COINS[order.currency], 1) * COINS[order.currency]
        refund_order(
            order_id=order.pk, amount=Decimal(micros) / 1_000_000, with_credit_note=credited, by=SYSTEM,
            at=self.at,
        )  # fmt: skip
        self.owed[order.pk]["paid"] -= micros
        if credited and Invoice.objects.filter(order=order, kind="invoice").exists():
            left = self.owed[order.pk]["total"] - self.owed[order.pk]["credited"]
            self.owed[order.pk]["credited"] += min(micros, left)

    @rule(data=st.data(), share=st.integers(1, 4))
    def is_credited(self, data: st.DataObject, share: int) -> None:
        owed = Order.objects.filter(total__gt=F("paid") + F("credited"))
        invoice = self._one(Invoice.objects.filter(kind="invoice", order__in=owed), data)
        if invoice is None:
            return
        micros = max(invoice.order.open // share // COINS[invoice.currency], 1) * COINS[invoice.currency]
        amount = Decimal(micros) / 1_000_000
        credit_invoice(invoice_id=invoice.pk, reason="Agreed", amount=amount, by=SYSTEM, at=self.at)
        self.owed[invoice.order_id]["credited"] += micros

    @rule(days=st.integers(1, 40))
    def time_passes(self, days: int) -> None:
        self.at += timedelta(days=days)
        for one in Subscription.objects.filter(ended_on=None, renews_on__lte=self.at.date()):
            order = renew_subscription(subscription_id=one.pk, by=SYSTEM, at=self.at)
            self.owed[order.pk] = Counter(total=order.total)

    @invariant()
    def orders_are_what_was_ordered_paid_and_credited(self) -> None:
        for order in Order.objects.prefetch_related("lines", "payments", "invoices__lines"):
            kept = self.owed[order.pk]
            assert (order.total, order.paid, order.credited) == (
                kept["total"],
                kept["paid"],
                kept["credited"],
            )
            assert order.total == sum(line.amount + line.tax for line in order.lines.all())
            assert order.open == kept["total"] - kept["credited"] - kept["paid"]
            self._check_documents(order, COINS[order.currency])
            self._check_facts(order)

    def _check_documents(self, order: Order, coin: int) -> None:
        owed = {line.position: [line.amount, line.tax] for line in order.lines.all()}
        for document in order.invoices.all():
            each = list(document.lines.all())
            assert document.net == sum(line.net for line in each)
            assert document.tax == sum(line.tax for line in each)
            assert all(line.net % coin == line.tax % coin == 0 for line in each)
            if document.kind == "invoice":
                assert {line.position: [line.net, line.tax] for line in each} == {
                    line.position: [line.amount, line.tax] for line in order.lines.all()
                }
                continue
            for line in each:
                owed[line.position][0] -= line.net
                owed[line.position][1] -= line.tax
        # No line is credited beyond what it was; of what is credited whole nothing is left, on no line.
        assert all(part >= 0 for parts in owed.values() for part in parts)
        assert sum(sum(parts) for parts in owed.values()) == order.total - order.credited

    def _check_facts(self, order: Order) -> None:
        told = InboxFact.objects.filter(order_id=order.pk)
        moved = told.filter(kind__in=MOVED).aggregate(amount=Sum("amount"))["amount"] or 0
        assert moved == order.paid == sum(
            one.amount if one.kind == "payment" else -one.amount for one in order.payments.all()
        )  # fmt: skip
        placed = told.filter(kind="order.placed").aggregate(amount=Sum("amount"))["amount"]
        assert placed == sum(line.amount for line in order.lines.all())

    @invariant()
    def what_is_told_of_invoices_is_what_they_say(self) -> None:
        sums = dict(Invoice.objects.order_by().values_list("kind").annotate(Sum("net")))
        told = InboxFact.objects.filter(kind__in=("invoice.issued", "invoice.credited"))
        amount = told.aggregate(amount=Sum("amount"))["amount"] or 0
        assert amount == sums.get("invoice", 0) - sums.get("credit", 0)

    @invariant()
    def each_payment_is_told_to_the_micro_in_both_currencies(self) -> None:
        from isthmus.workspace.queries import Converter

        converter = Converter()
        told: dict[str, list[int]] = {}
        for key, amount, base in InboxFact.objects.filter(kind__in=MOVED).values_list(
            "natural_key", "amount", "amount_base"
        ):
            found = told.setdefault(key.split(":")[1], [0, 0])
            found[0], found[1] = found[0] + amount, found[1] + base
        for one in Payment.objects.select_related("order"):
            amount = one.amount if one.kind == "payment" else -one.amount
            base = converter.to_base(amount, one.order.currency, one.at.date())
            assert told[str(one.pk)] == [amount, base]

    @invariant()
    def of_the_versions_of_a_quote_one_is_accepted_at_most(self) -> None:
        taken = Quote.objects.filter(state="accepted").values_list("number", flat=True)
        assert len(taken) == len(set(taken))
        renewed = Subscription.objects.aggregate(times=Sum("renewals"))["times"] or 0
        assert Order.objects.count() == len(taken) + renewed


def reconcile(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        Books,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_all_sums_agree_to_the_coin(company):
    from isthmus.sales.commands import add_pipeline

    add_pipeline(name="New", stages=[{"name": "Talk"}], by=SYSTEM, at=MONDAY_NOON)  # type: ignore[list-item]
    reconcile(examples=4, steps=14)


@pytest.mark.prove
def test_all_sums_agree_to_the_coin_however_long_it_goes_on(company):
    from isthmus.sales.commands import add_pipeline

    add_pipeline(name="New", stages=[{"name": "Talk"}], by=SYSTEM, at=MONDAY_NOON)  # type: ignore[list-item]
    reconcile(examples=120, steps=40)
