"""A recipe for other files than it was made for: corrected rows, those of next month."""

import copy
import re
from collections.abc import Sequence

from isthmus.imports.editing import Data


def for_corrected_files(data: Data, inputs: Sequence[str]) -> Data:
    """The recipe for files of corrected rows: its sections of those inputs, written as we write files."""
    left = copy.deepcopy(data)
    if "inputs" in left:
        left["rows"] = [one for one in left["rows"] if one.get("from") in inputs]
        joined = {
            join["input"]
            for one in left["rows"]
            for join in (one["join"] if isinstance(one.get("join"), list) else [one.get("join")])
            if join
        }
        left["inputs"] = {name: one for name, one in left["inputs"].items() if name in {*inputs, *joined}}
    for place in (left.get("source", {}), *(left.get("inputs", {}).get(name, {}) for name in inputs)):
        for word in ("separator", "encoding", "format", "sheet", "columns"):
            place.pop(word, None)
    return left


def for_next_time(data: Data, name: str) -> Data:
    """The recipe to be saved: a single file goes by its position, whatever it is called next time."""
    left = copy.deepcopy(data)
    left["recipe"]["name"] = name
    for section in left["rows"]:  # Who was to be invited is invited by then.
        if isinstance(owner := section.get("fields", {}).get("owner"), dict):
            owner.pop("invite", None)
    inputs = list(left.get("inputs", {}).values())
    if len(inputs) == 1:
        inputs[0].pop("file", None)
    open_names = [re.sub(r"\d+", "*", one["file"]) for one in inputs if isinstance(one.get("file"), str)]
    if len(set(open_names)) == len(inputs):  # Dates in names change; what is left tells the files apart.
        for one, pattern in zip(inputs, open_names, strict=True):
            one["file"] = pattern
    return left
