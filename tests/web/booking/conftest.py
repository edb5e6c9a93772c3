"""A post office, and nobody who asked too often before."""

import pytest

from isthmus.web.booking.public.doors import ANSWERS, LOOKS
from tests.messages.conftest import office, this_machine_may_be_called

__all__ = ["nobody_asked_before", "office", "this_machine_may_be_called"]


@pytest.fixture(autouse=True)
def nobody_asked_before() -> None:
    LOOKS.forget()
    ANSWERS.forget()
