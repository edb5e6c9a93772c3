"""What becomes of meetings when their people or accounts are merged or taken apart."""

from isthmus.people.merging.pointers import moves
from isthmus.people.models.search import ACCOUNT, PERSON


def declare() -> None:
    """Let meetings move with whom they are with (called once, when the room starts)."""
    moves(PERSON, "meetings.Meeting", "person", follows=("lead", "deal"))
    moves(PERSON, "meetings.Attendee", "person", follows=("meeting",))
    moves(ACCOUNT, "meetings.Meeting", "account", follows=("lead", "deal", "person"))
