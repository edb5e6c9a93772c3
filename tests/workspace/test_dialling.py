"""The link that dials a number: which ones a company may set, and how a number stands in them."""

import pytest

from isthmus.core.actors import SYSTEM
from isthmus.core.refusals import InvalidInput
from isthmus.workspace.commands import update_company
from isthmus.workspace.dialling import checked_link, dialled
from isthmus.workspace.models import Company
from tests.cast import MONDAY_NOON


@pytest.mark.core
@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("", "tel:+46701234567"),
        ("callto:{number}", "callto:+46701234567"),
        ("sip:{number}@phones.example", "sip:%2B46701234567@phones.example"),
        ("https://dial.example/?to={number}&from=7", "https://dial.example/?to=%2B46701234567&from=7"),
        (" https://dial.example/{number} ", "https://dial.example/%2B46701234567"),
    ],
)
def test_a_number_is_put_into_the_companys_link(link, address):
    assert dialled(checked_link(link), "+46 (70) 123 45-67") == address


@pytest.mark.core
def test_only_digits_of_a_number_come_into_an_address():
    assert dialled("https://dial.example/{number}", '070"><script>1') == "https://dial.example/0701"
    assert dialled("tel:{number}", "٣070-1") == "tel:0701"


@pytest.mark.core
@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert({number})",
        "JavaScript:{number}",
        "data:text/html,{number}",
        "http://dial.example/{number}",
        "tel:",
        "tel:{number}{number}",
        "tel://{number}",
        "https://{number}.example/",
        "https://dial.example:{number}/",
        "https://rita@dial.example/{number}",
        "https:///{number}",
        "https://dial.example/ {number}",
        'https://dial.example/"{number}',
        "https://dial.example/<b>{number}",
        "https://[dial.example/{number}",
        "//dial.example/{number}",
        "{number}",
        "https://dial.example/" + "x" * 300 + "{number}",
    ],
)
def test_what_leads_elsewhere_or_runs_is_refused(link):
    with pytest.raises(InvalidInput):
        checked_link(link)


@pytest.mark.both_databases
@pytest.mark.django_db
def test_the_company_keeps_its_link(company):
    assert Company.current().call_link == "tel:{number}"
    update_company(call_link="sip:{number}", by=SYSTEM, at=MONDAY_NOON)
    assert Company.current().call_link == "sip:{number}"
    with pytest.raises(InvalidInput, match="Begin with tel:"):
        update_company(call_link="ftp:{number}", by=SYSTEM, at=MONDAY_NOON)
