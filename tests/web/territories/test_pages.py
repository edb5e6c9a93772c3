"""The pages of territories: the tree with its counts, rules as sentences, and giving customers to others."""

import pytest

from isthmus.bulk.models import BulkEdit
from isthmus.people.commands import add_account
from isthmus.people.models import Account
from isthmus.people.reassigning import reassign_account
from isthmus.sales.commands import open_deal
from isthmus.territories.models import HandPlaced, RulesVersion
from tests.territories.conftest import ACT, bea, gus, tree

__all__ = ["bea", "gus", "tree"]
pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
HOME = "/settings/territories/"


@pytest.fixture
def office(client, ledger_folder, admin):
    client.force_login(admin)
    return client


@pytest.fixture
def firms(tree, rita, pipeline):
    """Two accounts of Rita's in Germany, one with an open deal."""
    made = [add_account(name=name, country="DE", postcode="80331", **ACT) for name in ("Isar", "Elbe")]
    for one in made:
        reassign_account(account_id=one.pk, owner_id=rita.pk, **ACT)
    open_deal(account_id=made[0].pk, owner_id=rita.pk, **ACT)
    return [one.pk for one in made]


def text(response, status=200):
    assert response.status_code == status, response.content.decode()[:2000]
    return " ".join(response.content.decode().split())


def test_the_tree_counts_what_lies_in_and_inside_each(office, firms, tree, bea):
    page = text(office.get(HOME))

    assert page.count(f'?territory={tree["DACH"]}">2</a>') == 1
    assert f'?territory={tree["DACH"]}&amp;state=open">1</a>' in page
    assert f'href="{HOME}{tree["Bavaria"]}/"' in page


def test_a_territorys_page_says_what_holds_there_and_from_where(office, firms, tree, bea):
    office.post(f"{HOME}{tree['DACH']}/edit/", {"name": "DACH", "time_zone": "Europe/Zurich"})
    page = text(office.get(f"{HOME}{tree['Bavaria']}/"))

    assert "Europe/Zurich <span" in page and "from DACH" in page
    assert "from the company" in page
    assert "Bea Bauer" in page


def test_a_rule_is_written_tried_switched_on_and_paused(office, firms, tree, bea):
    form = {
        "c-0-field": "account.postcode", "c-0-was": "account.postcode", "c-0-op": "begins", "c-0-value": "80",
        "territory": tree["Bavaria"], "how": "turn",
    }  # fmt: skip
    drawn = text(office.post(f"{HOME}rules/new/", {**form, "do": "add-condition"}, headers=HTMX))
    assert "it lies in Bavaria and goes to its sellers by turn" in drawn and "c-1-field" in drawn
    office.post(f"{HOME}rules/new/", {**form, "do": "save"})
    assert "Switch on" not in text(office.get(f"{HOME}rules/"))

    office.post(f"{HOME}rules/try/")
    page = text(office.get(f"{HOME}rules/"))
    assert "2 accounts would lie elsewhere" in page and "Germany → Bavaria" in page
    office.post(f"{HOME}rules/switch-on/")
    assert RulesVersion.objects.get().state == "active"
    office.post(f"{HOME}rules/fallback/", {"fallback_id": tree["DACH"]})
    office.post(f"{HOME}rules/1/drop/")
    assert RulesVersion.objects.get(state="draft").spec == {"rules": [], "fallback_id": tree["DACH"]}
    office.post(f"{HOME}rules/drop/")
    office.post(f"{HOME}rules/pause/")
    assert RulesVersion.objects.get().state == "draft"
    assert "Choose the territory" in text(
        office.post(f"{HOME}rules/new/", {**form, "territory": "", "do": "save"}, headers=HTMX), 422
    )


def test_customers_are_given_away_with_an_exception_and_taken_back(office, firms, rita, bea, admin):
    asked = {
        "what": "seller", "seller_id": rita.pk, "to": "one", "to_ids": [bea.pk], "why": "Rita left",
        "kinds": ["accounts", "people", "leads", "deals", "tasks"],
    }  # fmt: skip
    assert "1. What" in text(office.get(f"{HOME}reassign/"))
    assert "Say who is to have it" in text(
        office.post(f"{HOME}reassign/", {**asked, "to_ids": []}, headers=HTMX), 409
    )
    page = office.post(f"{HOME}reassign/", asked)["Location"]
    shown = text(office.get(page))
    assert "Rita Reyes <span" in shown and "Bea Bauer <span" in shown and "Quotas stay" in shown

    office.post(f"{page}leave-out/", {"shown": firms, "keep": firms[:1]})
    office.post(f"{page}start/")
    assert [one.owner_id for one in Account.objects.order_by("pk")] == [bea.pk, rita.pk]
    assert "Customers were given to others" in text(office.get(page))
    office.post(f"/undo/{BulkEdit.objects.get().started_batch}/", {"back": page})
    assert "It was taken back" in text(office.get(page))
    assert [one.owner_id for one in Account.objects.order_by("pk")] == [rita.pk, rita.pk]


def test_chosen_rows_of_a_list_are_given_away(office, firms, rita, bea):
    assert 'data-picked-give="/settings/territories/reassign/?' in text(office.get("/accounts/"))
    asked = {"what": "records", "to": "one", "to_ids": [bea.pk], "kinds": ["accounts"]}
    office.post(f"{HOME}reassign/?list=accounts&ids={firms[1]}", asked)
    office.post(f"{HOME}reassign/{BulkEdit.objects.get().pk}/start/")

    assert [one.owner_id for one in Account.objects.order_by("pk")] == [rita.pk, bea.pk]


def test_an_account_placed_by_hand_says_so_and_is_left_to_the_rules_again(office, firms, tree, admin):
    office.post(f"/accounts/{firms[0]}/place/", {"territory_id": tree["Bavaria"]})

    assert "placed by hand by Ines Admin" in text(office.get(f"/accounts/{firms[0]}/"))
    office.post(f"/accounts/{firms[0]}/release/")
    assert not HandPlaced.objects.exists()


def test_a_seller_and_an_analyst_do_not_give_away(client, firms, rita, ada):
    for user in (rita, ada):
        client.force_login(user)
        assert client.get(f"{HOME}reassign/").status_code == 403
        assert client.post(f"{HOME}rules/pause/").status_code == 403
