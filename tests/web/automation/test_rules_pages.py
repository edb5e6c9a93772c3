"""Rules in Settings: written as a sentence with blanks, tried, switched on, looked after."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from isthmus.automation.models import DryRun, Rule
from isthmus.automation.starters import starter, starters
from isthmus.core.queue import run_due
from isthmus.flows.models import Flow, FlowRun
from isthmus.workspace.models import User
from tests.automation.conftest import Add, act, captured, on, spec, tell

__all__ = ["on", "tell"]
pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
NEW = "/settings/automation/new/empty/"


@pytest.fixture
def office(client: Client, ledger_folder: object, company: object, admin: User) -> Client:
    """The administrator's browser."""
    client.force_login(admin)
    return client


def _sent(**more: Any) -> dict[str, Any]:
    """A whole rule as the editor sends it."""
    return {
        "name": "Say hello", "when": "fact:lead.captured", "match": "all", "once": "record",
        "c-0-field": "lead.score", "c-0-was": "lead.score", "c-0-op": "ge", "c-0-value": "10",
        "a-0-key": "s1", "a-0-after": "2", "a-0-unit": "business_hours", "a-0-command": "tell_colleague",
        "a-0-user_id": "field:lead.owner", "a-0-text": "Greet {person.name}", "do": "save", **more,
    }  # fmt: skip


def test_without_rules_the_page_says_how_to_begin(office: Client) -> None:
    page = office.get("/settings/automation/").content.decode()

    assert "Nothing happens by itself yet" in page
    ready = office.get("/settings/automation/new/").content.decode()
    assert all(str(one.name) in ready for one in starters())


def test_a_rule_is_written_as_a_sentence_with_blanks(office: Client) -> None:
    answer = office.post(NEW, _sent())

    rule = Rule.objects.get()
    assert answer.url == f"/settings/automation/{rule.pk}/"
    draft = rule.flow.draft
    assert draft is not None
    assert draft.spec == {
        "when": {"facts": ["lead.captured"], "record": "lead"},
        "if": {"match": "all", "each": [{"field": "lead.score", "op": "ge", "value": "10"}]},
        "once": "record",
        "steps": [
            {"kind": "wait", "key": "s1-wait",
             "pause": {"amount": "2", "unit": "business_hours", "in_hours": False}},
            {"kind": "act", "key": "s1", "command": "tell_colleague",
             "arguments": {
                 "record_kind": {"value": "lead"}, "record_id": {"field": "lead.id"},
                 "user_id": {"field": "lead.owner"}, "text": {"text": "Greet {person.name}"}}},
        ],
    }  # fmt: skip
    page = office.get(answer.url).content.decode()
    assert "its score is at least 10" in page
    assert "Greet {person.name}" in page


def test_choosing_something_brings_its_blanks_and_the_sentence(office: Client) -> None:
    chosen = _sent(do="again", **{"c-0-field": "deal.stage", "when": "fact:deal.opened"})

    part = office.post(NEW, chosen, headers=HTMX).content.decode()

    assert '<form id="rule-form"' in part
    assert "<html" not in part
    assert 'name="c-0-value"' in part
    assert not Rule.objects.exists()
    whole = office.post(NEW, _sent(do="again"), headers=HTMX).content.decode()
    assert "When a lead is captured and its score is at least 10" in whole


@pytest.mark.parametrize(
    ("wanted", "more", "less"),
    [
        ("add-condition", 'name="c-1-field"', ""), ("drop-condition:0", "", 'name="c-0-field"'),
        ("add-act", 'name="a-1-command"', ""), ("only-if:0", 'name="a-0-if-field"', ""),
        ("drop-act:0", "", 'name="a-0-command"'), ("drop-condition:77", 'name="c-0-field"', ""),
    ],
)  # fmt: skip
def test_lines_come_and_go_without_a_script(office: Client, wanted: str, more: str, less: str) -> None:
    page = office.post(NEW, _sent(do=wanted)).content.decode()

    assert more in page
    assert not less or less not in page


def test_what_is_missing_is_said_and_nothing_is_lost(office: Client) -> None:
    answer = office.post(NEW, _sent(**{"a-0-text": "", "c-0-value": "many"}))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Fill in text." in page
    assert "Say what Score is compared with." in page
    assert 'value="Say hello"' in page
    assert not Rule.objects.exists()


@pytest.mark.parametrize("usual", starters(), ids=lambda one: one.key)
def test_a_usual_rule_is_kept_as_it_is_shown(office: Client, usual: Any) -> None:
    page = office.get(f"/settings/automation/new/{usual.key}/").content.decode()

    sent = _filled_in(page)
    answer = office.post(f"/settings/automation/new/{usual.key}/", {**sent, "do": "save"})

    assert answer.status_code == 302, answer.content.decode()[:3000]
    draft = Flow.objects.get().draft
    assert draft is not None
    ready = usual.spec_in_full()
    assert [step["kind"] for step in draft.spec["steps"]] == [step["kind"] for step in ready["steps"]]
    assert {one["field"] for one in draft.spec["if"]["each"]} == {one["field"] for one in ready["if"]["each"]}
    assert (draft.spec["when"]["record"], draft.spec["once"]) == (ready["when"]["record"], ready["once"])
    again = office.get(answer.url + "edit/")
    assert again.status_code == 200


