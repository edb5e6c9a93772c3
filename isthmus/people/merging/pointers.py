"""Every column that holds the number of a person or an account, and what a merge does with it.

Rooms above declare theirs when they start. A test walks all models: a column without a decision fails it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps

from isthmus.people.models.search import ACCOUNT, PERSON


@dataclass(frozen=True)
class Pointer:
    """A column of a model. `follows` are columns by which a row that came after a merge goes back.

    A deal that was opened out of a lead, say, goes to whoever the lead goes to.
    """

    party: int
    model: str
    field: str
    moves: bool
    follows: tuple[str, ...] = ()
    why: str = ""

    @property
    def place(self) -> str:
        """As `MergedRow` names it."""
        return f"{self.model}.{self.field}"

    @property
    def rows(self) -> Any:
        """The rows of the model, all of them: identity is not a matter of who may see what."""
        return apps.get_model(self.model)._default_manager.order_by()


_pointers: dict[tuple[str, str], Pointer] = {}


def moves(party: int, model: str, field: str, *, follows: tuple[str, ...] = ()) -> None:
    """Declare a foreign key whose rows move to the one who stays."""
    _pointers[model, field] = Pointer(party, model, field, True, follows)


def stays(party: int, model: str, field: str, why: str) -> None:
    """Declare a column that a merge leaves as it is, with the reason."""
    _pointers[model, field] = Pointer(party, model, field, False, why=why)


def all_pointers() -> tuple[Pointer, ...]:
    """Every declared column, in the order of declaration: what others follow comes first."""
    return tuple(_pointers.values())


def moving(party: int) -> Iterator[Pointer]:
    """The columns that move with a person or with an account."""
    return (one for one in _pointers.values() if one.moves and one.party == party)


def declare() -> None:
    """The columns of this room and of the ledger (called once, when the room starts)."""
    journal = "The journal tells of both: readers of the one who stays read both."
    merges = "Says who was merged into whom."
    history = "History is not edited: readers apply the ledger's own row of the merge."
    words = "Search words are written anew for both."
    own = "Identifiers move by a rule of their own, which remembers whose they were."
    moves(PERSON, "people.Consent", "person")
    moves(ACCOUNT, "people.Person", "account")
    moves(ACCOUNT, "people.Account", "parent")
    for model, party in (("people.Identifier", PERSON), ("people.AccountIdentifier", ACCOUNT)):
        stays(party, model, "person" if party == PERSON else "account", own)
        stays(party, model, "came_with", own)
    stays(PERSON, "people.IdentityEvent", "person", journal)
    stays(PERSON, "people.IdentityEvent", "other", journal)
    stays(PERSON, "people.Person", "merged_into", merges)
    stays(ACCOUNT, "people.Account", "merged_into", merges)
    stays(PERSON, "people.Merge", "kept_id", merges)
    stays(PERSON, "people.Merge", "lost_id", merges)
    for field in ("one_id", "other_id"):
        stays(PERSON, "people.DuplicatePair", field, "A pair with one who is merged away is not shown.")
    stays(PERSON, "people.SearchToken", "party_id", words)
    for party, model in ((PERSON, "people.Person"), (ACCOUNT, "people.Account")):
        stays(party, model, "subject", "Each keeps the number under which the ledger knows it.")
    for field in ("subject", "account_id"):
        stays(PERSON, "ledger.InboxFact", field, history)
    for field in ("loser", "winner", "loser_account", "winner_account"):
        stays(PERSON, "ledger.SubjectMerge", field, merges)
    stays(PERSON, "ledger.SubjectKey", "subject", "Each subject's texts stay sealed under its own key.")
    stays(PERSON, "people.Erasure", "subject", "Says which numbers of the ledger were erased.")
