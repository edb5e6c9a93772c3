"""`If-Match`: an act only while nobody has changed the record since it was read."""

import pytest

from isthmus.core.actors import SYSTEM
from isthmus.leads.commands import capture_lead, edit_lead
from isthmus.leads.models import Lead
from tests.cast import MONDAY_NOON

pytestmark = pytest.mark.both_databases


@pytest.fixture
def lead(company):
    return capture_lead(full_name="Pat", by=SYSTEM, at=MONDAY_NOON)


def test_an_act_on_the_version_that_was_read_is_done(program_of, admin, lead):
    program = program_of(admin)
    etag = program.get(f"/leads/{lead.pk}")["ETag"]

    response = program.post("/commands/edit_lead", {"lead_id": lead.pk, "score": 5}, If_Match=etag)

    assert (response.status_code, response.json()["result"]["version"]) == (200, 2)


def test_an_act_on_an_older_version_is_refused_and_changes_nothing(program_of, admin, lead):
    edit_lead(lead_id=lead.pk, score=9, by=SYSTEM, at=MONDAY_NOON)

    response = program_of(admin).post("/commands/edit_lead", {"lead_id": lead.pk, "score": 5}, If_Match='"1"')

    assert (response.status_code, response.json()["code"]) == (409, "version_moved")
    assert Lead.objects.get().score == 9


@pytest.mark.parametrize("header", ["*", '"latest"', "", "-1"])
def test_a_version_that_is_none_is_refused(program_of, admin, lead, header):
    response = program_of(admin).post(
        "/commands/edit_lead", {"lead_id": lead.pk, "score": 5}, If_Match=header
    )

    assert (response.status_code, list(response.json()["errors"])) == (422, ["If-Match"])


def test_an_act_about_no_record_has_no_version(program_of, admin, company):
    response = program_of(admin).post("/commands/add_team", {"name": "Inbound"}, If_Match='"1"')

    assert (response.status_code, list(response.json()["errors"])) == (422, ["If-Match"])