def _filled_in(page: str) -> dict[str, Any]:
    """What a browser would send of the editor's form."""
    form = page[page.index('<form id="rule-form"') : page.index("</form>", page.index('id="rule-form"'))]
    sent: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and ('type="checkbox"' not in tag or "checked" in tag):
            sent.setdefault(name[1], []).append(value[1] if value else "")
    for name, inside in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        options = re.findall(r'<option value="([^"]*)"( selected)?', inside)
        chosen = [value for value, selected in options if selected]
        sent[name] = chosen or [options[0][0]] if options else []
    for name, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.S):
        sent[name] = [text]
    return sent


def test_a_rule_with_ways_that_blanks_do_not_show_is_left_to_programs(
    office: Client, on: Add, tell: Any
) -> None:
    steps = [
        {"kind": "branch", "key": "b", "if": {"match": "all", "each": []}, "then": "y", "else": "x"},
        {**tell("x"), "key": "x"}, {**tell("y"), "key": "y"},
    ]  # fmt: skip
    rule = on(spec("lead.captured", then=steps))

    page = office.get(f"/settings/automation/{rule.pk}/edit/")

    assert page.status_code == 409
    assert "Change it over the API" in page.content.decode()


def test_a_rule_is_tried_and_switched_on_and_its_log_is_read(office: Client, tell: Any) -> None:
    captured()
    office.post(NEW, {**_sent(), "c-0-field": "", "a-0-after": "", "a-0-user_id": str(User.objects.get().pk)})
    rule = Rule.objects.get()

    tried = office.post(f"/settings/automation/{rule.pk}/try/")
    assert "It is being tried" in office.get(tried.url).content.decode()
    run_due()
    found = office.get(tried.url).content.decode()
    assert "It would have gone off once in the last 90 days." in found
    assert "Pat Prospect" in found
    assert "Greet Pat Prospect" in found

    assert "Switch it on" in office.get(f"/settings/automation/{rule.pk}/on/").content.decode()
    office.post(f"/settings/automation/{rule.pk}/on/")
    captured(email="new@example.com", full_name="Nia New")
    run_due()

    log = office.get("/settings/automation/runs/").content.decode()
    assert "Nia New" in log
    run = FlowRun.objects.get()
    steps = office.get(f"/settings/automation/runs/{run.pk}/").content.decode()
    assert "Greet Nia New" in steps
    assert "is:on" not in office.get("/settings/automation/").content.decode()
    assert DryRun.objects.count() == 1


def test_circles_are_shown_on_the_rules_page(office: Client, on: Add, pipeline: Any) -> None:
    from isthmus.core.actors import SYSTEM
    from isthmus.core.clock import now
    from isthmus.sales.commands import open_deal

    rule = on(spec("deal.opened", then=[act("open_deal", person_id={"field": "person.id"})]))
    open_deal(name="Lamps", person_id=captured().person_id, by=SYSTEM, at=now())
    run_due()

    page = office.get(f"/settings/automation/{rule.pk}/").content.decode()
    assert "It went in circles." in page
    assert "In circles" in office.get("/settings/automation/").content.decode()
    assert office.get("/settings/automation/runs/?state=looped").content.decode().count("In circles") >= 1


def test_a_rule_and_its_runs_are_paused_held_stopped_and_removed(
    office: Client, on: Add, tell: Callable[[str], dict[str, Any]]
) -> None:
    wait = {"kind": "wait", "pause": {"amount": 1, "unit": "days"}}
    rule = on(spec("lead.captured", then=[wait, tell("x")]))
    captured()
    run_due(limit=2)
    run = FlowRun.objects.get()
    page, run_page = f"/settings/automation/{rule.pk}/", f"/settings/automation/runs/{run.pk}/"

    for name, state in (("hold", "paused"), ("go-on", "running")):
        office.post(f"{run_page}{name}/")
        run.refresh_from_db()
        assert run.state == state
    office.post(f"{page}pause/")
    assert "Resume" in office.get(page).content.decode()
    office.post(f"{page}resume/")
    moving = office.get(f"{page}on/").content.decode()
    assert "1 run is under way" in moving
    office.post(f"{run_page}stop/")
    run.refresh_from_db()
    assert run.state == "stopped"
    office.post(f"{page}remove/")
    assert office.get(page).status_code == 404


def test_a_manager_sees_the_rules_of_their_team_alone(client: Client, on: Add, tell: Any, sam: User) -> None:
    on(spec("lead.captured", then=[tell("x")]), name="Not his")
    mine = on(spec("lead.captured", then=[tell("x")]), name="His own", user=sam)
    client.force_login(sam)

    page = client.get("/settings/automation/").content.decode()

    assert "His own" in page
    assert "Not his" not in page
    assert client.get(f"/settings/automation/{mine.pk}/").status_code == 200


def test_a_seller_enrols_a_lead_from_its_page_and_takes_it_out(
    client: Client, ledger_folder: object, on: Add, rita: User
) -> None:
    ready = starter("first-contact")
    assert ready is not None
    cadence = on(dict(ready.spec), name="Four tries")
    lead = captured(owner_id=rita.pk, team_id=rita.team_id)
    client.force_login(rita)
    page = f"/leads/{lead.pk}/"
    assert "In none yet." in client.get(page).content.decode()

    assert "Four tries" in client.get(f"/cadences/lead/{lead.pk}/").content.decode()
    client.post(f"/cadences/lead/{lead.pk}/", {"cadence_id": cadence.pk})
    shown = client.get(page).content.decode()
    assert "next step" in shown
    assert "Enrolled in a cadence" in shown

    run = FlowRun.objects.get()
    client.post(f"/cadences/runs/{run.pk}/leave/")
    assert "Stopped: Somebody took it out." in client.get(page).content.decode()
    assert client.get("/cadences/account/1/").status_code == 404
