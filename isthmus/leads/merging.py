"""What becomes of leads when their people or accounts are merged or taken apart."""

from isthmus.people.merging.pointers import moves
from isthmus.people.models.search import ACCOUNT, PERSON


def declare() -> None:
    """Let leads move with their people and accounts (called once, when the room starts)."""
    moves(PERSON, "leads.Lead", "person")
    moves(ACCOUNT, "leads.Lead", "account", follows=("person",))
