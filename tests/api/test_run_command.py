"""`POST /commands/<name>`: every act of the registry, and every way in which it can be refused."""

import json

import pytest

from isthmus.core.runs import CommandRun
from isthmus.leads.models import Lead, LeadState
from isthmus.people.models import Person
from isthmus.workspace.models import IdempotencyAnswer

PAT = {"full_name": "Pat Prospect", "email": "pat@example.com", "channel": "paid_search"}


def test_a_program_captures_a_lead_and_is_told_what_became_of_it(program_of, mia):
    response = program_of(mia).post("/commands/capture_lead", {**PAT, "at": "2026-03-02T12:00:00+01:00"})

    answer = response.json()
    assert response.status_code == 200
    assert answer["command"] == "capture_lead"
    assert answer["facts"] >= 1
    assert answer["undo"] is True
    assert answer["result"]["type"] == "lead"
    assert answer["result"]["state"] == "captured"
    assert answer["result"]["channel"] == "paid_search"
    lead = Lead.objects.get(pk=answer["result"]["id"])
    assert lead.captured_at.isoformat() == "2026-03-02T11:00:00+00:00"
    assert CommandRun.objects.get(batch=answer["batch"]).actor_id == mia.pk


def test_an_act_is_taken_back_by_its_batch(program_of, mia):
    program = program_of(mia)
    answer = program.post("/commands/capture_lead", PAT).json()

    undone = program.post(f"/undo/{answer['batch']}")
    again = program.post(f"/undo/{answer['batch']}")

    assert undone.status_code == 200
    assert Lead.objects.get().state == LeadState.DISQUALIFIED
    assert (again.status_code, again.json()["code"]) == (409, "cannot_be_undone")


def test_nobody_undoes_what_somebody_else_did(program_of, mia, rita):
    batch = program_of(mia).post("/commands/capture_lead", PAT).json()["batch"]

    response = program_of(rita).post(f"/undo/{batch}")

    assert (response.status_code, response.json()["code"]) == (409, "cannot_be_undone")
    assert Lead.objects.get().state == LeadState.CAPTURED


def test_an_amount_goes_in_and_comes_out_exactly(program_of, admin):
    program = program_of(admin)
    program.post("/commands/add_pipeline", {"name": "Direct", "stages": [{"name": "Meeting"}]})

    deal = program.post("/commands/open_deal", {"name": "Boat", "amount": "1250.10"}).json()["result"]

    assert (deal["amount"], deal["currency"]) == ("1250.1", "EUR")


def test_a_refusal_of_the_company_is_409_with_its_sentence(program_of, mia):
    program = program_of(mia)
    lead_id = program.post("/commands/capture_lead", PAT).json()["result"]["id"]

    response = program.post("/commands/disqualify_lead", {"lead_id": lead_id, "reason": " "})

    assert response.status_code == 409
    assert response.json() == {
        "code": "reason_missing",
        "message": "Say why: the reason goes back to the campaign that brought the lead.",
    }


def test_a_missing_right_is_403_and_nothing_happens(program_of, ada):
    response = program_of(ada).post("/commands/capture_lead", PAT)

    assert (response.status_code, response.json()["code"]) == (403, "not_permitted")
    assert "leads.capture" in response.json()["message"]
    assert not Lead.objects.exists()


def test_an_unknown_lead_and_a_forbidden_one_look_alike(program_of, mia, rita):
    hidden = program_of(mia).post("/commands/capture_lead", PAT).json()["result"]["id"]

    forbidden = program_of(rita).post("/commands/edit_lead", {"lead_id": hidden, "score": 3})
    unknown = program_of(rita).post("/commands/edit_lead", {"lead_id": 999_999, "score": 3})

    assert (forbidden.status_code, unknown.status_code) == (404, 404)
    assert forbidden.content == unknown.content


