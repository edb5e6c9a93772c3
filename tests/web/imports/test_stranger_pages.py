"""A stranger's four files on the pages of imports: what is taken for granted, two spellings, which money."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from isthmus.core.queue import run_due
from isthmus.imports.editing import read_data
from isthmus.imports.models import ImportRun
from isthmus.sales.models import Deal, Order, Payment
from prove.stranger_set import write_set
from tests.web.imports.test_columns_page import as_shown

pytestmark = pytest.mark.django_db
ROWS = 60


@pytest.fixture
def run(client: Any, admin: Any, settings: Any, tmp_path: Path) -> ImportRun:
    settings.ISTHMUS_HOME = tmp_path / "home"
    client.force_login(admin, backend="django.contrib.auth.backends.ModelBackend")
    sent = [
        SimpleUploadedFile(path.name, path.read_bytes()) for path in write_set(tmp_path / "export", rows=ROWS)
    ]
    answer = client.post(reverse("new-import"), {"files": sent, "recipe": "opportunities"})
    assert answer.status_code == 302, answer.content.decode()
    return ImportRun.objects.latest("pk")


def test_files_of_that_shape_are_known_without_being_told(
    client: Any, run: ImportRun, tmp_path: Path
) -> None:
    files = {path.name.title(): path.read_bytes() for path in (tmp_path / "export").iterdir()}
    files["data_dictionary.csv"] = b"Table,Field,Description\naccounts,account,Company name\n"
    sent = [SimpleUploadedFile(name, held) for name, held in files.items()]

    answer = client.post(reverse("new-import"), {"files": sent, "system": "Old CRM"})

    assert answer.status_code == 302, answer.content.decode()
    known = ImportRun.objects.latest("pk")
    assert known != run
    page = client.get(reverse("import-columns", args=[known.pk])).content.decode()
    assert "a shape that is known: Accounts, products, teams and opportunities of any CRM" in page
    assert "data_dictionary.csv is left out" in page
    data = read_data(known.recipe_text)
    assert data["recipe"]["namespace"] == "old-crm"
    assert data["rows"] == read_data(run.recipe_text)["rows"]
    assert set(known.uploads.values_list("name", flat=True)) == set(files) - {"data_dictionary.csv"}

    del files["data_dictionary.csv"], files["Products.Csv"]
    sent = [SimpleUploadedFile(name, held) for name, held in files.items()]
    client.post(reverse("new-import"), {"files": sent, "system": "Old CRM"})
    drafted = read_data(ImportRun.objects.latest("pk").recipe_text)
    assert "notes" not in drafted["recipe"], "of another shape: looked at, and drafted"


def rows_of(run: ImportRun) -> list[dict[str, Any]]:
    run.refresh_from_db()
    rows: list[dict[str, Any]] = read_data(run.recipe_text)["rows"]
    return rows


def test_the_four_files_go_the_way_of_the_pages(client: Any, run: ImportRun) -> None:
    address = reverse("import-columns", args=[run.pk])
    before = rows_of(run)
    page = client.get(address).content.decode()
    for said in (
        "these files know no payments",
        "“KeelPro” is “Keel Pro”",
        "counts as bookings and as revenue",
    ):
        assert said in page

    client.post(address, as_shown(page))
    once = rows_of(run)
    assert once[:5] == before[:5], "who is who is as the recipe has it"
    assert [deal["fields"]["owner"] for deal in once[5:8]] == [{"column": "sales_agent", "create": True}] * 3
    client.post(address, as_shown(page))
    assert rows_of(run) == once
    assert once[5]["fields"]["amount"] == {"column": "close_value", "missing": "list_price"}

    client.post(address, {**as_shown(page), "same": "KeelPro"})
    page = client.get(address).content.decode()
    assert "“KeelPro” is taken for “Keel Pro”" in page
    (at,) = [number for number, one in enumerate(rows_of(run)) if one["what"] == "order"]
    client.post(address, {**as_shown(page), f"s{at}-paid": "no"})
    assert "paid_at" not in rows_of(run)[at]["fields"]

    assert client.post(reverse("import-act", args=[run.pk, "start"])).status_code == 302
    run_due()

    run.refresh_from_db()
    assert (run.state, run.bad_rows_count) == ("finished", 0)
    assert Deal.objects.count() == ROWS
    assert Deal.objects.exclude(owner__team=None).count() == ROWS
    assert Order.objects.exists() and not Payment.objects.exists()
    undated = Deal.objects.get(external_id="opportunities:000005K")
    assert undated.name == "Anchor 500", "no mark where no account stands"
    assert "since when, nothing tells" in client.get(f"/deals/{undated.pk}/").content.decode()
