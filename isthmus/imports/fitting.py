"""Fitting a recipe to the files that were given: what may be missing is left out."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from isthmus.imports.recipe import Recipe
from isthmus.imports.recipe.expressions import columns_of
from isthmus.imports.recipe.model import Expression, Rows
from isthmus.imports.source.joining import resolve_columns

Columns = Mapping[str, Sequence[str]]  # input -> its columns


def fit(recipe: Recipe, columns: Columns) -> Recipe:
    """The recipe without the sections of inputs that were not given and without optional fields whose columns
    no file has. What is not optional stays, so that its absence is told.
    """
    sections = [_fitted(rows, columns) for rows in recipe.rows if rows.input in columns]
    return replace(recipe, rows=tuple(sections))


def _fitted(rows: Rows, columns: Columns) -> Rows:
    joins = tuple(join for join in rows.joins if join.input in columns)
    rows = replace(rows, joins=joins)
    fields = {name: _kept(rows, one, columns) for name, one in rows.fields.items()}
    custom = {
        part: {key: kept for key, one in ones.items() if (kept := _kept(rows, one, columns)) is not None}
        for part, ones in rows.custom.items()
    }
    return replace(rows, fields={name: one for name, one in fields.items() if one is not None}, custom=custom)


def _kept(rows: Rows, expression: Expression, columns: Columns) -> Expression | None:
    """The expression with the columns that are there; None when it is optional and there are none."""
    if not expression.optional:
        return expression
    present = tuple(name for name in expression.columns if _is_there(rows, name, columns))
    if expression.columns and not present:
        return None
    fitted = replace(expression, columns=present)
    return fitted if all(_is_there(rows, name, columns) for name in columns_of(fitted)) else None


def _is_there(rows: Rows, name: str, columns: Columns) -> bool:
    return not isinstance(resolve_columns(rows, [name], columns), str)
