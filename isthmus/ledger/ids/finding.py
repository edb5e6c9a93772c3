"""The list of a sealed file, opened and checked once in this process."""

from pathlib import Path

from isthmus.ledger.by_subject.copy import NotWhole
from isthmus.ledger.ids.lists import Ids, place_of
from isthmus.ledger.manifest import CurrentFile

_known: dict[Path, Ids] = {}
_LOOK = 256  # Each time so many came to those that are open, the lists of files that are gone are let go.


def ids_in(file: CurrentFile) -> Ids | None:
    """The ids of a file; None where its list is no use."""
    place = place_of(file.path)
    known = _known.get(place)
    if known is not None and known.sha256 == file.sha256:
        return known
    try:
        found = Ids(place, sha256=file.sha256)
    except (NotWhole, OSError):
        return None
    if len(_known) % _LOOK == _LOOK - 1:
        for gone in [one for one in _known if not one.exists()]:
            del _known[gone]
    _known[place] = found
    return found
