"""Settings: for those who may, each act through its command, secrets shown once."""

import re

import pytest
from django.core import mail

from isthmus.core.clock import now
from isthmus.core.queue import run_due
from isthmus.core.queue.holding import hold_outgoing
from isthmus.core.queue.models import Job, JobState
from isthmus.people.models import Person
from isthmus.sales.models import Deal, Pipeline
from isthmus.web.settings.notices import unread_count
from isthmus.workspace.actors import actor_for
from isthmus.workspace.commands import notify
from isthmus.workspace.keys import opened_by
from isthmus.workspace.models import ApiKey, Company, FieldDefinition, Invitation, Rate, Team, Territory, User
from tests.cast import MONDAY_NOON

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
PAGES = [
    "users",
    "teams",
    "territories",
    "fields",
    "currencies",
    "company",
    "pipelines",
    "keys",
    "webhooks",
    "jobs",
]


@pytest.fixture
def office(client, ledger_folder, company, admin):
    client.force_login(admin)
    return client


@pytest.mark.parametrize("name", PAGES)
def test_settings_open_to_an_administrator_and_to_no_seller(office, client, rita, name):
    assert office.get(f"/settings/{name}/").status_code == 200

    client.force_login(rita)
    assert client.get(f"/settings/{name}/").status_code == 403


def test_a_manager_reads_the_settings_and_changes_none(client, office, sam):
    client.force_login(sam)

    page = client.get("/settings/users/").content.decode()

    assert "Rita" in page or "Sam Sato" in page
    assert "Invite somebody" not in page
    assert client.post("/settings/teams/new/", {"name": "Mine"}).status_code == 403
    assert client.get("/settings/keys/").status_code == 403


def test_an_invitation_shows_its_link_once_and_lets_one_in(office, client):
    shown = office.post(
        "/settings/users/invite/", {"email": "New@Firm.example", "role": "seller"}, headers=HTMX
    )

    (path,) = re.findall(r'value="http://testserver(/invitation/[^"]+)"', shown.content.decode())
    assert shown["Cache-Control"] == "no-store"
    assert path not in office.get("/settings/users/").content.decode()
    client.logout()
    assert client.get(path).status_code == 200


def test_an_invitation_goes_out_by_mail_where_there_is_a_mail_server(office, client, settings):
    settings.SENDS_MAIL = True
    shown = office.post("/settings/users/invite/", {"email": "new@firm.example", "role": "seller"})
    (link,) = re.findall(r'value="(http://testserver/invitation/[^"]+)"', shown.content.decode())
    waiting = Job.objects.get(name="web.send_invitation")

    run_due()

    (sent,) = mail.outbox
    assert "An invitation is on its way to new@firm.example" in shown.content.decode()
    assert link.rpartition("/invitation/")[2].strip("/") not in str(waiting.args), "the link is sealed"
    assert sent.to == ["new@firm.example"] and sent.subject == "You are invited to Harbour Lane on Isthmus"
    assert link in sent.body and "invites you to work with Harbour Lane" in sent.body
    client.logout()
    assert client.get(link).status_code == 200


def test_an_invitation_that_was_taken_back_is_not_sent(office, settings):
    settings.SENDS_MAIL = True
    office.post("/settings/users/invite/", {"email": "new@firm.example", "role": "seller"})
    office.post(f"/settings/users/invitations/{Invitation.objects.get().pk}/revoke/")

    run_due()

    assert mail.outbox == []


def test_an_invitation_can_be_revoked(office):
    office.post("/settings/users/invite/", {"email": "new@firm.example", "role": "seller"})

    office.post(f"/settings/users/invitations/{Invitation.objects.get().pk}/revoke/")

    assert Invitation.objects.get().revoked_at is not None


def test_a_role_and_access_are_changed(office, rita):
    office.post(
        f"/settings/users/{rita.pk}/edit/", {"name": "Rita Reyes", "role": "manager", "team_id": rita.team_id}
    )

    changed = User.objects.get(pk=rita.pk)
    assert (changed.role, changed.is_active) == ("manager", False)


def test_the_last_administrator_stays(office, admin):
    response = office.post(
        f"/settings/users/{admin.pk}/edit/",
        {"name": admin.name, "role": "seller", "is_active": "on"},
        headers=HTMX,
    )

    assert response.status_code == 409
    assert "last administrator" in response.content.decode()


