"""What becomes of deals, orders and activities when their people or accounts are merged or taken apart."""

from isthmus.people.merging.pointers import moves
from isthmus.people.models.search import ACCOUNT, PERSON


def declare() -> None:
    """Let what was sold and done move with its people and accounts (called once, when the room starts).

    What came in between goes back with what it hangs on: a deal with its lead, an order with its deal.
    """
    moves(PERSON, "sales.Deal", "person", follows=("lead",))
    moves(PERSON, "sales.Order", "person", follows=("deal",))
    moves(PERSON, "sales.Quote", "person", follows=("deal",))
    moves(PERSON, "sales.Subscription", "person", follows=("deal",))
    moves(PERSON, "sales.Activity", "person", follows=("lead", "deal"))
    moves(PERSON, "sales.Task", "person", follows=("lead", "deal"))
    moves(PERSON, "sales.BuyingRole", "person")
    moves(ACCOUNT, "sales.Deal", "account", follows=("lead", "person"))
    moves(ACCOUNT, "sales.Order", "account", follows=("deal", "person"))
    moves(ACCOUNT, "sales.Quote", "account", follows=("deal", "person"))
    moves(ACCOUNT, "sales.Subscription", "account", follows=("deal", "person"))
    moves(ACCOUNT, "sales.Activity", "account", follows=("lead", "deal", "person"))
    moves(ACCOUNT, "sales.Task", "account", follows=("lead", "deal", "person"))
