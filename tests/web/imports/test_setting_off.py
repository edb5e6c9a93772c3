"""The page of an import asks what it may set off, and says afterwards what it did."""

import pytest
from django.urls import reverse

from isthmus.core.actors import SYSTEM
from isthmus.core.queue import run_due
from isthmus.core.queue.models import Job
from isthmus.imports.models import ImportRun
from isthmus.webhooks.commands import add_webhook
from isthmus.webhooks.models import Delivery, Webhook
from tests.cast import MONDAY_NOON
from tests.web.imports.test_columns_page import PEOPLE, bring

__all__ = ["bring"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def endpoints(admin):
    for name, with_imports in (("told", True), ("quiet", False)):
        url = f"https://{name}.example.com/secret-path"
        add_webhook(url=url, with_imports=with_imports, by=SYSTEM, at=MONDAY_NOON)


def start(client, run: ImportRun, **sent: object) -> str:
    assert client.post(reverse("import-act", args=[run.pk, "start"]), sent).status_code == 302
    run_due(limit=1)  # The import alone: its messages are not to leave.
    return client.get(reverse("import", args=[run.pk])).content.decode()


def test_each_automation_stands_with_the_count_that_the_rehearsal_foresaw(client, bring, endpoints):
    run = bring(people=PEOPLE)
    assert (
        "The rehearsal counts how much each would be." in client.get(f"/imports/{run.pk}/").content.decode()
    )
    client.post(reverse("import-act", args=[run.pk, "rehearse"]))
    run_due()

    page = client.get(f"/imports/{run.pk}/").content.decode()

    assert "Send webhooks to told.example.com (everything)" in page
    assert "19 messages" in page
    assert "It is not told of what imports bring" in page
    assert "secret-path" not in page
    assert 'value="none" checked' in page


def test_what_was_ticked_goes_off_and_the_report_says_so(client, bring, endpoints):
    run = bring(people=PEOPLE)
    told = Webhook.objects.get(with_imports=True)

    page = start(client, run, set_off="chosen", automation=[told.automation])

    assert Delivery.objects.count() == 19
    assert "This went out" in page
    assert "19 messages" in page


@pytest.mark.parametrize("sent", [{}, {"set_off": "none", "automation": ["notices.owners"]}])
def test_nothing_goes_off_where_nothing_was_chosen(client, bring, endpoints, sent):
    page = start(client, bring(people=PEOPLE), **sent)

    assert not Delivery.objects.exists()
    assert list(Job.objects.values_list("name", flat=True)) == ["imports.run"]
    assert "Nothing, as was chosen" in page


def test_what_cannot_be_chosen_is_refused_in_a_sentence(client, bring, endpoints):
    run = bring(people=PEOPLE)

    answer = client.post(
        reverse("import-act", args=[run.pk, "start"]), {"set_off": "chosen", "automation": ["webhooks.999"]}
    )

    assert answer.status_code == 409
    assert "There is no automation" in answer.content.decode()
    run.refresh_from_db()
    assert run.state == "draft"
