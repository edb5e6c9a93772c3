"""What becomes of what imports remember when people are merged or taken apart."""

from isthmus.people.merging.pointers import stays
from isthmus.people.models.search import PERSON


def declare() -> None:
    """Leave it as it is (called once, when the room starts)."""
    stays(PERSON, "imports.ChangedRow", "subject", "Sealed under the key of whoever it was about.")
