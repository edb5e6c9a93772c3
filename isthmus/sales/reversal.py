"""Taking back what an undone import did to deals, orders, payments, activities, products and prices.

In the caller's transaction; a reference that is left to something that goes stops it.
"""

from collections.abc import Sequence

from isthmus.core.clock import written_now
from isthmus.core.rows import update_rows
from isthmus.sales.models import Activity, Deal, Order, OrderLine, Payment, Price, PriceBook, Product


def remove_deals(numbers: Sequence[int]) -> None:
    """Take deals away."""
    Deal.objects.filter(pk__in=numbers).delete()


def put_back_deals(deals: Sequence[Deal], fields: Sequence[str]) -> None:
    """Save fields that were set to what they held before."""
    for deal in deals:
        deal.updated_at, deal.version = written_now(), deal.version + 1
    update_rows(deals, [*fields, "updated_at", "version"])


def remove_orders(numbers: Sequence[int]) -> None:
    """Take orders away with their lines. Their payments went before."""
    OrderLine.objects.filter(order__in=numbers).delete()
    Order.objects.filter(pk__in=numbers).delete()


def put_back_orders(orders: Sequence[Order], fields: Sequence[str]) -> None:
    """Save fields that were set to what they held before."""
    for order in orders:
        order.updated_at = written_now()
    update_rows(orders, [*fields, "updated_at"])


def remove_payments(numbers: Sequence[int]) -> None:
    """Take payments away. What is paid of an order that stays is put back apart."""
    Payment.objects.filter(pk__in=numbers).delete()


def remove_activities(numbers: Sequence[int]) -> None:
    """Take activities away."""
    Activity.objects.filter(pk__in=numbers).delete()


def remove_prices(numbers: Sequence[int]) -> None:
    """Take prices away."""
    Price.objects.filter(pk__in=numbers).delete()


def remove_price_books(numbers: Sequence[int]) -> None:
    """Take price books away. Their prices went before."""
    PriceBook.objects.filter(pk__in=numbers).delete()


def remove_products(numbers: Sequence[int]) -> None:
    """Take products away."""
    Product.objects.filter(pk__in=numbers).delete()
