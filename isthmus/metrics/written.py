"""Conditions as addresses and command lines write them: `channel=email`, `size>=50`, `owner=` for none."""

import re
from collections.abc import Iterable

from django.utils.translation import gettext as _

from isthmus.core.refusals import InvalidInput
from isthmus.metrics.question import Condition, Op

_PART = re.compile(r"^([a-z][\w.]*)(!=|>=|<=|=|<|>)(.*)$", re.DOTALL)
_OPS: dict[str, Op] = {"=": "in", "!=": "not_in", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


def conditions(texts: Iterable[str]) -> tuple[Condition, ...]:
    """The conditions; a dimension written twice may be any of its values. Raises InvalidInput."""
    values: dict[tuple[str, Op], list[str]] = {}
    for text in texts:
        found = _PART.match(text)
        if found is None:
            raise InvalidInput({"where": _("The filter “%s” is not written like channel=email.") % text[:80]})
        dimension, sign, value = found.groups()
        op: Op = _OPS[sign]
        if value == "" and sign in ("=", "!="):
            op = "empty" if sign == "=" else "not_empty"
        values.setdefault((dimension, op), []).append(value)
    return tuple(
        Condition(dimension, op) if op in ("empty", "not_empty") else Condition(dimension, op, tuple(given))
        for (dimension, op), given in values.items()
    )
