"""Knowing files by their shape: for which recipe of ours they were made, and which it has no use for."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from isthmus.imports.fitting import fit
from isthmus.imports.looking import Look
from isthmus.imports.planning import FilesDoNotFit, is_called, match_files, wanted_columns
from isthmus.imports.recipe import Recipe, read_recipe
from isthmus.imports.shipped import Shipped, shipped_recipes
from isthmus.imports.source.joining import resolve_columns


@dataclass(frozen=True)
class Recognised:
    """The recipe, and the names of files that came along and that it has no use for."""

    shipped: Shipped
    others: tuple[str, ...]


def recognised(looks: Mapping[str, Look]) -> Recognised | None:
    """The recipe of a shape that these files have: its inputs are there, with every column it must have.

    Recipes of a system by its name are left to be chosen: only the name says whose ids they are.
    """
    for one in shipped_recipes():
        if one.is_system:
            continue
        recipe = read_recipe(one.text)
        patterns = [pattern for given in recipe.inputs.values() for pattern in given.files]
        mine = [name for name in looks if any(is_called(name, pattern) for pattern in patterns)]
        if _fits(recipe, {name: looks[name] for name in mine}):
            return Recognised(one, tuple(name for name in looks if name not in mine))
    return None


def _fits(recipe: Recipe, looks: Mapping[str, Look]) -> bool:
    try:
        pairs = match_files(recipe, [Path(name) for name in looks])
    except FilesDoNotFit:
        return False
    columns = {given.name: [one.name for one in looks[path.name].columns] for given, path in pairs}
    sections = fit(recipe, columns).rows
    return not any(isinstance(resolve_columns(rows, wanted_columns(rows), columns), str) for rows in sections)
