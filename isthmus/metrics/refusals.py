"""The answer "this cannot be known", which is better than a number that misleads."""

from isthmus.core.refusals import Refusal
from isthmus.metrics.question import Cut


class CannotBeKnown(Refusal):
    """The records cannot carry the figure that was asked for. The sentence gives the counts.

    `cut`: where the records begin too late for the question; from that day on it has an answer.
    """

    def __init__(self, sentence: str, *, cut: Cut | None = None) -> None:
        super().__init__(sentence)
        self.cut = cut
