"""Any metric can be asked, opened to its rows and taken along; nobody sees another's."""

import csv
import io

import pytest

from isthmus.core import clock
from isthmus.core.actors import SYSTEM
from isthmus.workspace.commands import take_grant

pytestmark = pytest.mark.django_db


def page(client, path, **query):
    return client.get(path, query)


def test_a_metric_page_answers_in_a_sentence_with_table_and_query(client, trading, admin):
    client.force_login(admin)

    html = page(client, "/explore/leads/", by="channel").content.decode()

    assert "Paid search brings most: 2 of 3, 67%" in html
    assert 'href="/explore/leads/rows/?where=channel%3Dpaid_search"' in html
    assert "FROM &quot;facts&quot;" in html


def test_the_form_becomes_an_address_that_can_be_kept(client, trading, admin):
    client.force_login(admin)
    form = {
        "metric": "leads",
        "by": ["channel", "channel", ""],
        "filter": "channel",
        "sign": "!=",
        "value": "email",
    }

    answer = client.get("/explore/go/", form)

    assert answer.url == "/explore/leads/?by=channel&where=channel%21%3Demail"
    assert "1 of" not in client.get(answer.url).content.decode().partition("finding")[0]


def test_a_dimension_that_does_not_exist_is_refused_with_a_suggestion(client, trading, admin):
    client.force_login(admin)

    answer = page(client, "/explore/leads/", by="chanel")

    assert answer.status_code == 422
    assert "There is no dimension called chanel." in answer.content.decode()
    assert "channel" in answer.content.decode()


def test_what_cannot_be_known_is_an_answer_with_counts(client, trading, admin):
    client.force_login(admin)

    answer = page(client, "/explore/media_spend/")

    assert answer.status_code == 200
    assert "This cannot be known" in answer.content.decode()


def test_the_rows_behind_a_figure_name_their_records(client, trading, admin):
    client.force_login(admin)

    html = page(client, "/explore/revenue/rows/", where="channel=email").content.decode()

    assert "Kim Kunde" in html
    assert "€300" in html
    assert "Pat Prospect" not in html


def test_a_seller_opens_only_rows_of_their_own(client, trading, rita):
    client.force_login(rita)

    html = page(client, "/explore/leads/rows/").content.decode()

    assert "Pat Prospect" in html
    assert "Kim Kunde" not in html
    assert "Lee Later" not in html


def test_a_sellers_figure_and_its_file_count_only_their_own(client, trading, rita):
    client.force_login(rita)

    lines = list(
        csv.reader(io.StringIO(page(client, "/explore/leads/figures.csv", by="channel").content.decode()))
    )
    told = page(client, "/explore/leads/figures.json").json()

    assert lines[0] == ["channel", "value", "low", "high", "n", "numerator", "denominator"]
    assert [line[:2] for line in lines[1:]] == [["paid_search", "1"], ["All", "1"]]
    assert told["total"]["value"] == 1


def test_a_metric_of_the_whole_company_is_not_open_to_a_seller(client, trading, rita):
    client.force_login(rita)

    answer = page(client, "/explore/impressions/")

    assert answer.status_code == 403
    assert "You may not see Impressions" in answer.content.decode()
    assert page(client, "/explore/impressions/figures.csv").status_code == 403
    assert page(client, "/explore/impressions/rows/").status_code == 403


def test_whoever_may_not_read_metrics_finds_no_page_of_them(client, trading, rita, admin):
    take_grant(user_id=rita.pk, permission="metrics.view", by=SYSTEM, at=clock.now())
    client.force_login(rita)

    for path in ("/", "/explore/", "/explore/leads/", "/explore/leads/rows/", "/explore/leads/figures.csv"):
        assert client.get(path).status_code == 403


def test_an_unknown_metric_is_not_found(client, trading, admin):
    client.force_login(admin)

    assert page(client, "/explore/luck/").status_code == 404
    assert page(client, "/explore/luck/rows/").status_code == 404
    assert page(client, "/explore/luck/figures.json").status_code == 404
