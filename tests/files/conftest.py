"""A deal of Rita's to attach files to, and a data folder in which these tests alone write."""

import pytest

from isthmus.core.actors import SYSTEM
from isthmus.people.commands import add_person
from isthmus.sales.commands import open_deal
from tests.cast import MONDAY_NOON


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.ISTHMUS_HOME = tmp_path
    return tmp_path / "files"


@pytest.fixture
def deal(company, pipeline, rita):
    pat = add_person(full_name="Pat Prospect", email="pat@x.example", by=SYSTEM, at=MONDAY_NOON)
    return open_deal(person_id=pat.pk, owner_id=rita.pk, by=SYSTEM, at=MONDAY_NOON)
