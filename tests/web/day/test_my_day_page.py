"""The page of a day: one's own, a colleague's for whoever reaches them, and its acts without scripts."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine

from isthmus.core import clock
from isthmus.core.actors import SYSTEM
from isthmus.sales.commands import add_task, set_quota
from isthmus.sales.day.offering import Suggestion
from isthmus.sales.models import Task
from isthmus.web.day.rows import rows_of
from isthmus.workspace.actors import actor_for
from tests.cast import MONDAY_NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def task(company, rita):
    """Something that Rita meant to do."""
    return add_task(text="Send the list", due_on=date(2026, 2, 27), by=actor_for(rita), at=MONDAY_NOON)


def _page(client, user, query=""):
    client.force_login(user)
    return client.get(f"/day/{query}")


def test_a_seller_sees_their_own_day_and_nobody_elses(client, task, rita, olga):
    assert "Send the list" in _page(client, rita).content.decode()
    assert "Send the list" not in _page(client, olga).content.decode()
    assert _page(client, olga, f"?of={rita.pk}").status_code == 404


def test_a_manager_looks_at_a_sellers_day_and_changes_nothing_there(client, task, rita, sam, olga):
    page = _page(client, sam, f"?of={rita.pk}")

    assert "Send the list" in page.content.decode()
    assert "data-primary" not in page.content.decode()
    assert _page(client, sam, f"?of={olga.pk}").status_code == 404
    assert client.post(f"/day/done/?key=task:{task.pk}").status_code == 409
    assert Task.objects.get().state == "open"


def test_acts_of_the_queue_work_without_scripts(client, task, rita):
    client.force_login(rita)

    client.post(f"/day/sleep/?key=task:{task.pk}", {"sleep": "tomorrow"})
    task.refresh_from_db()
    assert task.snoozed_until > clock.now()
    assert client.post(f"/day/done/?key=task:{task.pk}").status_code == 409

    Task.objects.update(snoozed_until=None)
    assert client.post(f"/day/done/?key=task:{task.pk}").url == "/day/"
    assert Task.objects.get(pk=task.pk).state == "done"


def test_the_queue_is_not_sent_again_while_nothing_changed(client, task, rita):
    client.force_login(rita)
    seen = client.get("/day/queue/").context["fingerprint"]

    assert client.get("/day/queue/", {"seen": seen}).status_code == 204
    add_task(text="Another", due_on=date(2026, 2, 27), by=actor_for(rita), at=MONDAY_NOON)
    assert client.get("/day/queue/", {"seen": seen}).status_code == 200


def test_a_task_is_changed_and_called_off_from_its_form(client, task, rita):
    client.force_login(rita)
    form = {"text": "Send it", "kind": "call", "due_on": "2026-03-09", "hour": "10:30", "repeat": "week"}

    client.post(f"/tasks/{task.pk}/", form)
    task.refresh_from_db()
    assert (task.text, task.kind, task.repeat, task.due_on) == ("Send it", "call", "week", date(2026, 3, 9))
    assert task.due_at is not None

    client.post(f"/tasks/{task.pk}/", {**form, "hour": "", "due_on": "", "repeat": ""})
    task.refresh_from_db()
    assert (task.due_on, task.due_at, task.repeat) == (None, None, "")
    client.post(f"/tasks/{task.pk}/cancel/")
    assert Task.objects.get(pk=task.pk).state == "cancelled"


def test_a_seller_comes_to_their_day_when_they_sign_in(client, company, rita, sam):
    for user, home in ((rita, "/day/"), (sam, "/")):
        user.set_password("correct horse battery")
        user.save()
        sent = {"email": user.email, "password": "correct horse battery"}
        assert client.post("/sign-in/", sent).url == home
        client.logout()


def test_the_card_of_the_quota_stands_on_ones_own_day_and_on_that_of_a_seller_one_manages(
    client, company, rita, sam, olga
):
    set_quota(seller_id=rita.pk, period="2026-Q1", amount=Decimal(345), by=SYSTEM, at=MONDAY_NOON)

    def card(user, query=""):
        client.force_login(user)
        return client.get(f"/day/quota/{query}")

    with time_machine.travel(MONDAY_NOON, tick=False):
        assert "€345" in card(rita).content.decode()
        assert "Needs €345" in card(sam, f"?of={rita.pk}").content.decode()
        assert card(olga).content == b""
        assert card(olga, f"?of={rita.pk}").status_code == 404


def test_whoever_wrote_and_waits_is_answered_from_the_row(company, rita):
    waits = Suggestion(
        key="mail:7", kind="reply", record=("message", 7), name="Pat", reason="Wrote", acts=("reply",)
    )

    (row,) = rows_of([waits], MONDAY_NOON, "EUR", may_act=True)

    assert [(act.text, act.href) for act in row.acts] == [("Answer", "/mail/new/?reply=7")]


def test_a_way_of_looking_at_tasks_is_kept_as_a_view(client, task, rita):
    client.force_login(rita)

    client.post("/views/tasks/new/?state=open", {"name": "Mine to do", "reach": "own", "query": "state=open"})

    assert "Mine to do" in client.get("/tasks/").content.decode()