def test_a_right_is_given_and_taken(office, rita):
    address = f"/settings/users/{rita.pk}/right/"

    office.post(address, {"permission": "records.export", "scope": "team"})
    assert actor_for(User.objects.get(pk=rita.pk)).scope("records.export") == "team"
    assert "given" in office.get(f"/settings/users/{rita.pk}/").content.decode()

    office.post(address, {"permission": "records.export", "scope": "none"})
    assert actor_for(User.objects.get(pk=rita.pk)).scope("records.export") is None


def test_teams_and_territories_make_trees(office):
    office.post("/settings/teams/new/", {"name": "North"})
    north = Team.objects.get()
    office.post("/settings/teams/new/", {"name": "Islands", "parent_id": north.pk})
    office.post("/settings/territories/new/", {"name": "Nordics", "countries": "se, dk"})
    nordics = Territory.objects.get()
    office.post(f"/settings/territories/{nordics.pk}/edit/", {"name": "Nordics", "countries": "SE, DK, NO"})

    assert Team.objects.get(name="Islands").parent == north
    assert Territory.objects.get().countries == ["SE", "DK", "NO"]
    assert "indent" in office.get("/settings/teams/").content.decode()


def test_a_team_does_not_stand_below_itself(office):
    office.post("/settings/teams/new/", {"name": "North"})
    north = Team.objects.get()
    office.post("/settings/teams/new/", {"name": "Islands", "parent_id": north.pk})

    below = Team.objects.get(name="Islands").pk
    response = office.post(
        f"/settings/teams/{north.pk}/edit/", {"name": "North", "parent_id": below}, headers=HTMX
    )

    assert response.status_code == 422
    assert "cannot stand below itself" in response.content.decode()


def test_a_field_is_added_and_stands_in_the_form_of_people(office):
    office.post(
        "/settings/fields/new/",
        {
            "model": "person",
            "label": "Favourite plan",
            "type": "choice",
            "kind": "analytic",
            "options": "Small\nLarge\n",
        },
    )

    field = FieldDefinition.objects.get()
    assert (field.key, field.options) == ("favourite_plan", ["Small", "Large"])
    assert 'name="custom_favourite_plan"' in office.get("/people/new/").content.decode()
    office.post(f"/settings/fields/{field.pk}/archive/")
    assert 'name="custom_favourite_plan"' not in office.get("/people/new/").content.decode()


def test_a_choice_without_options_is_asked_for_them(office):
    form = {"model": "person", "label": "Plan", "type": "choice", "kind": "analytic", "options": ""}

    response = office.post("/settings/fields/new/", form, headers=HTMX)

    assert response.status_code == 422
    assert "A choice needs its options." in response.content.decode()


def test_a_currency_gets_its_rate(office):
    office.post("/settings/currencies/new/", {"code": "nok"})
    office.post(
        "/settings/currencies/rate/", {"currency": "NOK", "on": "2026-03-01", "base_per_unit": "0.085"}
    )

    assert str(Rate.objects.get().base_per_unit.normalize()) == "0.085"
    assert "0.085" in office.get("/settings/currencies/").content.decode()


def test_the_company_s_calendar_is_kept_and_a_half_day_is_refused(office):
    form = {
        "name": "Harbour Lane",
        "base_currency": "EUR",
        "time_zone": "Europe/Oslo",
        "holidays_country": "NO",
    }

    wrong = office.post("/settings/company/", {**form, "mon_from": "09:00"})
    office.post("/settings/company/", {**form, "mon_from": "09:00", "mon_to": "16:30"})

    assert wrong.status_code == 422
    assert "Monday needs a beginning and a later end" in wrong.content.decode()
    company = Company.current()
    assert (company.time_zone, company.working_hours) == ("Europe/Oslo", {"mon": ["09:00", "16:30"]})


def test_how_often_people_are_contacted_is_read_and_set(office):
    office.post("/settings/company/contacts/", {"most": "2", "days": "10"})

    assert "more than 2 times in 10 days" in office.get("/settings/company/").content.decode()
    assert office.get("/settings/company/contacts/").status_code == 200


def test_a_key_is_shown_once_opens_and_is_revoked(office, admin):
    form = {"label": "Shop", "user_id": admin.pk, "days": "30", "permissions": ["leads.capture"]}

    shown = office.post("/settings/keys/new/", form, headers=HTMX).content.decode()
    (token,) = re.findall(r'value="(ism_[^"]+)"', shown)

    assert opened_by(token, now()) is not None
    assert token not in office.get("/settings/keys/").content.decode()
    office.post(f"/settings/keys/{ApiKey.objects.get().pk}/revoke/")
    assert opened_by(token, now()) is None


