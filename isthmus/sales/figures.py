"""What metrics need to know of sales: whose deals and orders are whose, and what products are called."""

from collections.abc import Iterable, Mapping

from isthmus.core.actors import Actor, Scope
from isthmus.ledger.mirror import MirrorColumn, MirrorTable, register
from isthmus.metrics import labels, scope
from isthmus.sales.models import Deal, Order, Product, Stage
from isthmus.workspace.mirrored import custom_columns


def _visible_deals(actor: Actor) -> Iterable[int] | None:
    if actor.scope("deals.view") is Scope.ALL:
        return None
    return Deal.objects.visible_to(actor).values_list("pk", flat=True).iterator()


def _visible_orders(actor: Actor) -> Iterable[int] | None:
    if actor.scope("orders.view") is Scope.ALL:
        return None
    return Order.objects.visible_to(actor).values_list("pk", flat=True).iterator()


def _product_names(ids: set[int]) -> Mapping[int, str]:
    return dict(Product.objects.filter(pk__in=ids).values_list("pk", "name"))


def _products_called(text: str) -> Iterable[int]:
    by_name = Product.objects.filter(name__iexact=text).values_list("pk", flat=True)
    return [*by_name, *Product.objects.filter(sku__iexact=text).values_list("pk", flat=True)]


def _stage_names(ids: set[int]) -> Mapping[int, str]:
    """Stages by name; with their pipeline's where several have stages."""
    rows = list(Stage.objects.filter(pk__in=ids).select_related("pipeline"))
    several = len({one.pipeline_id for one in rows}) > 1
    return {one.pk: f"{one.pipeline.name}: {one.name}" if several else one.name for one in rows}


def _stages_called(text: str) -> Iterable[int]:
    return list(Stage.objects.filter(name__iexact=text).values_list("pk", flat=True))


def declare() -> None:
    """Bound facts about deals and orders; name products; mirror both (called once, when the room starts)."""
    scope.register("deal_id", _visible_deals)
    scope.register("order_id", _visible_orders)
    labels.register("product", _product_names, _products_called)
    labels.register("stage", _stage_names, _stages_called)
    register(
        MirrorTable(
            "mirror_deals",
            Deal.objects.all,
            lambda: {
                "id": MirrorColumn("id", "BIGINT"),
                "state": MirrorColumn("state", "VARCHAR"),
                "stage": MirrorColumn("stage__name", "VARCHAR"),
                "pipeline": MirrorColumn("pipeline__name", "VARCHAR"),
                "lost_reason": MirrorColumn("lost_reason", "VARCHAR"),
                **custom_columns("deal"),
            },
        )
    )
    register(
        MirrorTable(
            "mirror_products",
            Product.objects.all,
            lambda: {"id": MirrorColumn("id", "BIGINT"), "family": MirrorColumn("family", "VARCHAR")},
            changed=None,
        )
    )
