"""Which natural keys the ledger knows already, and by which revision."""

from collections.abc import Iterable

from isthmus.ledger.models import NaturalKey, Revision


def known_revisions(keys: Iterable[str]) -> dict[str, int]:
    """The highest revision of each key that was stated before; unknown keys are absent."""
    wanted = set(keys)
    found = dict(NaturalKey.objects.filter(key__in=wanted).values_list("key", "revision"))
    for key, revision in Revision.objects.filter(natural_key__in=wanted).values_list(
        "natural_key", "revision"
    ):
        found[key] = max(revision, found.get(key, revision))
    return found
