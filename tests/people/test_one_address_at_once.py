"""Many captures of one address at the same time make one person, and not one of them is lost."""

import pytest

from isthmus.people.normalise import normal_email
from prove.one_address import audit, capture_all, spellings

CAPTURES = 400


@pytest.mark.core
def test_every_spelling_of_the_address_is_the_same_address():
    assert {normal_email(text) for text in spellings()} == {"zoë.müller@xn--bcher-kva.example"}


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_eight_threads_that_capture_one_address_make_one_person():
    wrong = capture_all(CAPTURES)

    assert wrong == []
    assert audit(CAPTURES) == []
