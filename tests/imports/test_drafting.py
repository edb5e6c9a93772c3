"""A first recipe for files nobody described, of the shape of exports as they are met, all rows invented."""

from pathlib import Path

import pytest

from isthmus.imports.drafting import Draft, FileDraft, draft
from isthmus.imports.looking import look
from isthmus.imports.recipe import Recipe, read_recipe
from tests.imports.hostile import written

pytestmark = pytest.mark.core

PEOPLE = (
    "Record ID,First Name,Last Name,Email,Phone Number,Mobile Phone Number,Contact owner,"
    "Associated Company IDs,Lifecycle Stage,Create Date,Passport\n"
)
PEOPLE += "".join(
    f"{100 + n},Pat{n},Prospect{n},pat{n}@mail.example,+49 30 55{n:04},,{('Sam Sell', 'Rita Rep')[n % 2]},"
    f"{500 + n % 10},{'lead' if n % 3 else 'customer'},2026-01-{n % 28 + 1:02} 10:00,X{n:06}\n"
    for n in range(60)
)
COMPANIES = "Record ID,Company name,Company Domain Name,City,Number of Employees\n" + "".join(
    f"{500 + n},Winch {n},winch{n}.example,Kiel,{n * 7}\n" for n in range(10)
)
STAGES = ("Discovery", "Proposal", "Closed Won", "Closed Lost")
DEALS = (
    "Record ID,Deal Name,Deal Stage,Amount,Close Date,Create Date,Deal owner,Associated Contact IDs,Reason\n"
)
DEALS += "".join(
    f'{900 + n},Refit {n},{STAGES[n % 4]},"{"€$"[n % 2]}1,2{n:02}.50",{n % 12 + 1}/{n % 28 + 1}/2026,'
    f"{n % 12 + 1}/{n % 28 + 1}/2025,rita@our.example,{100 + n},\n"
    for n in range(60)
)


def drafted(tmp_path: Path, what: str | None = None, **files: str) -> Draft:
    looks = {
        f"{name}.csv": look(written(tmp_path / f"{name}.csv", text.encode())) for name, text in files.items()
    }
    return draft(looks, what)


def fields_of(one: FileDraft) -> dict[str, str]:
    return {field.field: field.expression for field in one.fields}


def recipe_of(found: Draft) -> Recipe:
    return read_recipe(found.recipe_text("Ours", "ours"))


def test_three_exports_of_a_crm_are_known_and_joined(tmp_path):
    found = drafted(tmp_path, contacts=PEOPLE, companies=COMPANIES, deals=DEALS)

    assert [(one.what, one.key, one.doubts) for one in found.files] == [
        ("person", ("Record ID",), ()),
        ("account", ("Record ID",), ()),
        ("deal", ("Record ID",), ()),
    ]
    assert {(link.input, link.column, link.to_input, link.field) for link in found.links} == {
        ("contacts", "Associated Company IDs", "companies", "company_key"),
        ("deals", "Associated Contact IDs", "contacts", "person"),
    }
    people = fields_of(found.files[0])
    assert people["full_name"] == '{ text = "{First Name} {Last Name}" }'
    assert people["phone"] == '"Phone Number"'
    assert people["created_at"] == '"Create Date"'
    assert [(one.key, one.type, one.kind) for one in found.files[0].custom] == [
        ("lifecycle_stage", "choice", "analytic"),
        ("passport", "text", "identifying"),
    ]
    recipe = recipe_of(found)
    assert [rows.what for rows in recipe.rows] == ["account", "person", "deal", "deal", "deal"]
    assert recipe.pipeline is not None
    assert recipe.pipeline.stages == ("Discovery", "Proposal")
    assert recipe.inputs["deals"].format.dates == ("%m/%d/%Y",)
    assert recipe.inputs["deals"].format.thousands == ","


def test_deals_are_won_and_lost_as_their_stage_says(tmp_path):
    _open, won, lost = recipe_of(drafted(tmp_path, deals=DEALS)).rows

    assert won.where == {"Deal Stage": ("Closed Won",)}
    assert won.fields["won_at"].columns == ("Close Date",)
    assert lost.fields["lost_at"].columns == ("Close Date",)
    assert won.fields["currency"].columns == ("Amount",)
    assert won.fields["owner"].match == "email"
    assert "lost_at" not in won.fields


