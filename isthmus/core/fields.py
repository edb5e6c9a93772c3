"""Column types of our own. Migrations name them, so they never change."""

from typing import Any

from django.db import models

# What begins with a text lies between it and it with this behind.
LAST = "\U0010ffff"


class ByteOrderedText(models.CharField):  # type: ignore[type-arg]
    """Text compared byte by byte on both databases, so that a prefix is a range of the index."""

    def db_parameters(self, connection: Any) -> Any:
        parameters = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters


class Folded(models.Func):
    """Text in small letters, compared byte by byte on both databases, for the same use."""

    function = "LOWER"
    arity = 1
    output_field = models.TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template='(LOWER(%(expressions)s) COLLATE "C")', **context)


def filled(field: str, name: str) -> models.Index:
    """An index of the rows in which a field has a value: those without one are not in it and cost nothing."""
    return models.Index(fields=[field], name=name, condition=models.Q(**{f"{field}__isnull": False}))