def test_a_pipeline_is_made_of_lines(office):
    office.post("/settings/pipelines/new/", {"name": "Partners", "stages": "Talk, 20%\nOffer, 60%\nSigning"})

    stages = Pipeline.objects.get().stages.order_by("position").values_list("name", "probability")
    assert [(name, float(chance) if chance is not None else None) for name, chance in stages] == [
        ("Talk", 0.2), ("Offer", 0.6), ("Signing", None), ("Won", 1.0), ("Lost", 0.0)
    ]  # fmt: skip


def test_a_failed_job_is_tried_again_or_dropped(office):
    jobs = [
        Job.objects.create(
            name="ledger.seal", state=JobState.DEAD, max_attempts=8, attempts=8, last_error="Disk full",
            run_at=MONDAY_NOON, created_at=MONDAY_NOON, finished_at=MONDAY_NOON,
        )
        for _ in range(2)
    ]  # fmt: skip

    page = office.get("/settings/jobs/").content.decode()
    office.post(f"/settings/jobs/{jobs[0].pk}/retry/")
    office.post(f"/settings/jobs/{jobs[1].pk}/drop/")

    assert "2 jobs wait for a decision" in page
    assert "Disk full" in page
    assert list(Job.objects.order_by("pk").values_list("state", flat=True)) == ["ready", "cancelled"]


@pytest.mark.parametrize(("which", "state"), [("new", "cancelled"), ("all", "ready")])
def test_what_a_restore_held_back_is_let_go_from_the_page(office, which, state):
    job = Job.objects.create(name="web.send_password_reset", run_at=now(), created_at=now(), max_attempts=1)
    hold_outgoing(at=now())

    page = office.get("/settings/jobs/").content.decode()
    office.post(f"/settings/jobs/release/{which}/")

    assert "Nothing goes out since a backup was restored" in page
    assert "Waiting to go out: 1." in page
    job.refresh_from_db()
    assert job.state == state
    assert "Nothing goes out" not in office.get("/settings/jobs/").content.decode()


def test_the_moving_part_of_the_jobs_is_fetched_alone(office):
    part = office.get("/settings/jobs/?part=live", headers=HTMX).content.decode()

    assert "<html" not in part
    assert "Failed for good" in part


def test_notifications_are_one_s_own_and_can_be_read(client, ledger_folder, rita, olga):
    notify(user=rita, kind="lead.handed_over", text="A lead waits for you", path="/leads/1/", at=MONDAY_NOON)
    notify(user=olga, kind="lead.handed_over", text="Olga only", at=MONDAY_NOON)
    client.force_login(rita)

    page = client.get("/notifications/").content.decode()
    before = unread_count(rita)
    client.post("/notifications/read/")

    assert "A lead waits for you" in page
    assert "Olga only" not in page
    assert (before, unread_count(rita), unread_count(olga)) == (1, 0, 1)


def test_whoever_has_no_notification_is_told_so(client, ledger_folder, rita):
    client.force_login(rita)

    assert "Nothing to know" in client.get("/notifications/").content.decode()


def test_one_chooses_under_preferences_of_what_one_is_told_by_mail(client, rita):
    client.force_login(rita)
    page = client.get("/account/preferences/").content.decode()
    assert "A lead is handed over to me" in page
    assert rita.email in page

    client.post("/account/preferences/", {"mailed": ["lead.handed_over"], "shortcuts": "on"})
    rita.refresh_from_db()
    assert (rita.mailed, rita.shortcuts) == (["lead.handed_over"], True)
    assert client.post("/account/preferences/", {"mailed": ["moon"]}).status_code == 422


def test_a_notification_opens_its_record_while_that_may_be_seen(client, rita, trading):
    lead = trading["pat"]
    client.force_login(rita)
    assert f'href="/leads/{lead.pk}/"' in client.get("/notifications/").content.decode()
    assert "A lead was handed over to you: Pat Prospect" in client.get("/notifications/").content.decode()

    type(lead).objects.filter(pk=lead.pk).update(owner=None)
    Deal.objects.filter(lead=lead).update(owner=None)
    Person.objects.filter(pk=lead.person_id).update(owner=None)

    gone = client.get("/notifications/").content.decode()
    assert "Pat Prospect" not in gone
    assert "It is no longer here for you." in gone
