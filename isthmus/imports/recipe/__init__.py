"""Recipes: TOML that says what the rows of some files are."""

from isthmus.imports.recipe.model import Recipe
from isthmus.imports.recipe.parsing import read_recipe
from isthmus.imports.recipe.table import RecipeWrong

__all__ = ["Recipe", "RecipeWrong", "read_recipe"]
