"""Identifiers in one form, worked by hand."""

import pytest

from isthmus.people.normalise import is_junk, normal_domain, normal_email, normal_phone
from isthmus.people.rules import decide

pytestmark = pytest.mark.core


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Pat@Example.COM ", "pat@example.com"),
        ("<pat@example.com>", "pat@example.com"),
        ("pat@EXAMPLE.com", "pat@example.com"),
        ("p.a.t@example.com", "p.a.t@example.com"),
        ("pat+news@example.com", "pat+news@example.com"),
        ("pat@bücher.example", "pat@xn--bcher-kva.example"),
        ("pat@example", None),
        ("pat", None),
        ("pat@@example.com", None),
        ("pat..p@example.com", None),
        ("", None),
    ],
)
def test_an_address_has_one_form(text, address):
    assert normal_email(text) == address


@pytest.mark.parametrize(
    ("text", "country", "number"),
    [
        ("+46 70-123 45 67", "", "+46701234567"),
        ("0046701234567", "", "+46701234567"),
        ("070-123 45 67", "SE", "+46701234567"),
        ("070-123 45 67", "", None),
        ("(030) 901820", "DE", "+4930901820"),
        ("call me", "SE", None),
    ],
)
def test_a_number_has_one_form_where_its_country_is_known(text, country, number):
    assert normal_phone(text, country) == number


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("email", "test@test.com"),
        ("email", "noreply@x.example"),
        ("user_id", "null"),
        ("phone", "+46000000000"),
        ("external", "0"),
    ],
)
def test_placeholders_are_junk(kind, value):
    assert is_junk(kind, value)


@pytest.mark.parametrize(
    ("kind", "value"), [("email", "pat@x.example"), ("phone", "+46701234567"), ("external", "crm:10")]
)
def test_real_identifiers_are_not_junk(kind, value):
    assert not is_junk(kind, value)


def test_a_domain_is_told_from_an_address_of_a_page():
    assert normal_domain("https://www.Nordlager.example/contact") == "nordlager.example"
    assert normal_domain("nordlager") == ""


def test_the_strongest_known_identifier_decides():
    holders = {("email", "pat@x.example"): 1, ("phone", "+46701234567"): 2}

    match = decide([("phone", "+46701234567"), ("email", "pat@x.example")], holders, lambda person: True)

    assert match.holder == 1
    assert match.conflicting == ((("phone", "+46701234567"), 2),)


def test_a_shared_telephone_does_not_make_two_people_one():
    holders = {("phone", "+46701234567"): 2}
    keys = [("phone", "+46701234567"), ("email", "new@x.example")]

    assert decide(keys, holders, lambda person: True).holder is None
    assert decide(keys, holders, lambda person: False).holder == 2
