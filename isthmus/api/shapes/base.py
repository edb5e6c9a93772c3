"""The base of all shapes, and the one function that turns a command's value into JSON."""

from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any, ClassVar, TypeVar

from django.db import models
from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, WithJsonSchema

from isthmus.core.actors import Actor
from isthmus.core.money import from_micros
from isthmus.ledger.facts import Fact


def _whole_units(micros: Any) -> Any:
    return from_micros(micros) if isinstance(micros, int) else micros


# Micros of a column as an exact amount in whole units, written as text so that no reader rounds it.
Amount = Annotated[
    Decimal,
    BeforeValidator(_whole_units),
    PlainSerializer(lambda amount: f"{amount:f}", return_type=str),
    WithJsonSchema({"type": "string", "examples": ["1250.50"]}),
]


def in_whole_units(micros: int | None) -> Decimal | None:
    """The exact amount that micros stand for; none for none."""
    return None if micros is None else from_micros(micros)


class Shape(BaseModel):
    """The public fields of one model's rows. `reader` is what its reader needs where rows have no owner."""

    model_config = ConfigDict(from_attributes=True)

    model: ClassVar[type[models.Model]]
    word: ClassVar[str]
    reader: ClassVar[str] = ""

    id: int | str

    @classmethod
    def json_of(cls, row: Any) -> dict[str, Any]:
        """A row's public fields as JSON."""
        return cls.model_validate(row).model_dump(mode="json")


SHAPES: dict[type[models.Model], type[Shape]] = {}
S = TypeVar("S", bound=type[Shape])


def shape_of(model: type[models.Model], word: str, *, reader: str = "") -> Callable[[S], S]:
    """Say of which model a shape is, and the word for one of its rows."""

    def register(shape: S) -> S:
        shape.model, shape.word, shape.reader = model, word, reader
        SHAPES[model] = shape
        return shape

    return register


def public(value: Any, by: Actor) -> Any:
    """A command's value as the caller may see it: all public fields of rows in reach, else the number."""
    token = getattr(value, "token", None)
    row = value.row if token is not None else value
    if isinstance(row, list | tuple):
        return [public(one, by) for one in row]
    if isinstance(row, Fact):
        return {"type": "fact", "id": row.natural_key, "kind": row.kind, "at": row.at.isoformat()}
    if not isinstance(row, models.Model):
        return (
            row if row is None or isinstance(row, str | int | bool | dict) else {"type": type(row).__name__}
        )
    shape = SHAPES.get(type(row))
    if shape is None:
        return {"type": type(row).__name__.lower(), "id": row.pk}
    fields = shape.json_of(row) if _in_reach(row, shape, by) else {"id": row.pk}
    shown = {"type": shape.word, **fields}
    return {**shown, "token": token} if token is not None else shown


def _in_reach(row: models.Model, shape: type[Shape], by: Actor) -> bool:
    door: Any = getattr(shape.model, "objects", None)
    if hasattr(door, "visible_to"):
        return bool(door.visible_to(by).filter(pk=row.pk).exists())
    return not shape.reader or by.allows(shape.reader)
