"""What other rooms and the faces ask: figures, many figures at once, and the rows behind one."""

from collections.abc import Sequence

from isthmus.core.refusals import Refusal
from isthmus.ledger.reading import snapshot
from isthmus.metrics.asking import Asker
from isthmus.metrics.catalogue import Metric, Party, catalogue
from isthmus.metrics.dimensions import Dimension
from isthmus.metrics.explaining import Explanation
from isthmus.metrics.parties import Parties
from isthmus.metrics.question import Answer, Condition, FactRow, Question, Row, RowsPage, Value
from isthmus.metrics.refusals import CannotBeKnown
from isthmus.metrics.scope import may_count

__all__ = [
    "Answer",
    "CannotBeKnown",
    "Condition",
    "Dimension",
    "Explanation",
    "FactRow",
    "Metric",
    "Parties",
    "Party",
    "Question",
    "Row",
    "RowsPage",
    "ask",
    "ask_many",
    "catalogue",
    "dimensions",
    "explain",
    "may_count",
    "rows",
    "whose",
]


def ask(question: Question) -> Answer:
    """The answer to one question.

    Raises CannotBeKnown when the records cannot carry it, NotPermitted when the asker may not see it, and
    InvalidInput when it names something unknown.
    """
    with snapshot(as_of=question.as_of, known_on=question.known_on) as view:
        return Asker(view).answer(question)


def ask_many(questions: Sequence[Question]) -> list[Answer | Refusal]:
    """The answers to several questions from one state of the ledger; a refusal stands in its answer's place.

    The questions share their two clocks (`as_of`, `known_on`).
    """
    clocks = {(question.as_of, question.known_on) for question in questions}
    if not clocks:
        return []
    if len(clocks) > 1:
        raise ValueError("Questions asked together share `as_of` and `known_on`.")
    as_of, known_on = clocks.pop()
    with snapshot(as_of=as_of, known_on=known_on) as view:
        asker = Asker(view)
        return [_answer_or_refusal(asker, question) for question in questions]


def rows(question: Question, after: str | None = None, limit: int = 50) -> RowsPage:
    """A page of the rows behind a figure, newest first; for one group's rows, filter by its keys."""
    with snapshot(as_of=question.as_of, known_on=question.known_on) as view:
        return Asker(view).rows(question, after, limit)


def whose(question: Question, party: Party, least: Value = None, most: Value = None) -> Parties:
    """Whose figure lies from `least` to `most` (both included; None: open), by the number of the party.

    People by their subject, accounts, leads and deals by their id. Who has no fact has the figure 0. The
    question is not split (`by`). Raises as `ask` does.
    """
    with snapshot(as_of=question.as_of, known_on=question.known_on) as view:
        return Asker(view).whose(question, party, least, most)


def dimensions() -> dict[str, Dimension]:
    """Every dimension there is now, by name: custom attributes included."""
    with snapshot() as view:
        return Asker(view).dimensions()


def explain(question: Question) -> Explanation:
    """How a question's number is defined and computed, without computing it."""
    with snapshot(as_of=question.as_of, known_on=question.known_on) as view:
        return Asker(view).explain(question)


def _answer_or_refusal(asker: Asker, question: Question) -> Answer | Refusal:
    try:
        return asker.answer(question)
    except Refusal as refusal:
        return refusal
