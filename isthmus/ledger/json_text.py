"""A value inside a JSON column, as SQL text or number."""

from typing import Any

from django.db.models.fields.json import KeyTextTransform, compile_json_path  # type: ignore[attr-defined]


class JsonText(KeyTextTransform):
    """Django's own, but a JSON null is NULL on SQLite too, where Django gives the word "null"."""

    def as_sqlite(
        self, compiler: Any, connection: Any, **extra_context: Any
    ) -> tuple[str, tuple[str | int, ...]]:
        """`column ->> path`."""
        left, params, keys = self.preprocess_lhs(compiler, connection)
        return f"({left} ->> %s)", (*params, compile_json_path(keys))
