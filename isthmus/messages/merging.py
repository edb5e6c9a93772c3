"""What becomes of mail when its people or accounts are merged or taken apart."""

from isthmus.people.merging.pointers import moves
from isthmus.people.models.search import ACCOUNT, PERSON


def declare() -> None:
    """Let mail move with its people and accounts (called once, when the room starts)."""
    moves(PERSON, "mail.Message", "person")
    moves(PERSON, "mail.Participant", "person")
    moves(PERSON, "mail.Recipient", "person")
    moves(ACCOUNT, "mail.Message", "account", follows=("person",))
