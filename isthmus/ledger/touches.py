"""How somebody came first: the earliest page view that says where they came from."""

from isthmus.ledger.timeline import PastFact, Place, facts_for_subjects

_PAGE = 2_000
_AFTER_ALL_IDS = b"\xff" * 16


def first_touch(subject: int, *, until_us: int) -> PastFact | None:
    """The first page view up to an instant that states a channel, of whoever this subject is by now.

    What they did as a stranger counts, as soon as stranger and person are joined. None: nothing tells of it.
    """
    before = Place(until_us, _AFTER_ALL_IDS)
    found: PastFact | None = None
    while page := facts_for_subjects([subject], kinds=["page.viewed"], before=before, limit=_PAGE):
        found = next((fact for fact in reversed(page) if fact.channel), found)
        before = page[-1].place
    return found