@pytest.mark.parametrize(
    "header",
    [
        "Nr;Vorname;Nachname;E-Mail;Telefon;Firma;Ort",
        "Numéro;Prénom;Nom;Courriel;Téléphone;Société;Ville",
        "Número;Nombre;Apellidos;Correo electrónico;Teléfono;Empresa;Ciudad",
        "ID;Nome;Sobrenome;E-mail;Telefone;Empresa;Cidade",
    ],
)
def test_headers_are_understood_in_five_languages(tmp_path, header):
    rows = "".join(
        f"{n};Pat{n};Keen{n};p{n}@mail.example;+49 30 77{n:04};Winch {n % 4};Kiel\n" for n in range(20)
    )

    (found,) = drafted(tmp_path, file=f"{header}\n{rows}").files

    assert (found.what, found.key) == ("person", (header.split(";")[0],))
    assert fields_of(found).keys() == {"full_name", "email", "phone", "company", "city"}


def test_columns_without_a_name_anybody_knows_are_taken_by_what_they_hold(tmp_path):
    rows = "".join(f"x{n},Pat {n},p{n}@mail.example,+49 30 77{n:04}\n" for n in range(20))

    (found,) = drafted(tmp_path, what="person", file="id,Name,Box A,Box B\n" + rows).files

    assert fields_of(found) == {"full_name": '"Name"', "email": '"Box A"', "phone": '"Box B"'}


def test_german_numbers_and_days_come_into_the_recipe(tmp_path):
    rows = "".join(f"{n};Refit {n};Angebot;1.2{n:02},50 €;{n + 1}.01.2026;Winch {n % 3}\n" for n in range(20))

    found = drafted(tmp_path, geschafte="Nr;Bezeichnung;Phase;Betrag;Erstellt am;Firma\n" + rows)
    (deal,) = recipe_of(found).rows

    assert deal.what == "deal"
    assert (deal.format.decimal, deal.format.thousands, deal.format.dates) == (",", ".", ("%d.%m.%Y",))
    assert deal.fields["currency"].columns == ("Betrag",)
    assert (deal.fields["account"].columns, deal.fields["account"].match) == (("Firma",), "name")


def test_a_file_without_ids_takes_the_addresses_and_says_so(tmp_path):
    rows = "".join(f"Pat {n},p{n}@mail.example\n" for n in range(20))

    (found,) = drafted(tmp_path, file="Name,Email\n" + rows).files

    assert found.key == ("Email",)
    assert found.doubts == ("file.csv has no column of ids; “Email” tells its rows apart.",)


def test_a_time_that_no_column_tells_is_made_up_in_sight(tmp_path):
    rows = "".join(f"{n},Refit {n},Proposal,{n * 10},p{n}@mail.example\n" for n in range(20))

    found = drafted(tmp_path, deals="ID,Deal Name,Deal Stage,Amount,Email\n" + rows)

    assert "“2000-01-01” stands in for it until you choose one" in found.files[0].doubts[-1]
    assert recipe_of(found).rows[0].fields["opened_at"].value == "2000-01-01"


@pytest.mark.parametrize("text", ["a\n1\n", 'a"b,{c},d:e\n1,2,3\n', "x,y\n", "Owner {x},Name\nA,B\n"])
def test_whatever_the_columns_are_called_the_recipe_can_be_read(tmp_path, text):
    found = drafted(tmp_path, file=text)
    (one,) = found.files

    rows = recipe_of(found).rows

    assert {section.what for section in rows} == {one.what}
    told = {column for field in one.fields for column in field.columns} | set(one.key) | set(one.unused)
    assert told | {custom.column for custom in one.custom} == {column.name for column in one.look.columns}


@pytest.mark.django_db
@pytest.mark.both_databases
def test_what_was_drafted_comes_in(bring_in, tmp_path):
    from isthmus.people.models import Account, Person
    from isthmus.sales.models import Deal, DealState

    deals = DEALS.replace("$", "€")
    found = drafted(tmp_path, contacts=PEOPLE, companies=COMPANIES, deals=deals)

    report = bring_in(
        found.recipe_text("Ours", "ours"), head="", contacts=PEOPLE, companies=COMPANIES, deals=deals
    )

    assert report.bad_rows == 0
    assert (Person.objects.count(), Account.objects.count(), Deal.objects.count()) == (60, 10, 60)
    assert Deal.objects.filter(state=DealState.WON).count() == 15
    assert Deal.objects.get(external_id="ours:900").amount == 1_200_500_000
    assert Person.objects.get(full_name="Pat3 Prospect3").account.name == "Winch 3"
