"""Lists as files: the rows that are shown, of the right types, harmless to a spreadsheet, and on record."""

import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from xml.etree import ElementTree

import pyarrow.parquet as pq
import pytest

from isthmus.core.actors import SYSTEM, Scope
from isthmus.ledger.models import InboxFact
from isthmus.people.commands import add_person
from isthmus.sales.commands import edit_deal, open_deal
from isthmus.web.lists.workbook import workbook
from isthmus.workspace.commands import give_grant
from tests.cast import MONDAY_NOON

pytestmark = pytest.mark.django_db
ACT = {"by": SYSTEM, "at": MONDAY_NOON}
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture
def deals(ledger_folder, company, pipeline, rita, olga):
    """A deal of Rita's whose name is a formula, one of Olga's, one without a value."""
    pat = add_person(full_name="Pat", email="pat@buyer.example", **ACT)
    with_pat = {"person_id": pat.pk, **ACT}
    made = open_deal(name="=1+1", amount=Decimal("1250.50"), owner_id=rita.pk, **with_pat)
    edit_deal(deal_id=made.pk, expected_close_on=date(2026, 5, 1), **ACT)
    open_deal(name="Olga's", amount=Decimal(7), owner_id=olga.pk, **with_pat)
    open_deal(name="Open end", owner_id=rita.pk, **with_pat)
    return made


def cells(content):
    """The texts, numbers and styles of a workbook's only sheet, row by row."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            ElementTree.fromstring(archive.read(name))
        tree = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
    return [
        [(cell.get("t"), "".join(cell.itertext())) for cell in row.iter(f"{SHEET}c")]
        for row in tree.iter(f"{SHEET}row")
    ]


def test_a_workbook_holds_texts_figures_and_days_but_no_formula(client, deals, mia):
    client.force_login(mia)

    response = client.get("/exports/deals.xlsx?columns=value&columns=closes&owner=nobody&q=zzz")
    rows = cells(b"".join(client.get("/exports/deals.xlsx?columns=value&columns=closes&sort=-value")))

    assert cells(b"".join(response.streaming_content)) == [rows[0]]
    assert [text for _kind, text in rows[0]] == ["id", "Deal", "Value", "Expected close", "Currency"]
    (formula,) = [row for row in rows if row[1][1] == "=1+1"]
    assert formula[1:] == [("inlineStr", "=1+1"), (None, "1250.5"), (None, "46143"), ("inlineStr", "EUR")]
    assert rows[-1][2] == (None, "")


def test_parquet_keeps_the_types(client, deals, mia):
    client.force_login(mia)

    content = b"".join(client.get("/exports/deals.parquet?columns=value&columns=closes&columns=opened"))

    table = pq.read_table(io.BytesIO(content))
    (row,) = [one for one in table.to_pylist() if one["name"] == "=1+1"]
    assert (row["value"], row["closes"], row["currency"]) == (Decimal("1250.5"), date(2026, 5, 1), "EUR")
    assert row["opened"] == MONDAY_NOON


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_an_export_holds_nothing_of_others_and_is_on_record(client, deals, rita, form):
    client.force_login(rita)
    assert client.get(f"/exports/deals.{form}").status_code == 403
    assert not InboxFact.objects.filter(kind="records.exported").exists()
    give_grant(user_id=rita.pk, permission="records.export", scope=Scope.ALL, by=SYSTEM, at=MONDAY_NOON)

    content = b"".join(client.get(f"/exports/deals.{form}?columns=value").streaming_content)

    assert b"Olga" not in content
    fact = InboxFact.objects.get(kind="records.exported")
    assert (fact.quantity, fact.actor_id) == (2, rita.pk)
    assert f'"format":"{form}"' in str(fact.props).replace("'", '"').replace(" ", "")


def test_an_export_reaches_as_far_as_its_own_right(client, deals, mia, olga):
    give_grant(user_id=mia.pk, permission="records.export", scope=Scope.OWN, by=SYSTEM, at=MONDAY_NOON)
    edit_deal(deal_id=deals.pk, owner_id=mia.pk, **ACT)
    client.force_login(mia)
    assert "Olga" in client.get("/deals/").content.decode()

    content = b"".join(client.get("/exports/deals.csv").streaming_content).decode()

    assert "1+1" in content and "Olga" not in content


def test_a_filter_that_cannot_be_used_does_not_export_everything(client, deals, mia):
    client.force_login(mia)

    response = client.get("/exports/deals.csv?value_from=many")

    assert response.status_code == 409
    assert "cannot be “many”" in response.content.decode()
    assert not InboxFact.objects.filter(kind="records.exported").exists()


def test_a_form_or_list_that_is_none_is_not_found(client, deals, mia):
    client.force_login(mia)

    assert client.get("/exports/deals.exe").status_code == 404
    assert client.get("/exports/orders.csv").status_code == 404


def test_a_workbook_writes_what_xml_cannot_carry_as_a_mark():
    rows = [["a\x00b<&>", True, datetime(2026, 3, 2, 12, 0, tzinfo=UTC).replace(tzinfo=None), None, -2.5]]

    (_heads, row) = cells(b"".join(workbook(["=h"], rows)))

    assert row[0] == ("inlineStr", "a\ufffdb<&>")
    assert row[1:] == [("b", "1"), (None, "46083.500000"), (None, ""), (None, "-2.5")]
