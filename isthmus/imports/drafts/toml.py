"""Writing the few things of TOML that a recipe needs."""

import json
from collections.abc import Iterable, Mapping


def quoted(text: str) -> str:
    """A text between quotation marks."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def listed(texts: Iterable[str]) -> str:
    """A list of texts."""
    return f"[{', '.join(map(quoted, texts))}]"


def inline(values: Mapping[str, str]) -> str:
    """A table of texts on one line."""
    return "{ " + ", ".join(f"{_key(key)} = {quoted(value)}" for key, value in values.items()) + " }"


def _key(key: str) -> str:
    return key if key.isascii() and key.replace("_", "").isalnum() else quoted(key)
