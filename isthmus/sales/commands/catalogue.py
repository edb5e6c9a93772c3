"""Products and pipelines: what is sold and on which way."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.changes import note_made
from isthmus.core.clock import written_now
from isthmus.core.commands import bulk_call, command, only
from isthmus.core.refusals import InvalidInput, Refusal
from isthmus.ledger.facts import Fact
from isthmus.sales.changing import Row
from isthmus.sales.models import Pipeline, Product, Stage


class PipelineExists(Refusal):
    """A pipeline of this name is here already."""


class ProductExists(Refusal):
    """A product with this code is here already."""


class StageGiven(TypedDict, total=False):
    """An open stage of a new pipeline, in order."""

    name: str
    probability: Decimal
    stale_days: int


@command(permission="pipelines.edit", label=gettext_lazy("Add a pipeline"), trade="sales")
def add_pipeline(*, name: str, stages: list[StageGiven], by: Actor, at: datetime) -> Pipeline:
    """Make a pipeline with its open stages; "Won" and "Lost" are added. The first pipeline is the default."""
    if not stages:
        raise InvalidInput({"stages": _("A pipeline needs at least one open stage.")})
    if Pipeline.objects.filter(name__iexact=name.strip()).exists():
        raise PipelineExists(_("There is a pipeline called %(name)s already.") % {"name": name.strip()})
    pipeline = Pipeline.objects.create(name=name.strip(), is_default=not Pipeline.objects.exists())
    rows = [
        Stage(
            pipeline=pipeline,
            name=stage["name"],
            kind="open",
            position=position,
            probability=stage.get("probability"),
            stale_days=stage.get("stale_days"),
        )
        for position, stage in enumerate(stages, start=1)
    ]
    rows.append(Stage(pipeline=pipeline, name=_("Won"), kind="won", position=len(rows) + 1, probability=1))
    rows.append(Stage(pipeline=pipeline, name=_("Lost"), kind="lost", position=len(rows) + 1, probability=0))
    Stage.objects.bulk_create(rows)
    ledger.record(
        Fact(kind="pipeline.added", at=at, props={"pipeline_id": pipeline.pk, "stages": len(rows)}), by=by
    )
    return pipeline


def add_products(*, rows: Sequence[Row], by: Actor) -> list[Any]:
    """Bulk form of `add_product`; a product that is here already comes back as a refusal."""

    def act(chunk: Sequence[Row]) -> list[Any]:
        known = set(
            Product.objects.filter(sku__in={row["sku"] for row in chunk}).values_list("sku", flat=True)
        )
        outcomes: list[Any] = []
        for row in chunk:
            if row["sku"] in known:
                outcomes.append(ProductExists(_("There is a product %(sku)s already.") % {"sku": row["sku"]}))
                continue
            known.add(row["sku"])
            outcomes.append(
                Product(
                    sku=row["sku"][:80],
                    name=row["name"][:200],
                    family=row.get("family") or "",
                    updated_at=written_now(),
                )
            )
        made = [(row, one) for row, one in zip(chunk, outcomes, strict=True) if isinstance(one, Product)]
        Product.objects.bulk_create(one for _, one in made)
        note_made(one for _, one in made)
        ledger.record(
            [Fact(kind="product.added", at=row["at"], product_id=one.pk) for row, one in made], by=by
        )
        return outcomes

    return bulk_call("add_product", "products.edit", rows, by, act)


@command(permission="products.edit", label=gettext_lazy("Add a product"), trade="sales", bulk=add_products)
def add_product(*, sku: str, name: str, by: Actor, at: datetime, family: str = "") -> Product:
    """Add something that is sold to the list of products."""
    product: Product = only(
        add_products(rows=[{"sku": sku, "name": name, "family": family, "at": at}], by=by)
    )
    return product