def test_each_bad_argument_has_its_sentence(program_of, mia):
    response = program_of(mia).post("/commands/qualify_lead", {"score": "high", "colour": "red"})

    assert response.status_code == 422
    assert response.json()["code"] == "invalid_input"
    assert response.json()["errors"] == {
        "lead_id": "lead_id is missing.",
        "score": "score must be a whole number.",
        "colour": "colour is not an argument of this command.",
    }


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("{", 400, "malformed_json"),
        (b"\xff\xfe", 400, "malformed_json"),
        ('{"score": NaN}', 400, "malformed_json"),
        ("[" * 100_000, 400, "malformed_json"),
        ('{"lead_id": ' + "9" * 5_000 + "}", 400, "malformed_json"),
        ("[]", 422, "invalid_input"),
        ('"lead"', 422, "invalid_input"),
        ('{"lead_id": 1e400}', 422, "invalid_input"),
        ('{"lead_id": 99999999999999999999999}', 422, "invalid_input"),
        ('{"full_name": "Nul\\u0000"}', 422, "invalid_input"),
        ('{"full_name": "\\ud800"}', 422, "invalid_input"),
        ('{"at": "yesterday"}', 422, "invalid_input"),
        ('{"at": "2026-03-02T12:00:00"}', 422, "invalid_input"),
        ('{"at": "2999-03-02T12:00:00Z"}', 422, "invalid_input"),
        ('{"full_name": "Pat", "custom": {"deep": ' + "[" * 30 + "]" * 30 + "}}", 422, "invalid_input"),
        ('{"full_name": "' + "x" * 2_100_000 + '"}', 413, "body_too_large"),
    ],
)
def test_a_body_that_cannot_be_used_is_answered_in_the_one_shape(program_of, mia, body, status, code):
    response = program_of(mia).post("/commands/capture_lead", body)

    assert (response.status_code, response.json()["code"]) == (status, code)
    assert set(response.json()) <= {"code", "message", "errors"}
    assert not Person.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.both_databases
def test_naming_an_owner_who_is_not_here_changes_nothing(program_of, mia):
    program = program_of(mia)

    plain = program.post("/commands/capture_lead", {**PAT, "owner_id": 123456})
    with_key = program.post("/commands/capture_lead", {**PAT, "owner_id": 123456}, Idempotency_Key="one")

    assert [(r.status_code, r.json()["code"]) for r in (plain, with_key)] == [(409, "conflict")] * 2
    assert not Person.objects.exists()
    assert not IdempotencyAnswer.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.both_databases
def test_text_longer_than_its_column_is_refused_in_words_or_kept_whole(program_of, mia):
    name = "x" * 300

    response = program_of(mia).post("/commands/capture_lead", {"full_name": name})

    if response.status_code == 200:
        assert Person.objects.get().full_name in (name, name[:255])
    else:
        assert (response.status_code, response.json()["code"]) == (422, "invalid_input")
        assert not Person.objects.exists()


@pytest.mark.parametrize("header", ["Bearer nonsense", "Bearer ism_12_34", "Basic cGF0OnBhdA==", "Bearer"])
def test_a_key_that_opens_nothing_is_401_even_beside_a_session(client, mia, header):
    client.force_login(mia)

    response = client.post(
        "/api/v1/commands/capture_lead", "{}", "application/json", headers={"Authorization": header}
    )

    assert (response.status_code, response.json()["code"]) == (401, "not_signed_in")
    assert response["WWW-Authenticate"] == "Bearer"


def test_without_a_key_or_session_nothing_is_done(stranger):
    response = stranger.post("/commands/capture_lead", PAT)

    assert (response.status_code, response.json()["code"]) == (401, "not_signed_in")


def test_a_signed_in_page_acts_with_its_csrf_token_only(mia):
    from django.test import Client

    page = Client(enforce_csrf_checks=True)
    page.force_login(mia)
    without = page.post("/api/v1/commands/capture_lead", json.dumps(PAT), "application/json")
    page.get("/sign-in/")
    page.cookies["isthmus-csrf"] = token = "a" * 32

    with_token = page.post(
        "/api/v1/commands/capture_lead", json.dumps(PAT), "application/json", headers={"X-CSRFToken": token}
    )

    assert (without.status_code, without.json()["code"]) == (403, "csrf_failed")
    assert with_token.status_code == 200


def test_an_unknown_command_is_404_and_names_the_near_one(program_of, mia):
    response = program_of(mia).post("/commands/capture_leed", PAT)

    assert (response.status_code, response.json()["code"]) == (404, "not_found")
    assert "Did you mean capture_lead" in response.json()["message"]


def test_other_methods_and_addresses_are_answered_in_the_one_shape(program_of, mia):
    wrong_method = program_of(mia).get("/commands/capture_lead")
    nowhere = program_of(mia).get("/nowhere/at/all")

    assert (wrong_method.status_code, wrong_method.json()["code"]) == (405, "method_not_allowed")
    assert (nowhere.status_code, nowhere.json()["code"]) == (404, "not_found")


def test_a_surprise_is_500_in_the_one_shape_and_shows_no_stack(program_of, mia, monkeypatch):
    def fail(*_arguments, **_names):
        raise ZeroDivisionError("the secret place")

    monkeypatch.setattr("isthmus.core.commands.run", fail)

    response = program_of(mia, raise_request_exception=False).post("/commands/capture_lead", PAT)

    assert (response.status_code, response.json()["code"]) == (500, "failed")
    assert "secret" not in response.content.decode()
    assert not IdempotencyAnswer.objects.exists()
