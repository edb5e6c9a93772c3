"""From a recipe and files to a plan; whatever cannot work is said before anything is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from django.utils.translation import gettext as _

from isthmus.core.refusals import Refusal
from isthmus.imports.fitting import fit
from isthmus.imports.recipe import Recipe, RecipeWrong
from isthmus.imports.recipe.expressions import columns_of
from isthmus.imports.recipe.kinds import KINDS
from isthmus.imports.recipe.model import Expression, Input, Rows
from isthmus.imports.source.joining import Section, resolve_columns
from isthmus.imports.source.reading import unknown_column
from isthmus.imports.source.staging import Source, open_source
from isthmus.workspace.models import FieldDefinition

# The fields that say which record a row of a grouped kind without a key belongs to.
GROUP_FIELDS = {"media_day": ("campaign", "on", "revision")}


class FilesDoNotFit(Refusal):
    """The files given are not those that the recipe names."""


@dataclass(frozen=True)
class Plan:
    """What an import will do: its files as looked at, its sections in order."""

    recipe: Recipe
    sources: Mapping[str, Source]

    def section(self, rows: Rows, folder: Path) -> Section:
        """A section of the recipe over the staged files of a folder."""
        columns = {name: source.columns for name, source in self.sources.items()}
        resolved = resolve_columns(rows, wanted_columns(rows), columns)
        assert not isinstance(resolved, str), "columns were checked when the plan was made"
        return Section(rows, resolved, group_columns(rows), folder)

    def fingerprint(self) -> dict[str, dict[str, str | int]]:
        """What tells these files from others: names and hashes by input."""
        return {
            name: {"name": source.path.name, "sha256": source.sha256, "bytes": source.size}
            for name, source in self.sources.items()
        }


def make_plan(recipe: Recipe, files: Sequence[Path], names: Mapping[Path, str] | None = None) -> Plan:
    """Match files and inputs, look at each file, check every column and field that the recipe names.

    `names` are what people call files that are stored under other names.
    """
    sources = {given.name: open_source(given, path) for given, path in match_files(recipe, files, names)}
    recipe = fit(recipe, {name: source.columns for name, source in sources.items()})
    mistakes = [sentence for rows in recipe.rows for sentence in _column_mistakes(rows, sources)]
    mistakes += [sentence for rows in recipe.rows for sentence in _field_mistakes(rows)]
    if mistakes:
        raise RecipeWrong(mistakes)
    return Plan(recipe, sources)


def wanted_columns(rows: Rows) -> list[str]:
    """Every column that a section reads, in the order of its cells."""
    wanted = [*rows.key, *rows.where, *(left for join in rows.joins for left, _right in join.on)]
    for expression in _expressions(rows):
        wanted += columns_of(expression)
    return list(dict.fromkeys(wanted))


def group_columns(rows: Rows) -> tuple[str, ...]:
    """The columns whose values tell one record of a grouped kind from the next."""
    if rows.key:
        return rows.key
    names = GROUP_FIELDS.get(rows.what, ())
    return tuple(column for name in names if name in rows.fields for column in columns_of(rows.fields[name]))


def _expressions(rows: Rows) -> list[Expression]:
    return [*rows.fields.values(), *(one for part in rows.custom.values() for one in part.values())]


def match_files(
    recipe: Recipe, files: Sequence[Path], names: Mapping[Path, str] | None = None
) -> list[tuple[Input, Path]]:
    """Which file is which input: by the patterns of the recipe, otherwise by position."""
    called = {path: (names or {}).get(path, path.name) for path in files}
    left = list(files)
    found: dict[str, Path] = {}
    for given in recipe.inputs.values():
        for pattern in given.files:
            hit = next((path for path in left if is_called(called[path], pattern)), None)
            if hit is not None:
                left.remove(hit)
                found[given.name] = hit
                break
    # Inputs without a pattern take what is left, in order.
    for given in recipe.inputs.values():
        if not given.files and left:
            found[given.name] = left.pop(0)
    missing = [given for given in recipe.inputs.values() if given.name not in found and not given.optional]
    if not found and not missing:
        missing = list(recipe.inputs.values())
    if missing:
        wanted = ", ".join(
            f"{one.name} ({_(' or ').join(one.files)})" if one.files else one.name for one in missing
        )
        raise FilesDoNotFit(_("No file was given for: %(inputs)s.") % {"inputs": wanted})
    if left:
        raise FilesDoNotFit(
            _("The recipe has no use for %(files)s. Leave it out, or check the file patterns under [inputs].")
            % {"files": ", ".join(called[path] for path in left)}
        )
    return [(recipe.inputs[name], path) for name, path in found.items()]


def is_called(name: str, pattern: str) -> bool:
    """Whether a file's name is of a pattern, however either is written in capitals."""
    return fnmatch(name.casefold(), pattern.casefold())


def _column_mistakes(rows: Rows, sources: Mapping[str, Source]) -> list[str]:
    columns = {name: source.columns for name, source in sources.items()}
    mistakes: list[str] = []
    reach = [rows.input, *(join.input for join in rows.joins)]
    for name in wanted_columns(rows):
        if isinstance(resolve_columns(rows, [name], columns), str):
            prefix, dot, column = name.partition(".")
            where = prefix if dot and prefix in reach else rows.input
            every = [
                one for source in ([where] if dot and prefix in reach else reach) for one in columns[source]
            ]
            sentence = unknown_column(column if where == prefix else name, every, sources[where].path.name)
            mistakes.append(f"[[rows]] {rows.number} {rows.what}: {sentence}")
    for join in rows.joins:
        for _left, right in join.on:
            if right not in columns[join.input]:
                sentence = unknown_column(right, columns[join.input], sources[join.input].path.name)
                mistakes.append(f"[[rows]] {rows.number} join: {sentence}")
    return mistakes


def _field_mistakes(rows: Rows) -> list[str]:
    """Custom fields that the company has not and the recipe does not make, or that are of another type."""
    mistakes: list[str] = []
    for part, model in (KINDS[rows.what].custom or {}).items():
        if not model:
            continue
        known = {field.key: field for field in FieldDefinition.objects.filter(model=model)}
        for key, expression in rows.custom.get(part, {}).items():
            field, new = known.get(key), expression.new_field
            if field is None and new is None:
                mistakes.append(
                    _("%(where)s: there is no such custom field. Add it, or give it create = {…} here.")
                    % {"where": expression.where}
                )
            elif field is not None and field.archived_at:
                mistakes.append(_("%(where)s: this field was archived.") % {"where": expression.where})
            elif field is not None and new is not None and (field.type, field.kind) != (new.type, new.kind):
                mistakes.append(
                    _("%(where)s: the field is here already as %(kind)s %(type)s, not as the recipe says.")
                    % {"where": expression.where, "kind": field.kind, "type": field.type}
                )
    return mistakes
