"""The append-only facts: what happened, to whom, when, and when we learned it.

Other rooms write with `record`, `retract`, `new_subjects` and `merge_subjects`, and read through
`isthmus.ledger.reading.snapshot` and `isthmus.ledger.timeline`. Nobody else touches the inbox or the files.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from isthmus.ledger.facts import Fact
    from isthmus.ledger.keys import SubjectErased, destroy_keys, open_text, open_texts, seal_text, seal_texts
    from isthmus.ledger.merges import join_visitors, merge_subjects, standing_for, unmerge_subjects
    from isthmus.ledger.recording import record
    from isthmus.ledger.restating import restate
    from isthmus.ledger.retraction import forget_keys, retract, retract_all
    from isthmus.ledger.subjects import new_subjects
    from isthmus.ledger.visitors import visitor_subjects

_HOMES = {
    "Fact": "facts",
    "SubjectErased": "keys",
    "destroy_keys": "keys",
    "open_text": "keys",
    "open_texts": "keys",
    "seal_text": "keys",
    "seal_texts": "keys",
    "join_visitors": "merges",
    "merge_subjects": "merges",
    "standing_for": "merges",
    "visitor_subjects": "visitors",
    "unmerge_subjects": "merges",
    "record": "recording",
    "forget_keys": "retraction",
    "restate": "restating",
    "retract": "retraction",
    "retract_all": "retraction",
    "new_subjects": "subjects",
}

__all__ = [
    "Fact",
    "SubjectErased",
    "destroy_keys",
    "forget_keys",
    "join_visitors",
    "merge_subjects",
    "new_subjects",
    "open_text",
    "open_texts",
    "record",
    "restate",
    "retract",
    "retract_all",
    "seal_text",
    "seal_texts",
    "standing_for",
    "unmerge_subjects",
    "visitor_subjects",
]


def __getattr__(name: str) -> Any:
    """Load a verb when it is first used: Django imports this package before its models may be."""
    if name not in _HOMES:
        raise AttributeError(f"isthmus.ledger has no {name}")
    from importlib import import_module

    globals()[name] = verb = getattr(import_module(f"isthmus.ledger.{_HOMES[name]}"), name)
    return verb
