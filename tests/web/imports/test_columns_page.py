"""The page of an import's columns: what must be chosen, what fits the company, whose rows are whose."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from isthmus.core.actors import SYSTEM
from isthmus.core.queue.models import Job
from isthmus.imports.editing import read_data
from isthmus.imports.models import ImportRun, RunState
from isthmus.workspace.commands import add_field
from isthmus.workspace.models import Invitation
from tests.cast import MONDAY_NOON

pytestmark = pytest.mark.django_db

DEALS = "ID,Deal Name,Deal Stage,Amount,Email\n" + "".join(
    f"{n},Refit {n},{('Discovery', 'Closed Won')[n % 2]},{n * 10},p{n}@mail.example\n" for n in range(1, 20)
)
PEOPLE = "ID,Name,Email,Fleet\n" + "".join(f"{n},Pat {n},p{n}@mail.example,{n}\n" for n in range(1, 20))


@pytest.fixture
def bring(client, admin, settings, tmp_path):
    """`bring(name="rows")`: the import that a person begins with these files."""
    settings.ISTHMUS_HOME = tmp_path / "home"

    def begin(by=admin, **files: str) -> ImportRun:
        client.force_login(by, backend="django.contrib.auth.backends.ModelBackend")
        sent = [SimpleUploadedFile(f"{name}.csv", text.encode()) for name, text in files.items()]
        answer = client.post(reverse("new-import"), {"files": sent, "system": "Old CRM"})
        assert answer.status_code == 302, answer.content.decode()
        return ImportRun.objects.latest("pk")

    return begin


def fields_of(run: ImportRun, number: int = 0) -> dict:
    run.refresh_from_db()
    return read_data(run.recipe_text)["rows"][number]["fields"]


def test_what_every_row_needs_must_be_chosen_before_anything_starts(client, bring, pipeline):
    run = bring(deals=DEALS)
    page = client.get(reverse("import-columns", args=[run.pk])).content.decode()
    assert "Still to choose" in page

    refused = client.post(reverse("import-act", args=[run.pk, "start"]))
    kept = client.post(reverse("import-columns", args=[run.pk]), as_shown(page))

    assert refused.status_code == 409
    assert kept.url == reverse("import-columns", args=[run.pk]), "it asks again"
    chosen = as_shown(page) | {"s0-always-opened_at": "2026-03-01", "s0-always-won_at": "2026-03-02"}
    assert client.post(reverse("import-columns", args=[run.pk]), chosen).url == reverse(
        "import", args=[run.pk]
    )
    assert client.post(reverse("import-act", args=[run.pk, "start"])).status_code == 302
    run.refresh_from_db()
    assert run.state == RunState.RUNNING
    assert fields_of(run, 1)["won_at"]["value"] == "2026-03-02"
    assert fields_of(run)["opened_at"]["value"] == fields_of(run, 1)["opened_at"]["value"] == "2026-03-01"


def test_saving_what_is_shown_keeps_the_draft(client, bring, pipeline):
    run = bring(people=PEOPLE, deals=DEALS)
    before = read_data(run.recipe_text)
    page = client.get(reverse("import-columns", args=[run.pk])).content.decode()

    client.post(reverse("import-columns", args=[run.pk]), as_shown(page))

    run.refresh_from_db()
    assert read_data(run.recipe_text)["rows"] == before["rows"]


def test_a_field_that_the_company_has_is_taken_instead_of_a_new_one(bring):
    add_field(
        model="person", key="ships", label="Fleet", type="number", kind="analytic", by=SYSTEM, at=MONDAY_NOON
    )

    assert fields_of(bring(people=PEOPLE))["custom"] == {"ships": {"column": "Fleet"}}


def test_who_may_not_add_fields_is_offered_none(bring, mia):
    assert "custom" not in fields_of(bring(by=mia, people=PEOPLE))


def test_files_without_a_name_for_their_system_are_not_kept(client, bring, admin):
    bring(people=PEOPLE)
    file = SimpleUploadedFile("people.csv", PEOPLE.encode())

    answer = client.post(reverse("new-import"), {"files": [file]})

    assert answer.status_code == 422
    assert "Say from which system" in answer.content.decode()
    assert ImportRun.objects.count() == 1


OWNED = "ID,Name,Email,Contact owner\n" + "".join(
    f"{n},Pat {n},p{n}@mail.example,{('kim@firm.example', 'Bob Bygone')[n % 2]}\n" for n in range(1, 20)
)


def test_an_unknown_owner_with_an_address_is_invited_when_the_import_starts(client, bring, settings):
    settings.SENDS_MAIL = True
    run = bring(people=OWNED)
    page = client.get(reverse("import-columns", args=[run.pk])).content.decode()
    places = re.findall(r'<select[^>]*name="(s0-owner-\d)">(.*?)</select>', page, re.S)
    (kim,) = [name for name, options in places if "mail:seller" in options]

    client.post(reverse("import-columns", args=[run.pk]), as_shown(page) | {kim: "mail:manager"})

    assert fields_of(run)["owner"]["invite"] == {"kim@firm.example": "manager"}
    again = client.get(reverse("import-columns", args=[run.pk])).content.decode()
    assert as_shown(again)[kim] == "mail:manager"
    told = client.get(reverse("import", args=[run.pk])).content.decode()
    assert "When it starts, kim@firm.example is invited by mail." in told
    assert not Invitation.objects.exists()
    assert client.post(reverse("import-act", args=[run.pk, "start"])).status_code == 302
    assert Invitation.objects.get().email == "kim@firm.example"
    assert Job.objects.get(name="web.send_invitation").args["site"] == "http://testserver"


def test_nobody_is_invited_without_a_mail_server_or_the_right(client, bring, mia, settings):
    run = bring(people=OWNED)
    assert "mail:seller" not in client.get(reverse("import-columns", args=[run.pk])).content.decode()
    settings.SENDS_MAIL = True
    run = bring(by=mia, people=OWNED)
    page = client.get(reverse("import-columns", args=[run.pk])).content.decode()
    assert "mail:seller" not in page

    client.post(reverse("import-columns", args=[run.pk]), as_shown(page) | {"s0-owner-0": "mail:seller"})

    assert "invite" not in fields_of(run)["owner"]


def as_shown(page: str) -> dict[str, str]:
    """What a browser would send of the page as it stands."""
    sent = {}
    for name, options in re.findall(r'<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected|<option selected>([^<]*)', options)
        first = re.search(r'<option value="([^"]*)"|<option>([^<]*)', options)
        found = chosen or first
        sent[name] = next((one for one in found.groups() if one is not None), "") if found else ""
    return {name: value for name, value in sent.items() if re.match(r"s\d", name)}
