"""Channels in Settings: the rules looked at, added, moved, changed, taken away; and a visit tried on them."""

import re

import pytest

from isthmus.collect.channels import Visit, current_rules
from isthmus.collect.channels.reading import shipped
from isthmus.collect.commands import set_channel_rules
from isthmus.collect.models import ChannelRules
from isthmus.core.actors import SYSTEM
from tests.cast import MONDAY_NOON

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
HOME = "/settings/channels/"
PRESS = {"channel": "trade_press", "cases": [{"referrer": r"press\.example$"}]}
MAIL = {"channel": "email", "cases": [{"medium": "mail"}, {"source": "^letter$", "site": "mail"}]}


@pytest.fixture
def office(client, company, admin):
    client.force_login(admin)
    return client


@pytest.fixture
def two(office) -> ChannelRules:
    return set_channel_rules(rules=[PRESS, MAIL], by=SYSTEM, at=MONDAY_NOON)


def _read(office, **asked: str) -> str:
    return office.get(HOME, asked).content.decode()


def _tried(office, url: str, referrer: str = "") -> str:
    html = office.get(HOME, {"url": url, "referrer": referrer}, headers=HTMX).content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def _rules() -> list:
    return ChannelRules.objects.order_by("pk").last().rules


def test_the_shipped_rules_stand_in_their_order(office):
    page = _read(office)

    assert page.index('id="rule-1"') < page.index('id="rule-2"')
    assert page.count('<tr id="rule-') == len(shipped())
    assert "As shipped" in page
    assert "Back to the shipped rules" not in page


def test_a_visit_is_told_with_its_rule_and_its_reason(office, two):
    told = _tried(office, "https://www.acme.example/?utm_medium=Mailing&utm_source=march")

    assert told.startswith("Email , by rule 2 , because the medium “mailing” matches mail.")
    assert "Source march (utm_source)" in told
    told = _tried(office, "www.acme.example", "https://trade-press.example/today")
    assert "Trade press , by rule 1 , because the linking site “trade-press.example” matches" in told


def test_what_the_bench_says_is_what_a_visit_gets(office):
    assert "Organic search" in _tried(office, "https://acme.example/", "https://www.google.de/")
    assert "google is a search engine" in _tried(office, "https://acme.example/", "https://www.google.de/")
    assert "Paid search , by rule" in _tried(office, "https://acme.example/?gclid=1")
    assert "Other : no rule fits." in _tried(office, "https://acme.example/?utm_medium=print")


def test_a_view_from_the_site_itself_and_rubbish_are_told_as_such(office):
    assert "goes on with a visit" in _tried(office, "https://shop.acme.example/", "https://www.acme.example/")
    assert "This is no address" in _tried(office, "https://")
    assert "as you type" in _tried(office, "")


def test_the_bench_answers_without_scripts_too(office):
    page = _read(office, url="https://acme.example/?gclid=<b>", referrer="")

    assert "Paid search" in page
    assert "<b>" not in page.replace("<body>", "")


def test_a_new_rule_stands_above_all_others(office, two):
    office.post(
        f"{HOME}new/", {"channel": "partner", "site": "social", "click_id": ["epik"], "edition": two.pk}
    )

    assert _rules() == [
        {"channel": "partner", "cases": [{"site": "social", "click_id": ["epik"]}]},
        PRESS,
        MAIL,
    ]
    assert "Changed by" in _read(office)


def test_what_is_wrong_with_a_rule_comes_back_in_a_sentence(office, two):
    nothing = office.post(f"{HOME}new/", {"channel": "email"}, headers=HTMX)
    pattern = office.post(f"{HOME}new/", {"channel": "email", "medium": "(mail"}, headers=HTMX)

    assert (nothing.status_code, pattern.status_code) == (422, 422)
    assert "a case must say something" in nothing.content.decode()
    assert "cannot be read" in pattern.content.decode()
    assert ChannelRules.objects.count() == 1


def test_a_case_is_added_changed_and_taken_away(office, two):
    office.post(f"{HOME}1/cases/new/", {"source": "^gazette$"})
    office.post(f"{HOME}2/cases/2/", {"channel": "letters", "source": "^letter$"})
    assert _rules() == [
        {"channel": "trade_press", "cases": [*PRESS["cases"], {"source": "^gazette$"}]},
        {"channel": "letters", "cases": [{"medium": "mail"}, {"source": "^letter$"}]},
    ]

    office.post(f"{HOME}2/cases/1/remove/")
    office.post(f"{HOME}2/cases/1/remove/")
    assert [rule["channel"] for rule in _rules()] == ["trade_press"]


def test_the_form_of_a_case_shows_what_it_says(office, two):
    form = office.get(f"{HOME}2/cases/2/", headers=HTMX).content.decode()

    assert 'value="^letter$"' in form
    assert re.search(r'<option value="mail" selected', form)
    assert f'name="edition" value="{two.pk}"' in form


def test_a_rule_moves_and_its_button_keeps_the_focus(office, two):
    moved = office.post(f"{HOME}2/up/", {"edition": two.pk}, headers=HTMX).content.decode()

    assert [rule["channel"] for rule in _rules()] == ["email", "trade_press"]
    assert re.search(r'autofocus aria-label="Move rule 1 up: Email"', moved)
    office.post(f"{HOME}1/up/", headers=HTMX)
    assert ChannelRules.objects.count() == 2
    office.post(f"{HOME}1/down/")
    assert [rule["channel"] for rule in _rules()] == ["trade_press", "email"]


def test_rules_that_somebody_else_changed_meanwhile_are_not_overwritten(office, two):
    set_channel_rules(rules=[MAIL, PRESS], by=SYSTEM, at=MONDAY_NOON)

    late = office.post(f"{HOME}1/down/", {"edition": two.pk}, headers=HTMX)
    form = office.post(f"{HOME}new/", {"channel": "sms", "medium": "sms", "edition": two.pk}, headers=HTMX)
    gone = office.post(f"{HOME}1/cases/1/remove/", {"edition": two.pk}, headers=HTMX)

    assert (late.status_code, form.status_code, gone.status_code) == (409, 409, 409)
    assert late["HX-Retarget"] == "#answer"
    assert "since you read them" in form.content.decode()
    assert _rules() == [MAIL, PRESS]


def test_the_shipped_rules_come_back_and_can_be_undone(office, two):
    assert "Back to the shipped rules" in _read(office)

    office.post(f"{HOME}reset/")

    assert current_rules().channel(Visit(utm_source="google", utm_medium="cpc")) == "paid_search"
    assert "As shipped" in _read(office)


def test_what_is_not_there_is_not_found(office, two):
    for path in ("9/cases/new/", "1/cases/2/", "0/cases/1/"):
        assert office.get(f"{HOME}{path}").status_code == 404
    for path in ("9/up/", "1/sideways/", "1/cases/7/remove/"):
        assert office.post(f"{HOME}{path}").status_code == 404
    assert office.get(f"{HOME}1/up/").status_code == 405


def test_a_seller_sees_no_rules(client, company, rita):
    client.force_login(rita)

    assert client.get(HOME).status_code == 403
