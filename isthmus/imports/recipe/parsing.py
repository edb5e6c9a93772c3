"""Reading a recipe's text: strict, with one sentence for each mistake."""

import codecs
import hashlib
import re
import tomllib
from typing import Any
from zoneinfo import available_timezones

from django.utils.translation import gettext as _

from isthmus.imports.recipe.kinds import KINDS
from isthmus.imports.recipe.model import CompanyGiven, Format, Input, PipelineGiven, Recipe, Rows
from isthmus.imports.recipe.sections import read_rows
from isthmus.imports.recipe.table import RecipeWrong, Table, nearest

FORMATS = ("csv", "tsv", "xlsx", "parquet")
_FORMAT_KEYS = (
    "format", "sheet", "separator", "encoding", "decimal", "thousands", "dates",
    "time_zone", "empty", "currency",
)  # fmt: skip


def read_recipe(text: str) -> Recipe:
    """The recipe of a text. Raises RecipeWrong, which names every mistake at once."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RecipeWrong(
            [_("The recipe is not TOML: %(error)s.") % {"error": str(error).rstrip(".")}]
        ) from None
    mistakes: list[str] = []
    top = Table(data, _("The recipe"), mistakes)
    top.only("recipe", "company", "pipeline", "source", "inputs", "rows")
    about = Table(top.data.get("recipe", {}), "[recipe]", mistakes)
    about.only("name", "namespace", "automations", "notes")
    name, namespace = about.text("name", required=True), about.text("namespace", required=True)
    if namespace and not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,39}", namespace):
        about.wrong(_("“namespace” must be one short word of small letters, digits, - and _."))
    source = _format(Table(top.data.get("source", {}), "[source]", mistakes).only(*_FORMAT_KEYS), Format())
    inputs = _inputs(top, source, mistakes)
    rows = _rows(top, inputs, namespace, mistakes)
    recipe = Recipe(
        name=name,
        namespace=namespace,
        inputs=inputs,
        rows=rows,
        text=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        company=_company(top, mistakes) if "company" in top.data else None,
        pipeline=_pipeline(top, mistakes) if "pipeline" in top.data else None,
        automations=about.texts("automations"),
        notes=about.texts("notes"),
    )
    if mistakes:
        raise RecipeWrong(mistakes)
    return recipe


def _rows(top: Table, inputs: dict[str, Input], namespace: str, mistakes: list[str]) -> tuple[Rows, ...]:
    given: Any = top.data.get("rows")
    if not isinstance(given, list) or not given:
        mistakes.append(_("The recipe has no [[rows]] section that says what a row is."))
        return ()
    found = [read_rows(one, number, inputs, namespace, mistakes) for number, one in enumerate(given, start=1)]
    return tuple(
        sorted((one for one in found if one), key=lambda rows: (KINDS[rows.what].order, rows.number))
    )


def _inputs(top: Table, source: Format, mistakes: list[str]) -> dict[str, Input]:
    given = Table(top.data.get("inputs", {}), "[inputs]", mistakes)
    if not given.data:
        return {"rows": Input("rows", (), source)}
    inputs: dict[str, Input] = {}
    for name, data in given.data.items():
        table = Table(data, f"[inputs.{name}]", mistakes).only("file", "columns", "optional", *_FORMAT_KEYS)
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            table.wrong(_("an input's name is small letters, digits and _."))
        inputs[name] = Input(
            name,
            table.texts("file"),
            _format(table, source),
            table.texts("columns"),
            table.flag("optional"),
        )
    return inputs


def _format(table: Table, base: Format) -> Format:
    zone = table.text("time_zone", base.zone)
    if zone and zone not in available_timezones():
        table.wrong(
            _("there is no time zone “%(zone)s”.") % {"zone": zone} + nearest(zone, available_timezones())
        )
    encoding = table.text("encoding", base.encoding)
    if encoding and not _is_encoding(encoding):
        table.wrong(_("there is no encoding “%(name)s”.") % {"name": encoding})
        encoding = ""
    separator = table.text("separator", base.separator)
    if separator and len(separator) != 1:
        table.wrong(_('“separator” must be one character, such as ";" or "\\t".'))
    decimal = table.text("decimal", base.decimal)
    thousands = table.text("thousands", base.thousands)
    if len(decimal) != 1 or len(thousands) > 1 or decimal == thousands:
        table.wrong(_("the decimal and the thousands mark must be two different characters."))
    return Format(
        kind=table.choice("format", FORMATS, base.kind),
        separator=separator,
        sheet=table.text("sheet", base.sheet),
        encoding=encoding,
        decimal=decimal,
        thousands=thousands,
        dates=table.texts("dates") or base.dates,
        zone=zone,
        empty=table.texts("empty") or base.empty,
        currency=_currency(table, "currency", base.currency),
    )


def _is_encoding(name: str) -> bool:
    try:
        codecs.lookup(name)
    except LookupError:
        return False
    return True


def _currency(table: Table, key: str, default: str) -> str:
    code = table.text(key, default)
    if code and not re.fullmatch(r"[A-Z]{3}", code):
        table.wrong(_("“%(key)s” must be a currency code of three capitals, such as EUR.") % {"key": key})
    return code


def _company(top: Table, mistakes: list[str]) -> CompanyGiven:
    table = Table(top.data["company"], "[company]", mistakes).only("name", "base_currency", "time_zone")
    zone = table.text("time_zone", "UTC")
    if zone not in available_timezones():
        table.wrong(
            _("there is no time zone “%(zone)s”.") % {"zone": zone} + nearest(zone, available_timezones())
        )
    return CompanyGiven(
        name=table.text("name", required=True),
        base_currency=_currency(table, "base_currency", "") or table.text("base_currency", required=True),
        time_zone=zone,
    )


def _pipeline(top: Table, mistakes: list[str]) -> PipelineGiven:
    table = Table(top.data["pipeline"], "[pipeline]", mistakes).only("name", "stages")
    stages = table.texts("stages")
    if not stages:
        table.wrong(_("“stages” is missing: the open stages of the pipeline, in order."))
    return PipelineGiven(table.text("name", required=True), stages)
