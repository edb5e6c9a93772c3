"""Which hosts are one site, so that a link between them brings nobody in."""

import pytest

from isthmus.collect.channels import Visit
from isthmus.collect.channels.own import is_own
from isthmus.collect.channels.reading import read_rules, shipped
from isthmus.collect.channels.rules import Rules

pytestmark = pytest.mark.core


@pytest.mark.parametrize(
    ("host", "other", "own"),
    [
        ("www.acme.com", "acme.com", True),
        ("shop.acme.co.uk", "blog.acme.co.uk", True),
        ("acme.co.uk", "rival.co.uk", False),
        ("acme.github.io", "rival.github.io", False),
        ("acme.com", "notacme.com", False),
        ("localhost", "localhost", True),
        ("10.0.0.1", "10.0.0.2", False),
        ("", "", False),
    ],
)
def test_hosts_under_one_registered_name_are_one_site(host, other, own):
    assert is_own(host, other) is own


def test_a_referrer_of_the_own_site_is_none():
    rules = Rules(read_rules(shipped()))

    assert rules.channel(Visit(host="shop.acme.co.uk", referrer="https://blog.acme.co.uk/")) == "direct"
    assert rules.channel(Visit(host="shop.acme.co.uk", referrer="https://rival.co.uk/")) == "referral"
