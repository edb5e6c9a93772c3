"""Column types of our own. Migrations name them, so they never change."""

from typing import Any

from django.db import models


class ByteOrderedText(models.CharField):  # type: ignore[type-arg]
    """Text compared byte by byte on both databases, so that a prefix is a range of the index."""

    def db_parameters(self, connection: Any) -> Any:
        parameters = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters
