"""The card of a record's files as HTML: on every record's page, so its parts are rendered once and filled in.

Rendering them each time cost a millisecond for each file (measured).
"""

from collections.abc import Sequence
from functools import lru_cache

from django.template.defaultfilters import filesizeformat
from django.template.loader import get_template
from django.urls import get_script_prefix
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from isthmus.web.escaping import escaped
from isthmus.web.files.reading import Held
from isthmus.web.markup import time_element

_PK = 4_242_424_242_424_242  # stands where a number comes
_KIND = "marked-kind"
_TEXTS = ("name", "ending", "size", "author", "ago", "csrf_token", "count", "rows")


def _mark(text: str) -> str:
    return f"\ue000{text}\ue001"  # Letters that nobody writes, and that no text holds: names lose them.


def written_card(
    kind: str, pk: int, held: Sequence[Held], *, has_more: bool, may_attach: bool, limit: int, token: str
) -> SafeString:
    """The card; nothing where there are no files and none can be attached."""
    if not held and not may_attach:
        return mark_safe("")
    place = (get_language(), get_script_prefix())
    shape = _frame(*place, may_attach, limit, bool(held), has_more)
    rows = "".join(_row(one, token, *place) for one in held)
    filled = shape.replace(str(_PK), str(pk)).replace(_KIND, kind).replace(_mark("csrf_token"), token)
    filled = filled.replace(_mark("count"), f"{len(held)}{'+' if has_more else ''}")
    return mark_safe(filled.replace(_mark("rows"), rows))  # noqa: S308


def _row(one: Held, token: str, language: str | None, prefix: str) -> str:
    shape = _row_shape(language, prefix, one.opens, one.may_change, bool(one.author))
    filled = shape.replace(str(_PK), str(one.pk)).replace(_mark("csrf_token"), token)
    filled = filled.replace(_mark("ending"), escaped(one.ending or "–"))
    filled = filled.replace(_mark("size"), escaped(filesizeformat(one.bytes)))
    filled = filled.replace(_mark("author"), escaped(one.author))
    filled = filled.replace(_mark("ago"), time_element(one.at, "ago"))
    return filled.replace(_mark("name"), escaped(one.name))


@lru_cache(256)
def _frame(
    language: str | None, prefix: str, may_attach: bool, limit: int, has_rows: bool, has_more: bool
) -> str:
    context = {name: _mark(name) for name in _TEXTS} | {"kind": _KIND, "pk": _PK, "limit": limit}
    context |= {"may_attach": may_attach, "has_more": has_more, "rows": _mark("rows") if has_rows else ""}
    return str(get_template("files/files.html").render(context))


@lru_cache(256)
def _row_shape(language: str | None, prefix: str, opens: bool, may_change: bool, has_author: bool) -> str:
    context = {name: _mark(name) for name in _TEXTS} | {"pk": _PK, "opens": opens, "may_change": may_change}
    context |= {} if has_author else {"author": ""}
    return str(get_template("files/files.html#row").render(context))
