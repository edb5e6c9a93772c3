"""The answer "this cannot be known", which is better than a number that misleads."""

from isthmus.core.refusals import Refusal


class CannotBeKnown(Refusal):
    """The records cannot carry the figure that was asked for. The sentence gives the counts."""
