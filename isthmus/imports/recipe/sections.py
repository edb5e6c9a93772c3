"""Reading a [[rows]] section: what its rows are, from which input, under which key."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from django.utils.translation import gettext as _

from isthmus.imports.recipe.expressions import read_expression
from isthmus.imports.recipe.kinds import KINDS, Kind
from isthmus.imports.recipe.model import Except, Expression, Input, Join, Rows
from isthmus.imports.recipe.table import Table, nearest

_KEYS = ("what", "from", "join", "where", "key", "fields")


def read_rows(
    data: Any, number: int, inputs: Mapping[str, Input], namespace: str, mistakes: list[str]
) -> Rows | None:
    """A section as read, or None when it is too wrong to go on."""
    table = Table(data, f"[[rows]] {number}", mistakes).only(*_KEYS)
    what = table.choice("what", tuple(KINDS), required=True)
    source = table.choice("from", tuple(inputs), next(iter(inputs), "") if len(inputs) == 1 else "")
    if not source and "from" not in table.data:
        table.wrong(_("say from which input its rows come (from = …)."))
    if not what or not source:
        return None
    kind = KINDS[what]
    key, key_namespace = _key(table, kind, namespace)
    fields, custom = _fields(table, what, kind)
    return Rows(
        number=number,
        what=what,
        input=source,
        joins=tuple(_join(one, inputs, source) for one in table.tables("join")),
        where=_where(table),
        key=key,
        key_namespace=key_namespace,
        fields=fields,
        custom=custom,
        format=inputs[source].format,
    )


def _key(table: Table, kind: Kind, namespace: str) -> tuple[tuple[str, ...], str]:
    given = table.data.get("key")
    if isinstance(given, dict):
        below = table.below("key").only("columns", "namespace")
        columns, namespace = below.texts("columns"), below.text("namespace", namespace)
    else:
        columns = table.texts("key")
    if kind.needs_key and not columns:
        table.wrong(_("“key” is missing: the column or columns that tell one record from all others."))
    if not kind.needs_key and columns:
        table.wrong(
            _("a %(what)s has no key of its own: its fields say which it is.") % {"what": table.data["what"]}
        )
    return columns, namespace


def _fields(
    table: Table, what: str, kind: Kind
) -> tuple[dict[str, Expression], dict[str, dict[str, Expression]]]:
    given = table.below("fields")
    customs = kind.custom or {}
    fields: dict[str, Expression] = {}
    custom: dict[str, dict[str, Expression]] = {}
    for name, data in given.data.items():
        where = f"[[rows]] {table.where.rpartition(' ')[2]} {what}.{name}"
        if name in customs:
            inner = Table(data, where, table.mistakes)
            custom[name] = {
                key: read_expression(
                    one, f"{where}.{key}", "text", table.mistakes, custom=bool(customs[name])
                )
                for key, one in inner.data.items()
            }
        elif name in kind.fields:
            fields[name] = read_expression(data, where, kind.fields[name], table.mistakes)
        else:
            known = [*kind.fields, *customs]
            hint = nearest(name, known) or " " + _("Known here: %(words)s.") % {
                "words": ", ".join(sorted(known))
            }
            given.wrong(_("a %(what)s has no field “%(name)s”.") % {"what": what, "name": name} + hint)
    # A misspelt field has had its sentence.
    meant = {
        hint
        for name in given.data.keys() - kind.fields.keys()
        for hint in get_close_matches(name, kind.required)
    }
    for name in kind.required:
        if name not in given.data and name not in meant:
            given.wrong(_("a %(what)s needs the field “%(name)s”.") % {"what": what, "name": name})
    return fields, custom


def _join(table: Table, inputs: Mapping[str, Input], source: str) -> Join:
    table.only("input", "on", "take")
    name = table.choice("input", tuple(inputs), required=True)
    if name == source:
        table.wrong(_("an input cannot be joined with itself."))
    on = table.data.get("on")
    pairs: tuple[tuple[str, str], ...] = ()
    if isinstance(on, dict) and on and all(isinstance(value, str) for value in on.values()):
        pairs = tuple(on.items())
    elif columns := table.texts("on"):
        pairs = tuple((column, column) for column in columns)
    elif on is None:
        table.wrong(_("“on” is missing: the column that both files share."))
    return Join(input=name, on=pairs, take=table.choice("take", ("first", "last")))


def _where(table: Table) -> dict[str, tuple[str, ...] | bool | Except]:
    below = table.below("where")
    found: dict[str, tuple[str, ...] | bool | Except] = {}
    for column, value in below.data.items():
        if isinstance(value, dict):
            found[column] = Except(below.below(column).only("not").texts("not"))
        else:
            found[column] = value if isinstance(value, bool) else below.texts(column)
    return found
