"""`isthmus do ACT`, `isthmus undo`, `isthmus keys`: the registry on the command line."""

import json

import click
import pytest
from click.testing import CliRunner, Result

from isthmus.api.arguments import meaning
from isthmus.cli.main import load
from isthmus.core.commands import registry
from isthmus.core.refusals import InvalidInput, NotFound, NotPermitted
from isthmus.core.runs import CommandRun
from isthmus.leads.models import Lead, LeadState
from isthmus.people.models import Consent
from isthmus.sales.models import Order
from isthmus.workspace.models import ApiKey


def run(*arguments: str, line: str = "do") -> Result:
    return CliRunner().invoke(load(line), list(arguments))


def test_an_act_is_done_with_options_made_from_its_inputs(admin):
    done = run(
        "capture_lead", "--full-name", "Pat Prospect", "--email", "pat@example.com",
        "--consent", "email", "--consent", "phone", "--at", "2026-03-02T12:00",
    )  # fmt: skip

    lead = Lead.objects.get()
    assert done.exit_code == 0, done.output
    assert f"Capture a lead: lead {lead.pk}" in done.output
    assert lead.captured_at.isoformat() == "2026-03-02T11:00:00+00:00"  # Noon in the company's Berlin.
    assert set(Consent.objects.values_list("channel", flat=True)) == {"email", "phone"}
    assert CommandRun.objects.get(command="capture_lead").actor_id == admin.pk


def test_what_was_done_is_taken_back_by_the_batch_that_was_printed(admin):
    done = run("capture_lead", "--full-name", "Pat Prospect")
    batch = done.output.rsplit("isthmus undo ", 1)[1].strip()

    undone = run(batch, line="undo")

    assert undone.exit_code == 0, undone.output
    assert Lead.objects.get().state == LeadState.DISQUALIFIED


def test_lists_of_objects_and_switches_are_options_too(admin):
    run(
        "add_pipeline", "--name", "Direct", "--stages", '{"name": "Meeting"}', "--stages", '{"name": "Offer"}'
    )
    run("capture_lead", "--full-name", "Pat Prospect")
    lead_id = str(Lead.objects.get().pk)
    run("qualify_lead", "--lead-id", lead_id)
    run("hand_over_lead", "--lead-id", lead_id, "--owner-id", str(admin.pk))
    run("accept_lead", "--lead-id", lead_id, "--no-open-deal")
    person_id = str(Lead.objects.get().person_id)

    done = run(
        "place_order", "--number", "A1", "--person-id", person_id, "--lines", '{"amount": "0.30"}', "--json"
    )

    answer = json.loads(done.output)
    assert Lead.objects.get().state == LeadState.ACCEPTED
    assert not Lead.objects.get().deals.exists()
    assert (answer["command"], answer["result"]["total"], answer["undo"]) == ("place_order", "0.3", False)
    assert Order.objects.get().lines.count() == 1


def test_an_act_is_done_with_the_rights_of_whom_it_is_done_as(admin, ada):
    done = run("capture_lead", "--full-name", "Pat", "--as", "ada@example.com")

    assert isinstance(done.exception, NotPermitted)
    assert not Lead.objects.exists()


def test_it_is_said_when_it_is_not_clear_as_whom(company, ada):
    nobody = run("capture_lead", "--full-name", "Pat")
    unknown = run("capture_lead", "--full-name", "Pat", "--as", "olga@example.com")

    assert isinstance(nobody.exception, InvalidInput)
    assert "isthmus init" in str(nobody.exception)
    assert isinstance(unknown.exception, NotFound)
    assert not Lead.objects.exists()


def test_a_bad_value_is_one_sentence(admin):
    number = run("qualify_lead", "--lead-id", "first")
    at = run("capture_lead", "--full-name", "Pat", "--at", "noon")
    choice = run("log_activity", "--kind", "lunch")
    missing = run("qualify_lead")
    text = run("capture_lead", "--full-name", "Pat", "--custom", "{")

    assert str(number.exception) == "lead_id must be a whole number."
    assert "Write it like 2026-01-31T09:30." in str(at.exception)
    assert (choice.exit_code, missing.exit_code, text.exit_code) == (2, 2, 2)
    assert "Missing option '--lead-id'" in missing.output
    assert "is not JSON" in text.output
    assert not Lead.objects.exists()


def test_help_lists_every_act_under_its_room(db):
    shown = run("--help").output

    assert "The crossing to sales:" in shown
    assert [name for name in registry() if f"  {name} " not in shown] == []


@pytest.mark.parametrize("name", registry())
def test_every_argument_of_an_act_says_what_it_means(name):
    silent = [argument for argument in registry()[name].input_model.model_fields if not meaning(argument)]

    assert silent == [], "add these to isthmus/api/arguments.py"
    assert isinstance(load("do"), click.Group)


def test_a_key_is_made_listed_and_revoked(admin, mia):
    made = run(
        "create",
        "--user",
        "mia@example.com",
        "--label",
        "Loader",
        "--permission",
        "leads.capture",
        line="keys",
    )
    key = ApiKey.objects.get()
    listed = run("list", line="keys")
    revoked = run("revoke", key.prefix, line="keys")

    assert made.output.startswith(f"ism_{key.prefix}_")
    assert (key.user, key.permissions) == (mia, ["leads.capture"])
    assert f"{key.prefix}  valid" in listed.output
    assert made.output.split()[0] not in listed.output
    assert revoked.exit_code == 0
    assert ApiKey.objects.get().revoked_at is not None
    assert isinstance(run("revoke", key.prefix, line="keys").exception, NotFound)


def test_acts_can_be_done_from_a_terminal(run_isthmus):
    run_isthmus(
        "init",
        "--name",
        "Harbour Lane",
        "--currency",
        "EUR",
        "--time-zone",
        "UTC",
        "--admin",
        "ines@example.com",
    )

    done = run_isthmus("do", "capture_lead", "--full-name", "Pat", "--json")
    refused = run_isthmus("do", "qualify_lead", "--lead-id", "99")

    assert json.loads(done.stdout)["result"]["state"] == "captured"
    assert (refused.returncode, "Traceback" in refused.stderr) == (1, False)
    assert refused.stderr.startswith("There is no such lead")
