"""One act for one key, however often a program sends it."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from isthmus.api.idempotency import KEPT
from isthmus.api.tasks import forget_answers
from isthmus.core import clock
from isthmus.core.runs import CommandRun
from isthmus.leads.models import Lead
from isthmus.workspace.models import ApiKey, IdempotencyAnswer
from tests.api.test_run_command import PAT

pytestmark = pytest.mark.both_databases


def test_the_same_key_and_body_act_once_and_get_the_first_answer_again(program_of, mia):
    program = program_of(mia)

    first = program.post("/commands/capture_lead", PAT, Idempotency_Key="one")
    again = program.post("/commands/capture_lead", '  {"email":"pat@example.com", ' + """
        "channel": "paid_search", "full_name": "Pat Prospect"}""", Idempotency_Key="one")  # fmt: skip

    assert (first.status_code, again.status_code) == (200, 200)
    assert "Idempotent-Replay" not in first
    assert again["Idempotent-Replay"] == "true"
    assert again.json() == first.json()
    assert Lead.objects.count() == CommandRun.objects.filter(command="capture_lead").count() == 1


def test_the_same_key_with_another_body_is_refused(program_of, mia):
    program = program_of(mia)
    program.post("/commands/capture_lead", PAT, Idempotency_Key="one")

    response = program.post("/commands/capture_lead", {**PAT, "channel": "email"}, Idempotency_Key="one")

    assert (response.status_code, list(response.json()["errors"])) == (422, ["Idempotency-Key"])
    assert Lead.objects.count() == 1


def test_a_refusal_is_not_kept_so_the_key_is_free_for_the_next_try(program_of, mia):
    program = program_of(mia)
    lead_id = program.post("/commands/capture_lead", PAT).json()["result"]["id"]
    refused = program.post(
        "/commands/disqualify_lead", {"lead_id": lead_id, "reason": ""}, Idempotency_Key="one"
    )

    done = program.post(
        "/commands/disqualify_lead", {"lead_id": lead_id, "reason": "spam"}, Idempotency_Key="one"
    )

    assert (refused.status_code, done.status_code) == (409, 200)
    assert IdempotencyAnswer.objects.count() == 1


def test_a_key_belongs_to_one_program_and_one_command(program_of, mia, admin):
    program_of(mia).post("/commands/capture_lead", PAT, Idempotency_Key="one")

    other_program = program_of(admin).post("/commands/capture_lead", PAT, Idempotency_Key="one")
    other_command = program_of(mia).post("/commands/add_person", {"full_name": "Olga"}, Idempotency_Key="one")

    assert "Idempotent-Replay" not in other_program
    assert other_command.status_code == 200
    assert Lead.objects.count() == 2


def test_a_token_is_shown_once_and_never_kept(client, admin):
    client.force_login(admin)
    body = {"user_id": admin.pk, "label": "Loader"}

    def make():
        return client.post(
            "/api/v1/commands/create_api_key", body, "application/json", headers={"Idempotency-Key": "one"}
        ).json()["result"]

    first, again = make(), make()

    assert first["token"].startswith(f"ism_{first['prefix']}_")
    assert (again["id"], again["token"]) == (first["id"], None)
    assert ApiKey.objects.count() == 1
    assert first["token"] not in str(IdempotencyAnswer.objects.values_list("answer", flat=True))


@pytest.mark.django_db(transaction=True)
def test_of_many_calls_at_once_one_acts_and_all_get_its_answer(program_of, mia):
    program = program_of(mia)
    start = threading.Barrier(4)
    answers = []

    def call():
        start.wait()
        answers.append(program.post("/commands/capture_lead", PAT, Idempotency_Key="race"))
        connection.close()

    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [answer.status_code for answer in answers] == [200] * 4
    assert len({answer.json()["batch"] for answer in answers}) == 1
    assert sum("Idempotent-Replay" not in answer for answer in answers) == 1
    assert Lead.objects.count() == 1


@pytest.mark.parametrize("key", ["", "x" * 201, "tab\there"])
def test_a_key_that_is_no_key_is_refused(program_of, mia, key):
    response = program_of(mia).post("/commands/capture_lead", PAT, Idempotency_Key=key)

    assert (response.status_code, list(response.json()["errors"])) == (422, ["Idempotency-Key"])
    assert not Lead.objects.exists()


def test_answers_are_forgotten_when_nobody_repeats_a_call_any_more(program_of, mia):
    program = program_of(mia)
    program.post("/commands/capture_lead", PAT, Idempotency_Key="old")
    IdempotencyAnswer.objects.update(created_at=clock.now() - KEPT - timedelta(seconds=1))
    program.post("/commands/capture_lead", PAT, Idempotency_Key="new")

    forget_answers()

    assert list(IdempotencyAnswer.objects.values_list("key", flat=True)) == ["new"]
