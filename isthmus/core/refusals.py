"""Refusals: the answers "no", said in a sentence that a person can act on."""

import re
from collections.abc import Mapping


class Refusal(Exception):  # noqa: N818  (a refusal is an answer, not an error)
    """An act was not done. Its text says what happened and what to do next."""

    @property
    def code(self) -> str:
        """The class's name as programs read it: `lead_already_decided`."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", type(self).__name__).lower()


class NotPermitted(Refusal):
    """The actor's grants do not cover the act."""


class NotFound(Refusal):
    """There is no such row, or the actor may not see it: both look alike on purpose."""


class InvalidInput(Refusal):
    """Arguments that cannot be used; `errors` has one sentence for each argument."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        self.errors = dict(errors)
        super().__init__(" ".join(self.errors.values()))
